"""Four add-ons of a street, and what people do at their desks to take them into service."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from firmware_profiles.devices.device import SocketStandard
from firmware_profiles.devices.device_text import device_from_text
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.sockets import Position, Wire
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.import_sockets import UsualSocket, add_usual_sockets
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.sockets import FitAsked
from lighting.registration.commissioning import State
from lighting.sensing.add_on import ImportedModel
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.store import AlertFilter
from lighting.sensing.gauge import Gauge
from lighting.sensing.series import Sample
from lighting.testing.street_night import Corner, StreetNight
from lighting.testing.virtual_add_on import (
    GULLY_EMPTY_M,
    GULLY_FULL_M,
    AddOnFaults,
    AddOnSpec,
    Make,
    VirtualAddOn,
    gully_distance_m,
)
from tests.system.street import MORNING, dev_eui

START_S = MORNING.timestamp()
SHOWER = (START_S + 3600, START_S + 3 * 3600)
"""From 11:00 to 13:00 UTC."""

IN_SOCKET, WORN, COUNTER, ROAD = (DevEui(f"a81758fff{number:07x}") for number in range(4))
ZHAGA_GULLY = "leeds-gully-eye"

MODEL = """
device_id = "leeds-gully-eye"
title = "A level sensor that plugs into a lantern"
vendor = "nobody: made up for this test"
uses = ["gully level"]
fits = ["zhaga-2"]
mass_g = 150
orientation = "bottom"
d4i_type = "A"
codec = "javascript"
measures = [{ quantity = "distance", field = "water.mm", scale = 0.001 }]
sources = ["made up for this test"]

[power]
supply = "24 V auxiliary"
average_w = 0.4
peak_w = 1.0
bus_ma = 2.0
"""

CODEC = """
function decodeUplink(input) {
    return { data: { water: { mm: input.bytes[0] << 8 | input.bytes[1] } } };
}
"""

STREAMS = """
[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["engineer"]
retention_days = 1095
open_data = true
dpia = "not needed"

[footfall]
title = "Footfall"
use = "footfall"
purpose = "Light paths while people walk them"
lawful_basis = "public task"
owner = "Public realm"
stored_where = "the council's own server"
visible_to = ["engineer"]
retention_days = 365
open_data = false
dpia = "done"
people = true
interval_min = 15

[roads]
title = "Road surfaces: why, and who answers for it, is not settled yet"
use = "road surface temperature"
"""

RULES = """
[full]
when = "gully above 80 %"
severity = "critical"
tell = ["desk"]
note = "Send the tanker."
"""


def an_add_on(device: DevEui, device_id: str, **named: object) -> VirtualAddOn:
    spec = AddOnSpec(
        dev_eui=device,
        application_id="add-ons",
        latitude_deg=53.8195,
        longitude_deg=-1.5774,
        device_id=device_id,
    )
    night = StreetNight(midnight_s=START_S + 14 * 3600, shower_s=SHOWER)
    return VirtualAddOn(spec, night, rng=Random(device), **named)  # type: ignore[arg-type]  # the caller's keywords


def the_add_ons() -> tuple[VirtualAddOn, ...]:
    """Return a gully that fills, one whose sensor is worn, a people counter, a road sensor."""

    def words(full: float) -> tuple[int, bytes]:
        return 2, round(gully_distance_m(full) * 1000).to_bytes(2, "big")

    worn = AddOnFaults(
        silent_s=(START_S + 1800, START_S + 2 * 3600),
        raves_s=(START_S + 3 * 3600, START_S + 3 * 3600 + 600),
        twice=True,
    )
    return (
        an_add_on(
            IN_SOCKET,
            ZHAGA_GULLY,
            corner=Corner(catches=0.8),
            make=Make(lambda now: words(now.full)),
        ),
        an_add_on(WORN, "milesight-em500-udl", corner=Corner(catches=0.3), faults=worn),
        an_add_on(
            COUNTER,
            "parametric-pcr2-ods",
            faults=AddOnFaults(silent_s=(START_S + 2 * 3600, START_S + 9 * 3600)),
        ),
        an_add_on(ROAD, "decentlab-dl-cws"),
    )


@dataclass(frozen=True)
class Desk:
    """What people do at theirs."""

    office: Office

    async def set_up(self) -> None:
        """Fill the data register, record sockets, register the add-ons, write the rule."""
        register = self.office.sensing.register
        await register.put(STREAMS, by="A. Officer", why="the sensor programme")
        for stream in ("gully-levels", "footfall"):
            await register.switch_on(stream, by="A. Officer", why="agreed with the DPO")
        await self._record_sockets()
        stores = self.office.stores
        model = device_from_text(MODEL, document="test")
        await stores.add_ons.put_model(
            ImportedModel(model=model, source=CODEC, imported_at=MORNING, imported_by="ann")
        )
        assert await self.register(IN_SOCKET, ZHAGA_GULLY, on=0) == "street:0/bottom"
        await self.register(WORN, "milesight-em500-udl", on=1)
        await self.register(COUNTER, "parametric-pcr2-ods", on=1)
        await self.register(ROAD, "decentlab-dl-cws", on=2)
        for gully in (IN_SOCKET, WORN):
            gauge = Gauge(empty_m=GULLY_EMPTY_M, full_m=GULLY_FULL_M)
            await stores.add_ons.set_gauge(gully, gauge)
        at = self.office.clock.now()
        await self.office.alerts.book.save("gullies", RULES, at=at, by="A. Engineer")

    async def _record_sockets(self) -> None:
        """Give lanterns a NEMA socket on top and Zhaga below; the first one's node sits on top."""
        mains = frozenset({Wire.PERMANENT_MAINS, Wire.DALI})
        for usual in (
            UsualSocket(standard=SocketStandard.NEMA7, position=Position.TOP, wiring=mains),
            UsualSocket(standard=SocketStandard.ZHAGA_2, position=Position.BOTTOM),
        ):
            lanterns = self.office.stores.lanterns
            await add_usual_sockets(self.office.sockets, lanterns, LanternFilter(), usual)
        await self.office.sockets.fit(
            FitAsked(
                lantern_id=LanternId("street:0"),
                device_id="nas-ul2020",
                by="A. Fitter",
                dev_eui=dev_eui(0),
                acceptance=Acceptance(by="A. Fitter", reason="weighed and measured it"),
            )
        )

    async def register(self, device: DevEui, device_id: str, *, on: int) -> str:
        """Register a device on a lantern; return its place in words."""
        asked = RegisterAsked(
            dev_eui=device,
            device_id=device_id,
            by="A. Fitter",
            lantern_id=LanternId(f"street:{on}"),
        )
        return (await self.office.devices.registration.register(asked)).place

    async def alerts(self) -> list[Alert]:
        """Return every alert, newest first."""
        return await self.office.alerts.store.find(AlertFilter())

    async def samples(self, device: DevEui, quantity: str) -> list[Sample]:
        """Return all that is stored of a quantity, over its channels."""
        series = self.office.stores.series
        keys = [key for key in await series.keys([device]) if key.quantity == quantity]
        day = timedelta(days=1)
        return [
            sample
            for key in keys
            for sample in await series.history(key, start=MORNING - day, end=MORNING + day)
        ]

    async def state(self, device: DevEui) -> State:
        """Return how far a device is."""
        found = await self.office.stores.commissionings.find(device)
        assert found is not None
        return found.state
