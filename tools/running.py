"""Run a command's coroutine over the database that the settings name."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from lighting.config import FILE_VARIABLE, Settings
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.wiring import open_office
from tools.output import told_errors

Result = TypeVar("Result")


def read_settings() -> Settings:
    """Read the settings from the environment and the configuration file.

    Raises:
        RefusedError: a setting is wrong (the text names each), or the file cannot be read.
    """
    file = os.environ.get(FILE_VARIABLE)
    if file and not Path(file).is_file():
        raise RefusedError(f"{FILE_VARIABLE} names {file!r}, which is not a file")
    try:
        return Settings()
    except ValidationError as exc:
        told = "; ".join(
            f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()
        )
        raise RefusedError(f"settings cannot be used: {told}") from None
    except (OSError, ValueError) as exc:  # ValueError: not TOML, or not UTF-8
        raise RefusedError(f"{FILE_VARIABLE} names {file!r}, which cannot be read: {exc}") from None


def in_office(act: Callable[[Office], Awaitable[Result]]) -> Result:
    """Run ``act`` in the office and return its result; errors are told and end the command."""

    async def run() -> Result:
        async with open_office(read_settings()) as office:
            return await act(office)

    with told_errors():
        return asyncio.run(run())
