"""A controller over a town's office whose broker is made up; and waiting for its loops."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import DownlinkTransport
from lighting.operations.controller import Controller, Office
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.testing.clock import SteppedClock
from tests.lighting.downlink.radio import dispatcher
from tests.lighting.operations.town import MORNING

PATIENCE_S = 20.0
"""How long a test waits for something that must come; on a busy machine too."""


@dataclass
class Standing:
    """How the connection to the broker stands."""

    connected: bool = True
    last_change: datetime = MORNING
    reconnects: int = 2
    problem: str = "connection refused"


@dataclass
class Link:
    """The connection to the broker."""

    state: Standing = field(default_factory=Standing)


def a_controller(
    office: Office,
    clock: SteppedClock,
    transport: DownlinkTransport,
    *,
    recorder: UplinkRecorder | None = None,
    connected: bool = True,
) -> Controller:
    """Return a controller whose loops do not run."""
    return Controller(
        office=office,
        link=Link(Standing(connected=connected)),
        transport=transport,
        dispatcher=dispatcher(office.stores.book, transport, clock, spreading=9),
        recorder=recorder or UplinkRecorder(office.stores.nodes, ChirpStack()),
    )


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail if it does not come about."""
    for _ in range(int(PATIENCE_S / 0.001)):
        if holds():
            return
        await asyncio.sleep(0.001)
    pytest.fail("what was waited for did not come about")
