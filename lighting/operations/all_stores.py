"""Stores: the database by what it is asked for, and the part of it that each office gets."""

from dataclasses import dataclass
from typing import Protocol

from lighting.downlink.store import OrderBook
from lighting.energy.baseline_store import BaselineStore
from lighting.energy.intensity_store import IntensityStore
from lighting.faults.store import FaultStore, NightReader
from lighting.inventory.socket_store import SocketStore
from lighting.inventory.store import LanternStore
from lighting.operations.alert_office import AlertStores
from lighting.operations.commissionings import CommissioningStore
from lighting.operations.device_office import DeviceStores
from lighting.operations.energy_office import (
    EnergyStores,
)
from lighting.operations.expected import Expected
from lighting.operations.find_faults import FaultSources
from lighting.operations.infer_night import InferenceSources
from lighting.operations.keep_records import KeptRecords
from lighting.operations.nearby import Surroundings
from lighting.operations.partner_office import (
    PartnerStores,
)
from lighting.operations.past_office import PastStores
from lighting.operations.rule_sources import Sensed
from lighting.operations.sensing_office import (
    SensingStores,
)
from lighting.operations.stores import (
    NightStore,
    NodeStore,
    OverrideStore,
    PolicyStore,
    ReadingStore,
)
from lighting.registration.trial_store import PartnerStore
from lighting.sensing.add_on import AddOnStore
from lighting.sensing.alerts.store import AlertStore, Outbox
from lighting.sensing.register import StreamStore
from lighting.sensing.store import MeasurementStore
from lighting.settlement.store import EventStore, UnitStore


class Database(Protocol):
    """What health asks of the database."""

    async def check(self) -> None:
        """Return if the database answers.

        Raises:
            StoreError: it does not, and why.
        """


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
    past: PastStores
    book: OrderBook
    faults: FaultStore
    night_rows: NightReader
    sockets: SocketStore
    streams: StreamStore
    add_ons: AddOnStore
    series: MeasurementStore
    commissionings: CommissioningStore
    surroundings: Surroundings
    alerts: AlertStore
    outbox: Outbox
    partners: PartnerStore
    records: KeptRecords
    intensity: IntensityStore
    baselines: BaselineStore
    units: UnitStore
    events: EventStore


def energy_stores(stores: Stores) -> EnergyStores:
    """Return what energy, carbon and cost are worked out from."""
    return EnergyStores(
        lanterns=stores.lanterns,
        nodes=stores.nodes,
        readings=stores.readings,
        overrides=stores.overrides,
        nights=stores.nights,
        past=stores.past,
        intensity=stores.intensity,
        baselines=stores.baselines,
        policies=stores.policies,
        faults=stores.faults,
    )


def inference_sources(stores: Stores, expected: Expected) -> InferenceSources:
    """Return what a night's switching events are inferred from."""
    return InferenceSources(
        units=stores.units,
        events=stores.events,
        nodes=stores.nodes,
        nights=stores.nights,
        readings=stores.readings,
        overrides=stores.overrides,
        expected=expected,
    )


def fault_sources(stores: Stores) -> FaultSources:
    """Return what faults of lanterns are found in."""
    return FaultSources(
        nodes=stores.nodes,
        overrides=stores.overrides,
        rows=stores.night_rows,
        faults=stores.faults,
    )


def device_stores(stores: Stores) -> DeviceStores:
    """Return what registration of devices needs."""
    return DeviceStores(
        commissionings=stores.commissionings,
        surroundings=stores.surroundings,
        nodes=stores.nodes,
        streams=stores.streams,
    )


def partner_stores(stores: Stores) -> PartnerStores:
    """Return what partners are served from."""
    return PartnerStores(
        partners=stores.partners,
        lanterns=stores.lanterns,
        streams=stores.streams,
        series=stores.series,
    )


def sensing_stores(stores: Stores) -> SensingStores:
    """Return what add-ons' measurements need."""
    return SensingStores(
        add_ons=stores.add_ons,
        series=stores.series,
        streams=stores.streams,
        nodes=stores.nodes,
        alerts=stores.alerts,
    )


def alert_stores(stores: Stores) -> AlertStores:
    """Return what alerts are raised from."""
    return AlertStores(
        sensed=Sensed(series=stores.series, add_ons=stores.add_ons),
        alerts=stores.alerts,
        outbox=stores.outbox,
        faults=stores.faults,
    )
