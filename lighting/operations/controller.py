"""Controller: what the system is made of, built once in ``wiring`` for the API and the loops."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lighting.clock import Clock
from lighting.downlink.dispatcher import Dispatcher
from lighting.downlink.store import OrderBook
from lighting.downlink.transport import DownlinkTransport
from lighting.faults.rules import DEFAULT_RULES, FaultRules
from lighting.faults.store import FaultStore, NightReader
from lighting.faults.telling import NOT_TOLD, FaultTelling
from lighting.inventory.limits import LimitTable, shipped_limits
from lighting.inventory.socket_store import SocketStore
from lighting.inventory.store import LanternStore
from lighting.operations.alert_office import AlertOffice, AlertStores, make_alert_office
from lighting.operations.commissionings import CommissioningStore
from lighting.operations.device_office import DeviceOffice, DeviceStores, make_device_office
from lighting.operations.expected import Expected
from lighting.operations.find_faults import FaultSources, FaultWatch
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.follow import Watch
from lighting.operations.infer_night import InferenceSources, NightInference
from lighting.operations.keep_records import KeptFor, KeptRecords, RecordKeeper
from lighting.operations.known_models import KnownModels
from lighting.operations.nearby import Surroundings
from lighting.operations.nights import Nights
from lighting.operations.override import Overrides
from lighting.operations.partner_office import (
    PartnerOffice,
    PartnerStores,
    make_partner_office,
)
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.rollout import Planner
from lighting.operations.rule_sources import Sensed
from lighting.operations.sensing_office import (
    SensingOffice,
    SensingStores,
    make_sensing_office,
)
from lighting.operations.settle import Settlement
from lighting.operations.sockets import Sockets
from lighting.operations.stores import (
    NightStore,
    NodeStore,
    OverrideStore,
    PolicyStore,
    ReadingStore,
)
from lighting.operations.tell_server import ServerDesk
from lighting.operations.whereabouts import Whereabouts
from lighting.registration.trial_store import PartnerStore
from lighting.sensing.add_on import AddOnStore
from lighting.sensing.alerts.areas import NOBODY, Telling
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
    units: UnitStore
    events: EventStore


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
    faults: FaultWatch
    sockets: Sockets
    finder: SocketFinder
    devices: DeviceOffice
    sensing: SensingOffice
    alerts: AlertOffice
    partners: PartnerOffice
    records: RecordKeeper
    settlement: Settlement
    inference: NightInference


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What an administrator's files say: thresholds, limits of sockets, who is told of alerts."""

    fault_rules: FaultRules = DEFAULT_RULES
    socket_limits: LimitTable | None = None
    telling: Telling = NOBODY
    fault_telling: FaultTelling = NOT_TOLD
    kept_for: KeptFor = field(default_factory=KeptFor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """An office with a way to the nodes and back."""

    office: Office
    link: Link
    transport: DownlinkTransport
    dispatcher: Dispatcher
    recorder: UplinkRecorder


def make_office(
    stores: Stores,
    clock: Clock,
    zone: str,
    *,
    desk: ServerDesk,
    rules: HouseRules,
) -> Office:
    """Return an office over a database."""
    expected = Expected(stores.policies, zone)
    models = KnownModels(stores.add_ons)
    sockets = _sockets(stores, clock, rules, models)
    planner = Planner(stores.nodes, stores.policies, stores.book, zone)
    devices = make_device_office(
        _device_stores(stores), sockets, desk, planner, clock, models=models
    )
    return Office(
        clock=clock,
        zone=zone,
        stores=stores,
        expected=expected,
        planner=planner,
        overrides=Overrides(stores.overrides, stores.nodes),
        watch=Watch(stores.nodes, stores.readings, expected),
        nights=Nights(stores.lanterns, stores.nodes, stores.readings, stores.nights, expected),
        faults=FaultWatch(
            _fault_sources(stores), expected, zone, rules.fault_rules, rules.fault_telling
        ),
        sockets=sockets,
        finder=SocketFinder(sockets, stores.surroundings),
        devices=devices,
        sensing=make_sensing_office(_sensing_stores(stores), clock, zone),
        alerts=make_alert_office(_alert_stores(stores), rules.telling, clock, zone),
        partners=make_partner_office(
            _partner_stores(stores),
            PartnerRegistrar(
                devices.registration,
                Whereabouts(stores.commissionings, stores.sockets, stores.nodes),
            ),
            clock,
            zone,
            catalogue=models.catalogue,
        ),
        records=RecordKeeper(stores.records, rules.kept_for),
        settlement=Settlement(stores.units, stores.events, stores.lanterns),
        inference=NightInference(_inference_sources(stores, expected)),
    )


def _sockets(stores: Stores, clock: Clock, rules: HouseRules, models: KnownModels) -> Sockets:
    return Sockets(
        stores.sockets,
        clock,
        table=rules.socket_limits or shipped_limits(),
        catalogue=models.catalogue,
        learn=models.refresh,
    )


def _inference_sources(stores: Stores, expected: Expected) -> InferenceSources:
    return InferenceSources(
        units=stores.units,
        events=stores.events,
        nodes=stores.nodes,
        nights=stores.nights,
        readings=stores.readings,
        overrides=stores.overrides,
        expected=expected,
    )


def _fault_sources(stores: Stores) -> FaultSources:
    return FaultSources(
        nodes=stores.nodes,
        overrides=stores.overrides,
        rows=stores.night_rows,
        faults=stores.faults,
    )


def _device_stores(stores: Stores) -> DeviceStores:
    return DeviceStores(
        commissionings=stores.commissionings,
        surroundings=stores.surroundings,
        nodes=stores.nodes,
        streams=stores.streams,
    )


def _partner_stores(stores: Stores) -> PartnerStores:
    return PartnerStores(
        partners=stores.partners,
        lanterns=stores.lanterns,
        streams=stores.streams,
        series=stores.series,
    )


def _sensing_stores(stores: Stores) -> SensingStores:
    return SensingStores(
        add_ons=stores.add_ons,
        series=stores.series,
        streams=stores.streams,
        nodes=stores.nodes,
        alerts=stores.alerts,
    )


def _alert_stores(stores: Stores) -> AlertStores:
    return AlertStores(
        sensed=Sensed(series=stores.series, add_ons=stores.add_ons),
        alerts=stores.alerts,
        outbox=stores.outbox,
        faults=stores.faults,
    )
