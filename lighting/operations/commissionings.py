"""Commissionings: what is kept of a device on its way into service, and the store that keeps it.

What happens here, in the database, is one transaction: the socket, the node, the steps, and what
the network server is to be told about it (the *errand*). The errand is run after that, as often as
it takes; a crash between the two leaves an errand that is due, and no half state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lighting.errors import LightingError, RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Fitting, Past
from lighting.inventory.seats import StoredSockets
from lighting.inventory.sockets import SocketId
from lighting.registration.commissioning import Event, State, Step
from lighting.registration.eui import JoinEui

RETRY_FIRST = timedelta(seconds=30)
RETRY_MAX = timedelta(minutes=30)
"""Pauses between tries of an errand, doubled each time: a network server that was updated is told
within half an hour of its return, and one that is away for a weekend is asked 50 times a day."""

FIRST_TRY_TIME = timedelta(minutes=1)
"""How long the process that wrote an errand may take to run it before another takes it up."""


class Errand(StrEnum):
    """What the network server is still to be told."""

    NONE = ""
    CREATE = "create"
    """Create the device with its keys; one that it has already in our application is adopted."""
    DISABLE = "disable"
    """Let it talk no more, and keep its keys: it may be fitted elsewhere."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What was said about a device when it was registered.

    ``firmware_profile`` is set for lantern nodes. ``server_profile`` is the network server's id of
    a kind of device; empty where devices are registered there by hand. ``label`` is the ProfileID
    of its TR005 code (8 hex digits), by which the next one of its kind is recognised.
    ``people`` says that it observes people.
    """

    device_id: str
    firmware_profile: str = ""
    stream_id: str = ""
    join_eui: JoinEui | None = None
    application_id: str = ""
    server_profile: str = ""
    always_listens: bool = False
    serial: str = ""
    owner: str = ""
    permit: str = ""
    photo: str = ""
    label: str = ""
    people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommissioning:
    """A device to be taken into service. Without a lantern it is only prepared.

    ``sealed`` are its root keys, encrypted; None where a join server has them, or they are there.
    """

    dev_eui: DevEui
    particulars: Particulars
    lantern_id: LanternId | None
    at: datetime
    by: str
    sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An errand: how often it was tried, when it is next, and why it did not work last time.

    ``next_try_at`` None waits for a person: the server has refused, and would again.
    """

    errand: Errand = Errand.NONE
    tries: int = 0
    next_try_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioned:
    """A device on its way, or in service, or gone. ``since`` is when ``state`` began."""

    commissioning_id: int
    dev_eui: DevEui
    particulars: Particulars
    lantern_id: LanternId | None
    socket_id: SocketId | None
    occupancy_id: int | None
    state: State
    since: datetime
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    pending: Pending
    keys_held: bool
    steps: tuple[Step, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, in words."""
        if self.socket_id is not None or self.lantern_id is None:
            return self.socket_id or "nobody's lantern yet"
        clamped = self.occupancy_id is not None
        return f"the column of {self.lantern_id}" if clamped else f"lantern {self.lantern_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A commissioning, and whether asking for it has changed anything."""

    commissioned: Commissioned
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A device that is taken off: how it ends, and what the network server is told then."""

    dev_eui: DevEui
    event: Event
    at: datetime
    by: str
    reason: str
    errand: Errand


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the network has reported of an awaited device: an uplink, and whether it was decoded."""

    commissioned: Commissioned
    at: datetime
    decoded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKeys:
    """Root keys of a device as they are stored: encrypted."""

    commissioning_id: int
    dev_eui: DevEui
    sealed: bytes


class Seat(Protocol):
    """Where a device goes, decided on what is stored, inside the transaction."""

    @property
    def fitting(self) -> Fitting:
        """What is asked for."""

    @property
    def node(self) -> NodeLink | None:
        """The link by which the lantern is to answer to it; None for an add-on."""

    def judge(self, stored: StoredSockets, past: Past) -> Fitting:
        """Return the fitting to record, or raise why there is none."""

    def judge_bare(self, stored: StoredSockets, past: Past) -> None:
        """Let a node pass to a lantern of which no sockets are on record, or raise why not."""


class AlreadyRegisteredError(RefusedError):
    """The DevEUI is in use; ``there`` is the commissioning that has it."""

    def __init__(self, there: Commissioned, problem: str) -> None:
        self.there = there
        who = f"DevEUI {there.dev_eui} ({there.particulars.device_id})"
        super().__init__(
            f"{who} {problem}: it is on {there.place}, {there.state.value} since"
            f" {there.since:%Y-%m-%d %H:%M} UTC, registered by {there.begun_by}"
        )


class CommissioningStore(Protocol):
    """Durable commissionings. Every method is one transaction."""

    async def begin(
        self, new: NewCommissioning, seat: Seat | None, *, replacing: Leaving | None = None
    ) -> Begun:
        """Take a device into service: its socket, its node, its steps, and the errand.

        A device that is there already in the same place is returned as it is, its errand due again
        if it failed. One that was only prepared is seated now. With ``replacing`` another device
        leaves in the same transaction.

        Raises:
            AlreadyRegisteredError: it is in another place; of two that ask at once one wins.
            NotFoundError: no such lantern, or nothing there that could be replaced.
            RefusedError: whatever the seat raises; nothing is kept then.
        """

    async def rehearse(
        self, asked: Sequence[tuple[NewCommissioning, Seat | None]]
    ) -> list[LightingError | Begun]:
        """Begin all of them one after another, and take everything back; return what came."""

    async def leave(self, leaving: Leaving) -> Commissioned:
        """Take a device off, whether it was registered here or only fitted.

        Raises:
            NotFoundError: nothing is known of it.
        """

    async def find(self, dev_eui: DevEui) -> Commissioned | None:
        """Return the open commissioning of a device, else its last one, or None."""

    async def find_many(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, Commissioned]:
        """Return the open commissionings of these devices, without their steps."""

    async def history(self, dev_eui: DevEui) -> list[Commissioned]:
        """Return all commissionings of a device, earliest first."""

    async def waiting(self, *, after: int | None = None, limit: int = 100) -> list[Commissioned]:
        """Return those that are not in service, and errands that are not done, in order of id."""

    async def due(self, at: datetime, *, limit: int = 100) -> list[Commissioned]:
        """Return those whose errand is due, the longest due first."""

    async def sealed_keys(self, commissioning_id: int) -> bytes | None:
        """Return the encrypted keys that are held for the network server."""

    async def kept_keys(self, *, after: int = 0, limit: int = 100) -> list[KeptKeys]:
        """Return the encrypted keys that are held, in order of the commissionings' ids."""

    async def replace_keys(self, before: KeptKeys, sealed: bytes) -> bool:
        """Put ``sealed`` in the place of keys that are still as they were; return whether so."""

    async def errand_done(
        self, before: Commissioned, step: Step | None, *, keep_keys: bool
    ) -> Commissioned:
        """Note that the server was told, with the step that this makes; keys go unless kept.

        What has changed meanwhile stays as it is.
        """

    async def errand_failed(
        self, before: Commissioned, pending: Pending, step: Step | None = None
    ) -> Commissioned:
        """Note why the server could not be told, and when it is tried next."""

    async def hurry(self, dev_eui: DevEui | None, at: datetime) -> int:
        """Make the errands of a device (None: of all) due at once; return how many there are."""

    async def take_step(self, before: Commissioned, step: Step) -> bool:
        """Move a commissioning on, unless somebody else has moved it meanwhile."""

    async def news(self, *, limit: int = 1000) -> list[News]:
        """Return awaited devices that were heard since they have been waited for."""

    async def overdue(self, before: datetime, *, limit: int = 1000) -> list[Commissioned]:
        """Return awaited devices that have been in their state since before a time."""

    async def models_like(self, label: str, dev_eui: DevEui) -> Mapping[str, int]:
        """Return how often a model was registered with this label, or from the same maker's block.

        A device of the same label counts ten times as much as a DevEUI that begins alike.
        """


def retry_at(at: datetime, tries: int) -> datetime:
    """Return when an errand is tried next that failed at ``at`` for the ``tries``-th time."""
    doublings = min(max(tries - 1, 0), 16)
    return at + min(RETRY_FIRST * (1 << doublings), RETRY_MAX)
