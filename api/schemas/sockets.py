"""Sockets: what is asked of the register, and what it tells."""

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.lanterns import RowProblemTold
from api.schemas.occupancies import Number, OccupancyTold
from firmware_profiles.devices.device import SocketStandard
from lighting.inventory.sockets import Position, Wire


class CheckAsked(Asked, kw_only=True):
    """A question: would this device fit there?"""

    lantern_id: Text
    device_id: Text
    position: Position | None = None
    number: Number = 1


class UsualSocketAsked(Asked, kw_only=True):
    """The socket that every lantern of a selection has; ``wiring`` empty is the usual one."""

    standard: SocketStandard
    position: Position
    wiring: tuple[Wire, ...] = ()
    ward: Text | None = None
    road: Text | None = None
    lighting_class: Text | None = msgspec.field(name="class", default=None)
    tag: Text | None = None
    whole_city: bool = False
    dry_run: bool = False


class LimitTold(Told, kw_only=True):
    """A limit and its source, or why it is only believed."""

    figure: str
    value: float
    source: str | None
    unverified: str | None


class SocketTold(Told, kw_only=True):
    """A socket; what is not among its limits is unknown."""

    socket_id: str
    position: str
    number: int
    standard: str
    wiring: tuple[str, ...]
    free: bool
    limits: tuple[LimitTold, ...]


class OccupantTold(Told, kw_only=True):
    """Who sits on the lantern.

    Several sockets in ``sits_in``: a node of which nobody recorded the socket. ``occupancy`` is
    null for such a node.
    """

    sits_in: tuple[str, ...]
    words: str
    dev_eui: str | None
    occupancy: OccupancyTold | None


class SupplyTold(Told, kw_only=True):
    """A supply that the sockets of a lantern share; ``free`` null cannot be proved."""

    figure: str
    limit: LimitTold | None
    drawn: float
    free: float | None
    unknown: tuple[str, ...]


class RetirementAsked(Asked, kw_only=True):
    """Which socket is off the register from now on, who says so, and why."""

    lantern_id: Text
    position: Position
    by: Text
    reason: Text
    number: Number = 1


class RetiredTold(Told, kw_only=True):
    """A socket that is off the register, and who took it off."""

    socket_id: str
    standard: str
    retired_at: Instant
    retired_by: str
    reason: str


class RetirementTold(RetiredTold, kw_only=True):
    """A socket that is off the register now; ``fittings`` were in it and stay in the history."""

    fittings: int


class LanternSocketsTold(Told, kw_only=True):
    """A lantern's sockets, everyone on it, what is left of its supplies, and sockets that went."""

    lantern_id: str
    road: str
    ward: str
    column: str
    latitude_deg: float
    longitude_deg: float
    sockets: tuple[SocketTold, ...]
    occupants: tuple[OccupantTold, ...]
    supplies: tuple[SupplyTold, ...]
    retired: tuple[RetiredTold, ...]


class ReasonTold(Told, kw_only=True):
    """One reason against a fit, with its figures; ``unverified`` says why a limit is believed."""

    kind: str
    text: str
    figure: str | None
    needed: float | None
    drawn: float | None
    limit: float | None
    unverified: str | None
    occupancy_id: int | None


class FitTold(Told, kw_only=True):
    """Whether a device fits: obstacles forbid it, for what is unknown a person may answer."""

    device_id: str
    place: str
    socket_id: str | None
    fits: bool
    obstacles: tuple[ReasonTold, ...]
    unknown: tuple[ReasonTold, ...]
    caveats: tuple[str, ...]
    would_fit_sockets: tuple[str, ...]
    would_fit_devices: tuple[str, ...]
    may_fit_sockets: tuple[str, ...]
    may_fit_devices: tuple[str, ...]


class FoundSocketTold(Told, kw_only=True):
    """A socket that meets a need, and on what that rests."""

    lantern_id: str
    socket_id: str
    standard: str
    position: str
    distance_m: float | None
    road: str
    ward: str
    column: str
    latitude_deg: float
    longitude_deg: float
    provable: bool
    unknown: tuple[str, ...]
    caveats: tuple[str, ...]


class FoundTold(Told, kw_only=True):
    """The best sockets for a need, and how many there are.

    They are counted as far as ``counted_within_m`` from the need's point; null is everywhere.
    """

    provable: int
    not_provable: int
    counted_within_m: float | None
    sockets: tuple[FoundSocketTold, ...]


class SocketChangeTold(Told, kw_only=True):
    """A socket that was known, and the fields that are new."""

    socket_id: str
    fields: tuple[str, ...]


class SocketImportTold(Told, kw_only=True):
    """What became of every row, or with ``dry_run`` would become of it."""

    dry_run: bool
    rows: int
    added: int
    unchanged: int
    rejected: int
    changed: tuple[SocketChangeTold, ...]
    problems: tuple[RowProblemTold, ...]
