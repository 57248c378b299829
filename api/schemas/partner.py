"""What partners ask and are told: their trial, their columns, their devices, their values."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.measurements import MeasurementTold
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.sockets import NUMBER_MAX, Position
from lighting.operations.partner_desk import DeviceAsked, Visit
from lighting.registration.eui import typed_dev_eui, typed_join_eui
from lighting.registration.keys import RootKeys
from lighting.registration.trial_store import DeviceState

Number = Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Digits = Annotated[str, msgspec.Meta(max_length=64)]


class PartnerDeviceAsked(Asked, kw_only=True):
    """A device of the partner's; ``position`` null takes the one socket that it fits.

    Keys are hex, go to the city's network server and are never shown again; leave them out where a
    join server has them. ``stream_id`` may be left out where the trial has one.
    """

    dev_eui: Digits
    device_id: Text
    lantern_id: Text
    position: Position | None = None
    number: Number = 1
    join_eui: Digits | None = None
    app_key: Digits | None = None
    nwk_key: Digits | None = None
    stream_id: Words = ""
    serial: Words = ""
    photo: Words = ""

    def asked(self) -> DeviceAsked:
        """Return what is asked, as the desk takes it.

        Raises:
            LabelError: a DevEUI or JoinEUI is none.
            RootKeyError: a key is none; its text is not repeated.
        """
        keys = None
        if self.app_key is not None:
            keys = RootKeys.from_hex(self.app_key, self.nwk_key)
        return DeviceAsked(
            dev_eui=typed_dev_eui(self.dev_eui),
            device_id=self.device_id,
            lantern_id=LanternId(self.lantern_id),
            position=self.position,
            number=self.number,
            join_eui=None if self.join_eui is None else typed_join_eui(self.join_eui),
            keys=keys,
            stream_id=self.stream_id,
            serial=self.serial,
            photo=self.photo,
        )


class PartnerRemovalAsked(Asked, kw_only=True):
    """Why a device is taken off."""

    reason: Text


class ColumnTold(Told, kw_only=True):
    """A lantern on whose column devices may be fitted."""

    lantern_id: str
    latitude_deg: float
    longitude_deg: float
    road: str
    ward: str


class TrialTold(Told, kw_only=True):
    """The trial of a token; ``ends_at`` is the first instant at which it is over.

    ``models`` empty: any device of the catalogue that is not a lantern node.
    """

    trial_id: int
    partner: str
    state: str
    starts_at: Instant
    ends_at: Instant
    permit: str
    devices_max: int
    models: tuple[str, ...]
    streams: tuple[str, ...]
    columns: tuple[ColumnTold, ...]


class PartnerDeviceTold(Told, kw_only=True):
    """A device under the trial, and how it does since when."""

    dev_eui: str
    device_id: str
    lantern_id: str
    stream_id: str
    state: str
    since: Instant
    added_at: Instant
    removed_at: Instant | None = None
    last_seen_at: Instant | None = None


class PartnerDevicesTold(Told, kw_only=True):
    """Devices in order of fitting, removed ones too."""

    devices: tuple[PartnerDeviceTold, ...]


class PartnerLatestTold(Told, kw_only=True):
    """The newest trusted value of every series of the partner's devices."""

    latest: tuple[MeasurementTold, ...]


def trial_told(visit: Visit, state: str, columns: list[Lantern]) -> TrialTold:
    """Return a visitor's trial."""
    agreed = visit.trial.agreed
    return TrialTold(
        trial_id=visit.trial.trial_id,
        partner=visit.partner.name,
        state=state,
        starts_at=agreed.starts_at,
        ends_at=visit.trial.over_at,
        permit=agreed.permit,
        devices_max=agreed.devices_max,
        models=agreed.model_ids,
        streams=agreed.stream_ids,
        columns=tuple(
            ColumnTold(
                lantern_id=each.lantern_id,
                latitude_deg=each.latitude_deg,
                longitude_deg=each.longitude_deg,
                road=each.road,
                ward=each.ward,
            )
            for each in columns
        ),
    )


def device_told(state: DeviceState) -> PartnerDeviceTold:
    """Return a device and how it does."""
    device = state.device
    return PartnerDeviceTold(
        dev_eui=device.dev_eui,
        device_id=device.model_id,
        lantern_id=device.lantern_id,
        stream_id=device.stream_id,
        state=state.state,
        since=state.since,
        added_at=device.added_at,
        removed_at=device.removed_at,
        last_seen_at=state.last_seen_at,
    )
