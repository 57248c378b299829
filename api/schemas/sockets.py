"""Sockets: what is asked of the register, and what it tells."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.lanterns import AcceptanceAsked, RowProblemTold, acceptance_of
from firmware_profiles.devices.device import SocketStandard
from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.sockets import Position, Wire
from lighting.operations.sockets import FitAsked

SOCKET_NUMBER_MAX = 9

Number = Annotated[int, msgspec.Meta(ge=1, le=SOCKET_NUMBER_MAX)]
Words = Annotated[str, msgspec.Meta(max_length=500)]


class DeviceFitAsked(Asked, kw_only=True):
    """A device for a lantern; ``position`` null takes the one socket that it fits.

    ``fitted_at`` null is now. Give ``serial``, ``dev_eui`` or both. ``application_id`` makes a
    lantern node the one that the lantern answers to.
    """

    lantern_id: Text
    device_id: Text
    by: Text
    position: Position | None = None
    number: Number = 1
    serial: Words = ""
    dev_eui: Text | None = None
    owner: Words = ""
    permit: Words = ""
    photo: Words = ""
    fitted_at: Instant | None = None
    accept: AcceptanceAsked | None = None
    application_id: Words = ""

    def asked(self) -> FitAsked:
        """Return what is asked, as the register takes it.

        Raises:
            IdentifierError: the DevEUI is none.
        """
        return FitAsked(
            lantern_id=LanternId(self.lantern_id),
            device_id=self.device_id,
            by=self.by,
            position=self.position,
            number=self.number,
            serial=self.serial,
            dev_eui=None if self.dev_eui is None else dev_eui(self.dev_eui),
            owner=self.owner,
            permit=self.permit,
            photo=self.photo,
            at=self.fitted_at,
            acceptance=acceptance_of(self.accept),
            application_id=self.application_id,
        )


class CheckAsked(Asked, kw_only=True):
    """A question: would this device fit there?"""

    lantern_id: Text
    device_id: Text
    position: Position | None = None
    number: Number = 1


class RemovalAsked(Asked, kw_only=True):
    """Who took a device off, when (null is now) and why."""

    by: Text
    reason: Words = ""
    removed_at: Instant | None = None


class CorrectionAsked(Asked, kw_only=True):
    """What was recorded wrongly, and is right now; fields left out stay."""

    by: Text
    reason: Text
    serial: Words | None = None
    dev_eui: Words | None = None
    owner: Words | None = None
    permit: Words | None = None
    photo: Words | None = None

    def changes(self) -> dict[str, str]:
        """Return the fields that are given."""
        names = ("serial", "dev_eui", "owner", "permit", "photo")
        given = ((name, getattr(self, name)) for name in names)
        return {name: value for name, value in given if value is not None}


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


class CorrectionTold(Told, kw_only=True):
    """A correction, and the fields as they were before it."""

    at: Instant
    by: str
    reason: str
    was: dict[str, str]


class OccupancyTold(Told, kw_only=True):
    """What was recorded of one fitting; ``socket_id`` null is clamped to the column.

    ``accepted`` is what could not be proved when it was fitted, and who answered for it.
    """

    occupancy_id: int
    lantern_id: str
    socket_id: str | None
    device_id: str
    serial: str
    dev_eui: str | None
    owner: str
    permit: str
    photo: str
    fitted_at: Instant
    fitted_by: str
    accepted: tuple[str, ...]
    accepted_by: str | None
    accepted_reason: str | None
    removed_at: Instant | None
    removed_by: str | None
    removed_reason: str | None
    corrections: tuple[CorrectionTold, ...]


class OccupancyPage(Told, kw_only=True):
    """Occupancies as they were recorded; give ``next`` as ``after`` for the page that follows."""

    items: tuple[OccupancyTold, ...]
    next: int | None


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


class LanternSocketsTold(Told, kw_only=True):
    """A lantern's sockets, everyone on it, and what is left of its supplies."""

    lantern_id: str
    road: str
    ward: str
    column: str
    latitude_deg: float
    longitude_deg: float
    sockets: tuple[SocketTold, ...]
    occupants: tuple[OccupantTold, ...]
    supplies: tuple[SupplyTold, ...]


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
