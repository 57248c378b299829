"""What the registration of devices is made of; built once, for API, commands and loops."""

from dataclasses import dataclass

from lighting.clock import Clock
from lighting.operations.commissionings import CommissioningStore
from lighting.operations.confirm import Commissioner, NightPlanner
from lighting.operations.known_models import KnownModels
from lighting.operations.nearby import Surroundings
from lighting.operations.register import Registration, RuleBook
from lighting.operations.scan import Scanner
from lighting.operations.sockets import Sockets
from lighting.operations.stores import NodeStore
from lighting.operations.tell_server import ServerDesk, Teller
from lighting.operations.whereabouts import Whereabouts
from lighting.sensing.register import StreamStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStores:
    """The database, by what registration asks of it."""

    commissionings: CommissioningStore
    surroundings: Surroundings
    nodes: NodeStore
    streams: StreamStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOffice:
    """Everything about registering devices."""

    registration: Registration
    scanner: Scanner
    commissioner: Commissioner
    surroundings: Surroundings
    models: KnownModels


def make_device_office(
    stores: DeviceStores,
    sockets: Sockets,
    desk: ServerDesk,
    planner: NightPlanner,
    clock: Clock,
    *,
    models: KnownModels,
) -> DeviceOffice:
    """Return the office for devices over a database and a network server."""
    teller = Teller(stores.commissionings, desk, clock)
    whereabouts = Whereabouts(stores.commissionings, sockets.store, stores.nodes)
    return DeviceOffice(
        registration=Registration(
            stores.commissionings,
            teller,
            clock,
            whereabouts=whereabouts,
            book=RuleBook(sockets=sockets, streams=stores.streams),
        ),
        scanner=Scanner(stores.commissionings, whereabouts, sockets.catalogue),
        commissioner=Commissioner(stores.commissionings, teller, stores.nodes, planner),
        surroundings=stores.surroundings,
        models=models,
    )
