"""Controller: what the system is made of, built once in ``wiring`` for the API and the loops."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lighting.clock import Clock
from lighting.downlink.dispatcher import Dispatcher
from lighting.downlink.transport import DownlinkTransport
from lighting.energy.document_format import ReportWriter
from lighting.faults.rules import DEFAULT_RULES, FaultRules
from lighting.faults.telling import NOT_TOLD, FaultTelling
from lighting.inventory.limits import LimitTable, shipped_limits
from lighting.operations.alert_office import AlertOffice, make_alert_office
from lighting.operations.all_stores import (
    Stores,
    alert_stores,
    device_stores,
    energy_stores,
    fault_sources,
    inference_sources,
    partner_stores,
    sensing_stores,
)
from lighting.operations.device_office import DeviceOffice, make_device_office
from lighting.operations.energy_office import (
    EnergyOffice,
    EnergyRules,
    make_energy_office,
)
from lighting.operations.expected import Expected
from lighting.operations.find_faults import FaultWatch
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.follow import Watch
from lighting.operations.infer_night import NightInference
from lighting.operations.keep_records import KeptFor, RecordKeeper
from lighting.operations.known_models import KnownModels
from lighting.operations.override import Overrides
from lighting.operations.partner_office import (
    PartnerOffice,
    make_partner_office,
)
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.rollout import Planner
from lighting.operations.sensing_office import (
    SensingOffice,
    make_sensing_office,
)
from lighting.operations.settle import Settlement
from lighting.operations.sockets import Sockets
from lighting.operations.tell_server import ServerDesk
from lighting.operations.whereabouts import Whereabouts
from lighting.sensing.alerts.areas import NOBODY, Telling


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
    energy: EnergyOffice
    faults: FaultWatch
    sockets: Sockets
    finder: SocketFinder
    devices: DeviceOffice
    sensing: SensingOffice
    alerts: AlertOffice
    partners: PartnerOffice
    records: RecordKeeper
    report_writer: ReportWriter
    settlement: Settlement
    inference: NightInference


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What an administrator's files say: thresholds, factors, limits of sockets, who is told."""

    fault_rules: FaultRules = DEFAULT_RULES
    energy: EnergyRules = field(default_factory=EnergyRules)
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
    report_writer: ReportWriter,
) -> Office:
    """Return an office over a database."""
    expected = Expected(stores.policies, zone)
    models = KnownModels(stores.add_ons)
    sockets = _sockets(stores, clock, rules, models)
    planner = Planner(stores.nodes, stores.policies, stores.book, zone)
    devices = make_device_office(
        device_stores(stores), sockets, desk, planner, clock, models=models
    )
    return Office(
        clock=clock,
        zone=zone,
        stores=stores,
        expected=expected,
        planner=planner,
        overrides=Overrides(stores.overrides, stores.nodes),
        watch=Watch(stores.nodes, stores.readings, expected),
        energy=make_energy_office(energy_stores(stores), expected, rules.energy, clock, zone),
        faults=FaultWatch(
            fault_sources(stores), expected, zone, rules.fault_rules, rules.fault_telling
        ),
        sockets=sockets,
        finder=SocketFinder(sockets, stores.surroundings),
        devices=devices,
        sensing=make_sensing_office(sensing_stores(stores), clock, zone),
        alerts=make_alert_office(alert_stores(stores), rules.telling, clock, zone),
        partners=make_partner_office(
            partner_stores(stores),
            PartnerRegistrar(
                devices.registration,
                Whereabouts(stores.commissionings, stores.sockets, stores.nodes),
            ),
            clock,
            zone,
            catalogue=models.catalogue,
        ),
        records=RecordKeeper(stores.records, rules.kept_for),
        report_writer=report_writer,
        settlement=Settlement(stores.units, stores.events, stores.lanterns),
        inference=NightInference(inference_sources(stores, expected)),
    )


def _sockets(stores: Stores, clock: Clock, rules: HouseRules, models: KnownModels) -> Sockets:
    return Sockets(
        stores.sockets,
        clock,
        table=rules.socket_limits or shipped_limits(),
        catalogue=models.catalogue,
        learn=models.refresh,
    )
