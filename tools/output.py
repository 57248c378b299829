"""How commands speak: text for people, JSON for programs, errors on stderr with exit code 1."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from firmware_profiles.errors import WireError
from lighting.errors import LightingError
from schedules.errors import PolicyError, ScheduleError

EXIT_FAILED = 1

OURS = (LightingError, ScheduleError, WireError)
"""The project's own errors: what they say is meant for people."""

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def print_json(value: object) -> None:
    """Print one JSON document on a line of its own, whatever the width of the terminal."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextmanager
def told_errors() -> Iterator[None]:
    """Turn the project's own errors into a message and an exit code; others are bugs and show."""
    try:
        yield
    except PolicyError as exc:
        ERR.print(f"[bold red]error:[/] {escape(exc.document)} cannot be used:")
        for problem in exc.problems:
            ERR.print(f"  {problem}", markup=False)
        raise typer.Exit(EXIT_FAILED) from None
    except OURS as exc:
        _tell([exc])
        raise typer.Exit(EXIT_FAILED) from None
    except ExceptionGroup as group:  # of tasks that ran side by side
        if not all(isinstance(exc, OURS) for exc in _leaves(group)):
            raise
        _tell(_leaves(group))
        raise typer.Exit(EXIT_FAILED) from None


@contextmanager
def counting(what: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while the work lasts; yield what is told how much of it is done."""
    with Progress(console=ERR, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for exc in group.exceptions:
        if isinstance(exc, ExceptionGroup):
            yield from _leaves(exc)
        else:
            yield exc


def _tell(errors: Iterable[Exception]) -> None:
    """Print each error on a line; what several tasks met is told once."""
    for text in dict.fromkeys(map(str, errors)):
        ERR.print("[bold red]error:[/]", end=" ")
        ERR.print(text, markup=False)
