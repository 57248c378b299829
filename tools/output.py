"""How commands speak: text for people, JSON for programs, errors on stderr with exit code 1."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from firmware_profiles.errors import WireError
from lighting.errors import LightingError
from schedules.errors import PolicyError, ScheduleError

EXIT_FAILED = 1

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
    except (LightingError, ScheduleError, WireError) as exc:
        ERR.print("[bold red]error:[/]", end=" ")
        ERR.print(str(exc), markup=False)
        raise typer.Exit(EXIT_FAILED) from None
