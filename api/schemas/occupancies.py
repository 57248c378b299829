"""What sits in sockets: what is asked of the record, and what it tells."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.lanterns import AcceptanceAsked, acceptance_of
from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.sockets import NUMBER_MAX, Position
from lighting.operations.sockets import FitAsked

Number = Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
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
