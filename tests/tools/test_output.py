"""What a command says of errors, on stderr, where several tasks met them side by side."""

import asyncio

import pytest
import typer

from lighting.errors import StoreError, TransportError
from tools.output import told_errors


async def fail(exc: Exception) -> None:
    raise exc


async def side_by_side(*errors: Exception) -> None:
    """Fail as `serve` does, with one group of tasks inside another."""
    async with asyncio.TaskGroup() as serving, asyncio.TaskGroup() as keeping:
        serving.create_task(fail(errors[0]))
        for exc in errors[1:]:
            keeping.create_task(fail(exc))


def test_errors_of_tasks_are_told_once_each_and_end_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = "the database is gone"
    with pytest.raises(typer.Exit) as ended, told_errors():
        asyncio.run(side_by_side(StoreError(gone), StoreError(gone), TransportError("no broker")))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "error: the database is gone\nerror: no broker\n"


def test_a_bug_among_errors_of_tasks_shows_as_it_is() -> None:
    with pytest.raises(ExceptionGroup), told_errors():
        asyncio.run(side_by_side(StoreError("the database is gone"), ZeroDivisionError()))
