"""A desk for devices on one database: short words for what the tests of registration need."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from firmware_profiles.devices.device import DeviceModel, SocketStandard
from lighting.adapters.secrets import read_ring
from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.adapters.sql.commissioning import SqlCommissioningStore
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.nearby import SqlSurroundings
from lighting.adapters.sql.nodes import SqlNodeStore
from lighting.adapters.sql.sockets import SqlSocketStore
from lighting.adapters.sql.streams import SqlStreamStore
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.limits import shipped_limits
from lighting.inventory.sockets import Position, Socket, Wire
from lighting.operations.device_office import DeviceOffice, DeviceStores, make_device_office
from lighting.operations.known_models import KnownModels
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.sockets import Sockets
from lighting.operations.tell_server import ServerDesk
from lighting.registration.device_server import DeviceProfile
from lighting.registration.keys import RootKeys
from lighting.registration.server_plan import ServerKind, ServerPlan
from lighting.testing.device_server import FakeDeviceServer

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STREET, AIR = "street-lights", "add-ons"
NODE, CLASS_A = "profile-c", "profile-a"
NODE_MODEL = "nas-ul2020"
ADD_ON_MODEL = "milesight-em500-udl"
SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # noqa: S105 - bytes 0 to 31
APP_KEY = "2B7E151628AED2A6ABF7158809CF4F3C"
"""The example key of FIPS 197, appendix B."""

GULLIES = """\
[gullies]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset", "engineer"]
retention_days = 1095
open_data = true
dpia = "not needed"
"""


def dev(number: int) -> DevEui:
    """Return the DevEUI of device ``number``."""
    return DevEui(f"70b3d57ed{number:07x}")


def lantern_id(number: int) -> LanternId:
    """Return the id of lantern ``number``."""
    return LanternId(f"leeds:{number}")


def keys() -> RootKeys:
    """Return keys of a LoRaWAN 1.0.x device."""
    return RootKeys.from_hex(APP_KEY)


def fake_server() -> FakeDeviceServer:
    """Return a network server with two applications of ours and one of another department."""
    return FakeDeviceServer(
        applications={STREET: "Street lights", AIR: "Add-ons", "water": "Water meters"},
        known_profiles=(
            DeviceProfile(
                profile_id=NODE, name="Node", lorawan_version="1.0.3", supports_class_c=True
            ),
            DeviceProfile(
                profile_id=CLASS_A, name="Battery", lorawan_version="1.0.3", supports_class_c=False
            ),
        ),
    )


def plan() -> ServerPlan:
    """Return where devices belong on that server."""
    return ServerPlan(
        kind=ServerKind.CHIRPSTACK,
        address="chirpstack.example:8080",
        source="device-server.toml",
        applications={"lighting": STREET, "other": AIR},
        profiles={"class A": CLASS_A, "class C": NODE},
    )


def desk(server: FakeDeviceServer, *, keep_keys: bool = False) -> ServerDesk:
    """Return the desk over that server, with a secret for keys."""
    safe = read_ring(SECRET, None)
    return ServerDesk(safe=safe, server=server, plan=plan(), keep_keys=keep_keys)


@dataclass
class StillClock:
    """A clock that moves when a test says so."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return the instant it is set to."""
        return self.at

    async def sleep(self, delay_s: float) -> None:
        """Let the time pass at once."""
        self.at += timedelta(seconds=delay_s)


@dataclass
class NoPlanner:
    """A planner that notes for which policies it was asked."""

    planned: list[str | None] = field(default_factory=list)

    async def plan(self, at: datetime, *, policy: str | None = None) -> None:
        """Note the policy."""
        assert at.tzinfo is not None
        self.planned.append(policy)


@dataclass
class Desk:
    """The office for devices on a database, with a network server in memory."""

    database: Database
    server: FakeDeviceServer = field(default_factory=fake_server)
    clock: StillClock = field(default_factory=StillClock)
    planner: NoPlanner = field(default_factory=NoPlanner)
    keep_keys: bool = False
    more_models: tuple[DeviceModel, ...] = ()

    def __post_init__(self) -> None:
        models = KnownModels(SqlAddOnStore(self.database))
        models.catalogue |= {each.device_id: each for each in self.more_models}
        self.store = SqlCommissioningStore(self.database)
        self.nodes = SqlNodeStore(self.database)
        self.streams = SqlStreamStore(self.database)
        self.sockets = Sockets(
            SqlSocketStore(self.database),
            self.clock,
            table=shipped_limits(),
            catalogue=models.catalogue,
            learn=models.refresh,
        )
        stores = DeviceStores(
            commissionings=self.store,
            surroundings=SqlSurroundings(self.database),
            nodes=self.nodes,
            streams=self.streams,
        )
        self.office: DeviceOffice = make_device_office(
            stores,
            self.sockets,
            desk(self.server, keep_keys=self.keep_keys),
            self.planner,
            self.clock,
            models=models,
        )

    async def hang(self, lanterns: int, *, sockets: bool = False) -> None:
        """Hang lanterns 0, 1, … in a row, 30 m apart, each with a NEMA socket on top if asked."""
        numbers = range(lanterns)
        await SqlLanternStore(self.database).put(
            [
                Lantern(
                    lantern_id=lantern_id(number),
                    latitude_deg=53.8,
                    longitude_deg=-1.55 + number * 0.000456,
                    column=f"C{number}",
                )
                for number in numbers
            ]
        )
        if sockets:
            await self.sockets.store.put_sockets([socket(number) for number in numbers])

    def node(self, number: int, on: int | None, **changes: object) -> RegisterAsked:
        """Return the request to register node ``number`` on lantern ``on``."""
        values = {
            "dev_eui": dev(number),
            "device_id": NODE_MODEL,
            "by": "ann",
            "lantern_id": None if on is None else lantern_id(on),
            "keys": keys(),
        }
        return RegisterAsked(**values | changes)  # type: ignore[arg-type]  # the caller's keywords


def socket(on: int) -> Socket:
    """Return the NEMA socket on top of lantern ``on``, on permanent mains."""
    return Socket(
        lantern_id=lantern_id(on),
        position=Position.TOP,
        standard=SocketStandard.NEMA7,
        wiring=frozenset({Wire.PERMANENT_MAINS}),
    )
