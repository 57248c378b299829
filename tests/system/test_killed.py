"""kill -9 of the controller in the middle of a rollout: nothing is lost, and nothing goes back."""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, closing
from itertools import groupby
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from lighting.config import Settings
from lighting.operations.controller import Office
from lighting.operations.records import StoredProgram
from lighting.testing.broker import EmbeddedBroker, free_port
from lighting.testing.network import EmulatedNetwork
from lighting.wiring import open_office
from schedules.library import library_text
from tests.system.fast_controller import shared_clock
from tests.system.street import (
    a_plan,
    a_server,
    all_nodes,
    build,
    give,
    network_link,
    proved,
    settings_for,
)
from tests.system.witness import Heard, Witness, WitnessServer

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]
LANTERNS = 20
OLD = library_text("hampshire")
NEW = OLD.replace("level = 50", "level = 40").replace("fade_s = 16", "fade_s = 8")


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that gives these settings to another process."""
    given = settings.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        **{f"LAMPLIGHTER_{name.upper()}": str(value) for name, value in given.items()},
    }


@asynccontextmanager
async def process(settings: Settings, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python with these words; at the end of the context it is killed if it still runs."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        cwd=ROOT,
        env=environment(settings),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - another process has no event for us
            await asyncio.sleep(0.01)


def asked_for(server: WitnessServer, more: int) -> Callable[[], Awaitable[bool]]:
    """Return a question: was the network asked for so many more downlinks than now?"""
    enough = len(server.asked) + more

    async def holds() -> bool:
        return len(server.asked) >= enough

    return holds


def transmissions(file: Path) -> set[UUID]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            UUID(item) for (item,) in connection.execute("SELECT queue_item_id FROM transmission")
        }


async def wanted_program(office: Office) -> StoredProgram:
    (wanted,) = {node.wanted for node in await all_nodes(office)}
    assert wanted is not None
    return (await office.stores.nodes.programs([wanted]))[wanted]


def meanings(lantern: Witness, old: StoredProgram, new: StoredProgram) -> Iterable[str]:
    """Yield, for each slot, which revision set it in turn: ``old``, ``new``, or ``both``."""
    olds, news = ({frame.payload for frame in program.frames} for program in (old, new))
    by_slot = sorted(lantern.heard, key=lambda heard: heard.slot)  # sorting keeps the order of time
    for _, heard in groupby(by_slot, key=lambda heard: heard.slot):
        told = [revision_of(each, olds, news) for each in heard]
        yield " ".join(word for word, _ in groupby(told))


def revision_of(heard: Heard, olds: set[bytes], news: set[bytes]) -> str:
    assert heard.payload in olds | news, f"nobody ordered {heard.payload.hex()}"
    if heard.payload in olds & news:
        return "both"
    return "old" if heard.payload in olds else "new"


async def test_a_controller_killed_in_the_middle_of_rollouts_loses_nothing_and_never_goes_back(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    settings = settings_for(tmp_path, broker, spreading=9)
    plan = a_plan(lanterns=LANTERNS, spreading=9, duplicate_share=0.2, disorder_share=0.2)
    zero_s = time.monotonic()
    clock = shared_clock(zero_s)
    start = (settings, "-m", "tests.system.fast_controller", str(zero_s))
    async with open_office(settings, clock=clock) as office, network_link(broker, clock) as link:
        await build(office, plan)
        server = a_server(plan)
        running = asyncio.create_task(EmulatedNetwork(server, link=link, clock=clock).run())

        async def all_proved() -> bool:
            return await proved(office) == LANTERNS

        async with process(*start) as first:
            await until(asked_for(server, 25))
            first.send_signal(signal.SIGKILL)
        async with process(*start) as second:
            await until(asked_for(server, 25))
            old = await wanted_program(office)
            await give(office, "hampshire", NEW)  # an engineer changes the policy meanwhile
            await office.planner.plan(clock.now())
            await until(asked_for(server, 15))
            second.send_signal(signal.SIGKILL)
        assert not await all_proved()
        async with process(*start):
            await until(all_proved)
        new = await wanted_program(office)
        running.cancel()
        await asyncio.wait([running])

    assert old.program_id != new.program_id
    for lantern in server.witnesses.values():
        assert set(meanings(lantern, old, new)) <= {"both", "new", "old new"}
        kept = set(lantern.registers.held.values())
        assert {frame.payload for frame in new.frames if frame.payload[0] != 0xFF} <= kept
    assert {item for _, item in server.asked} <= transmissions(tmp_path / "street.db")
    assert len(server.asked) == len({item for _, item in server.asked})


async def answers(url: str) -> bool:
    """Tell whether the API says that broker and database are well."""
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(url)).status_code == 200
        except httpx.TransportError:
            return False


async def test_serve_comes_back_after_a_kill_and_ends_well_when_it_is_asked_to(
    tmp_path: Path, broker: EmbeddedBroker
) -> None:
    port = free_port()
    settings = settings_for(tmp_path, broker, spreading=9).model_copy(update={"api_port": port})
    url = f"http://127.0.0.1:{port}/api/v1/health"
    serve = (settings, "-m", "tools.cli", "serve")
    async with process(*serve) as killed:
        await until(lambda: answers(url))
        killed.kill()
        assert await killed.wait() == -signal.SIGKILL
    async with process(*serve) as asked:
        await until(lambda: answers(url))
        asked.terminate()
        async with asyncio.timeout(20):
            assert await asked.wait() == 0
