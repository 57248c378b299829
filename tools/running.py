"""Run a command's coroutine over the database that the settings name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lighting.config import read_settings
from lighting.operations.controller import Office
from lighting.wiring import open_office
from tools.output import told_errors

Result = TypeVar("Result")


def in_office(act: Callable[[Office], Awaitable[Result]]) -> Result:
    """Run ``act`` in the office and return its result; errors are told and end the command."""

    async def run() -> Result:
        async with open_office(read_settings()) as office:
            return await act(office)

    with told_errors():
        return asyncio.run(run())
