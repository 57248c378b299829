"""Controller: what the system is made of, built once in ``wiring`` for the API and the loops."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lighting.clock import Clock
from lighting.downlink.dispatcher import Dispatcher
from lighting.downlink.store import OrderBook
from lighting.downlink.transport import DownlinkTransport
from lighting.inventory.store import LanternStore
from lighting.operations.expected import Expected
from lighting.operations.follow import Watch
from lighting.operations.nights import Nights
from lighting.operations.override import Overrides
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.rollout import Planner
from lighting.operations.stores import (
    NightStore,
    NodeStore,
    OverrideStore,
    PolicyStore,
    ReadingStore,
)


class Database(Protocol):
    """What health asks of the database."""

    async def check(self) -> None:
        """Return if the database answers.

        Raises:
            StoreError: it does not, and why.
        """


class LinkState(Protocol):
    """How the connection to the broker stands."""

    @property
    def connected(self) -> bool:
        """Whether the broker is there now."""

    @property
    def last_change(self) -> datetime:
        """Since when (aware UTC)."""

    @property
    def reconnects(self) -> int:
        """How often the connection was made again."""

    @property
    def problem(self) -> str:
        """Why it is down, in words."""


class Link(Protocol):
    """What health asks of the connection to the broker."""

    @property
    def state(self) -> LinkState:
        """How it stands now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The database, by what it is asked for."""

    database: Database
    lanterns: LanternStore
    policies: PolicyStore
    nodes: NodeStore
    readings: ReadingStore
    overrides: OverrideStore
    nights: NightStore
    book: OrderBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What can be done without a connection to the nodes: plan, override, judge, report.

    Orders written here are sent by the controller that runs on the same database.
    """

    clock: Clock
    zone: str
    stores: Stores
    expected: Expected
    planner: Planner
    overrides: Overrides
    watch: Watch
    nights: Nights


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """An office with a way to the nodes and back."""

    office: Office
    link: Link
    transport: DownlinkTransport
    dispatcher: Dispatcher
    recorder: UplinkRecorder


def make_office(stores: Stores, clock: Clock, zone: str) -> Office:
    """Return an office over a database."""
    expected = Expected(stores.policies, zone)
    return Office(
        clock=clock,
        zone=zone,
        stores=stores,
        expected=expected,
        planner=Planner(stores.nodes, stores.policies, stores.book, zone),
        overrides=Overrides(stores.overrides, stores.nodes),
        watch=Watch(stores.nodes, stores.readings, expected),
        nights=Nights(stores.lanterns, stores.nodes, stores.readings, stores.nights, expected),
    )
