"""What concerns partners, built together: the city's side, theirs, and the loop between."""

from collections.abc import Mapping
from dataclasses import dataclass

from firmware_profiles.devices.device import DeviceModel
from lighting.clock import Clock
from lighting.inventory.store import LanternStore
from lighting.operations.partner_data import PartnerData
from lighting.operations.partner_desk import PartnerDesk
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.partners import Partners, TrialKeeper
from lighting.registration.trial_store import PartnerStore
from lighting.sensing.register import StreamStore
from lighting.sensing.series import SeriesStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerStores:
    """The database, by what partners ask of it."""

    partners: PartnerStore
    lanterns: LanternStore
    streams: StreamStore
    series: SeriesStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerOffice:
    """``city`` is for the city's people; ``desk`` and ``data`` are all that partners reach."""

    city: Partners
    desk: PartnerDesk
    data: PartnerData
    keeper: TrialKeeper


def make_partner_office(
    stores: PartnerStores,
    registrar: PartnerRegistrar,
    clock: Clock,
    zone: str,
    *,
    catalogue: Mapping[str, DeviceModel],
) -> PartnerOffice:
    """Return the office for partners over a database and the registration of devices."""
    return PartnerOffice(
        city=Partners(
            stores.partners,
            clock,
            zone,
            lanterns=stores.lanterns,
            streams=stores.streams,
            catalogue=catalogue,
        ),
        desk=PartnerDesk(
            stores.partners, registrar, clock, lanterns=stores.lanterns, catalogue=catalogue
        ),
        data=PartnerData(stores.partners, stores.series, stores.streams, stores.lanterns),
        keeper=TrialKeeper(stores.partners, registrar),
    )
