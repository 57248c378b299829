"""The controller's loops: send, listen, keep overrides up, plan and repair, close nights.

Each loop waits out failures of its own: a broker or a database that is away is logged, retried and
comes back, and nothing else stops meanwhile.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from firmware_profiles.errors import WireError
from lighting.downlink.transport import Batch
from lighting.errors import LightingError, StoreError
from lighting.operations.controller import Controller, Office
from lighting.operations.nights import LATE
from schedules.errors import ScheduleError

_LOG = logging.getLogger(__name__)

OVERRIDES_S = 15.0
"""How often overrides are looked after: an override starts and ends within this of its time."""

COMMISSION_S = 15.0
"""How often devices on their way are looked after: who stands at the column waits for it."""

JUDGE_S = 60.0
"""How often rules are judged: an alert is raised within this of the value that shows it."""

TELL_S = 15.0
"""How often people are told what waits."""

REPAIR_S = 60.0
"""How often drift is looked for."""

ADD_UP_S = 60.0
"""How often aggregates whose time is over are stored."""

TRIALS_S = 60.0
"""How often partners' trials are looked after: within this of its end nothing more is stored."""

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
CLOSE_S = 6 * HOUR_S
"""How often last night is closed: most of its readings are in by the first time."""

EVENING = timedelta(hours=5)
"""From this long after noon on, the policies of the night are noted."""

CONFIRM_BACK = timedelta(hours=2)
"""How far back each hourly confirmation looks: reports come late by less than an hour."""

RETRY_S = 2.0
"""Pause before a batch that the database did not take is recorded again."""

ONE_DAY = timedelta(days=1)


class Loop(NamedTuple):
    """Something that is done again and again, with a pause [s] after each time."""

    name: str
    every_s: float
    act: Callable[[Office, datetime], Awaitable[object]]


async def _repair(office: Office, at: datetime) -> None:
    """Order what is missing; note of what is on its way that it was sent."""
    stores = office.stores
    await office.planner.repair(at)
    in_flight = await stores.book.in_flight()
    if in_flight:
        await stores.nodes.refresh_evidence(in_flight, at=at)


async def _confirm(office: Office, at: datetime) -> None:
    evening = office.planner.night_of(at)
    strays = await office.watch.confirm(evening, at=at, since=at - CONFIRM_BACK)
    for stray in strays:
        _LOG.warning("node %s strays: %s", stray.node.dev_eui, stray.stray)


async def _close_last_night(office: Office, at: datetime) -> None:
    tonight = office.planner.night_of(at)
    if office.planner.night_of(at - EVENING) == tonight:
        await office.energy.nights.begin(tonight)
    await office.energy.nights.close(tonight - ONE_DAY)
    await office.inference.infer(tonight - ONE_DAY)


async def _close_late_nights(office: Office, at: datetime) -> None:
    """Close nights again for which readings may have come late."""
    for days in range(2, LATE.days + 1):
        evening = office.planner.night_of(at) - days * ONE_DAY
        await office.energy.nights.close(evening)
        await office.inference.infer(evening)


REPEATED = (
    Loop("overrides", OVERRIDES_S, lambda office, at: office.overrides.tend(at)),
    Loop("repair", REPAIR_S, _repair),
    Loop("plan", HOUR_S, lambda office, at: office.planner.plan(at)),
    Loop("confirm", HOUR_S, _confirm),
    Loop("close last night", CLOSE_S, _close_last_night),
    Loop("close late nights", DAY_S, _close_late_nights),
    Loop("find faults", HOUR_S, lambda office, at: office.faults.tend(at)),
    Loop("judge rules", JUDGE_S, lambda office, at: office.alerts.watch.tend(at)),
    Loop("tell people", TELL_S, lambda office, at: office.alerts.tell(at)),
    Loop("commission", COMMISSION_S, lambda office, at: office.devices.commissioner.tend(at)),
    Loop("add up", ADD_UP_S, lambda office, at: office.sensing.measurements.close_buckets(at)),
    Loop("trials", TRIALS_S, lambda office, at: office.partners.keeper.tend(at)),
    Loop("retention", HOUR_S, lambda office, at: office.sensing.register.enforce_retention(at)),
    Loop("old records", DAY_S, lambda office, at: office.records.tend(at)),
    Loop("archive", DAY_S, lambda office, at: office.energy.past.archiver.tend(at)),
)
"""What a controller does by itself, besides sending and listening."""

LOOPS = len(REPEATED) + 1
"""How many loops wait for the clock when there is nothing to do: these and the sender. The listener
waits for the network."""


class Keeper:
    """Runs the loops of one controller."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._office = controller.office

    async def run(self) -> None:
        """Run all loops for ever.

        Raises:
            StoreError: the database is not there at the start, when the air time already used
                must be known before anything may be sent.
        """
        await self._controller.dispatcher.recover()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._controller.dispatcher.run(), name="lamplighter.send")
            group.create_task(self._listen(), name="lamplighter.listen")
            for loop in REPEATED:
                group.create_task(self._repeat(loop), name=f"lamplighter.{loop.name}")

    async def _listen(self) -> None:
        """Record what the network server says, for ever; a batch is done when it is in."""
        async for batch in self._controller.transport.messages():
            await self._record(batch)

    async def _record(self, batch: Batch) -> None:
        while True:
            try:
                recorded = await self._controller.recorder.record(batch.messages)
            except StoreError as exc:
                _LOG.warning("%d messages wait: %s", len(batch.messages), exc)
                await self._office.clock.sleep(RETRY_S)
                continue
            self._controller.dispatcher.gateway_moved(recorded.moved)
            self._controller.dispatcher.aired_again(recorded.aired_again)
            for dev_eui in recorded.lost_program:
                _LOG.info("node %s may have lost its program: it will be repaired", dev_eui)
            await batch.done()
            return

    async def _repeat(self, loop: Loop) -> None:
        while True:
            try:
                await loop.act(self._office, self._office.clock.now())
            except (LightingError, ScheduleError, WireError) as exc:
                _LOG.error("%s did not work and will be tried again: %s", loop.name, exc)
            await self._office.clock.sleep(loop.every_s)
