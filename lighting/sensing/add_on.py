"""AddOn: a device other than the lantern's node, as its readings need it: model, place, stream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from firmware_profiles.devices.device import DeviceModel
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.gauge import Gauge
from lighting.sensing.stream import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOn:
    """A registered add-on.

    ``stream_id`` is its row of the data register; empty: it has none, and nothing is kept of what
    it says. ``people`` is its model's word. ``withheld`` counts the messages of which nothing was
    kept; a message that the broker gives twice may count twice there, and only there.
    The ``seen`` times of a device that observes people are the end of their quarter of an hour:
    when it spoke would tell when somebody passed.
    """

    dev_eui: DevEui
    model_id: str
    lantern_id: LanternId
    stream_id: str = ""
    application_id: str = ""
    people: bool = False
    added_at: datetime
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    withheld: int = 0
    gauge: Gauge | None = None
    """Set by ``set_gauge`` alone: to register a device again does not lose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where what an add-on says goes: ``stream`` is None where it has no row of the register."""

    add_on: AddOn
    stream: Stream | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModel:
    """A device model that a user brought with its vendor's own codec (``source``, JavaScript)."""

    model: DeviceModel
    source: str
    imported_at: datetime
    imported_by: str


class AddOnStore(Protocol):
    """Add-ons and imported device models. Every method is one transaction."""

    async def put_add_ons(self, add_ons: Sequence[AddOn]) -> None:
        """Add add-ons, or change model, place, stream and application of those that exist.

        Raises:
            RefusedError: a lantern or a stream is not there, or a device that observes people is
                put in a stream that is not for people; says which.
        """

    async def set_gauge(self, dev_eui: DevEui, gauge: Gauge | None) -> AddOn:
        """Set what an add-on's distances mean, from its next message on, or that nobody knows.

        Raises:
            NotFoundError: no such add-on is registered.
        """

    async def add_ons(self, dev_euis: Sequence[DevEui] | None = None) -> list[AddOn]:
        """Return the add-ons that exist among these (all of them if none are named), by DevEUI."""

    async def routes(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, Route]:
        """Return where what these add-ons say goes; those that are not registered are left out."""

    async def put_model(self, imported: ImportedModel) -> None:
        """Add an imported device model, or replace the one with its id."""

    async def models(self) -> list[ImportedModel]:
        """Return the imported device models, by id."""

    async def model_times(self) -> Mapping[str, datetime]:
        """Return when each imported device model was imported last, by id."""

    async def find_model(self, model_id: str) -> ImportedModel | None:
        """Return one imported device model or None."""
