"""Run a command's coroutine over the database that the settings name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import ValidationError

from lighting.config import Settings
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.wiring import open_office
from tools.output import told_errors

Result = TypeVar("Result")


def read_settings() -> Settings:
    """Read the settings from the environment and the configuration file.

    Raises:
        RefusedError: a setting is wrong; the text names each.
    """
    try:
        return Settings()
    except ValidationError as exc:
        told = "; ".join(
            f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()
        )
        raise RefusedError(f"settings cannot be used: {told}") from None


def in_office(act: Callable[[Office], Awaitable[Result]]) -> Result:
    """Run ``act`` in the office and return its result; errors are told and end the command."""

    async def run() -> Result:
        async with open_office(read_settings()) as office:
            return await act(office)

    with told_errors():
        return asyncio.run(run())
