"""A street with sensors on a real database: short words for tests of rules, alerts and reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_profiles.devices.device import Use
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.operations.controller import Office
from lighting.sensing.add_on import AddOn
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.series import Quality, Sample, SeriesKey
from lighting.sensing.stream import Dpia, LawfulBasis, Stream
from tests.contracts.sensing_kit import add_samples
from tests.lighting.operations.town import MORNING

STREAM = Stream(
    stream_id="street",
    title="The street",
    use=Use.ROAD_SURFACE,
    purpose="Grit roads before they freeze",
    lawful_basis=LawfulBasis.NOT_PERSONAL,
    owner="Highways",
    stored_where="the council's own server",
    visible_to=("engineer",),
    retention=timedelta(days=400),
    open_data=True,
    dpia=Dpia.NOT_NEEDED,
    on=True,
)

MODELS = ("decentlab-dl-cws", "pmx-tcr-s", "decentlab-dl-pm")
"""A road surface sensor, a traffic counter, a particle sensor; on lanterns 0, 1, 2."""

ICE = """
[ice]
when = "road surface below 1 °C for 20 min"
until = "above 2 °C for 10 min"
tell = ["log"]
"""


def eui(number: int) -> DevEui:
    """Return the DevEUI of the sensor on lantern ``number``."""
    return DevEui(f"a81758fff{number:07x}")


def lantern_id(number: int) -> LanternId:
    """Return the id of lantern ``number``; each hangs some 67 m north of the one before."""
    return LanternId(f"leeds:{number}")


def minute(count: float) -> datetime:
    """Return the time ``count`` minutes after the morning on which tests begin."""
    return MORNING + timedelta(minutes=count)


@dataclass(frozen=True)
class Street:
    """An office's street."""

    office: Office

    async def build(self) -> None:
        """Hang three lanterns, each with the sensor of ``MODELS``."""
        stores = self.office.stores
        lanterns = [
            Lantern(
                lantern_id=lantern_id(number),
                latitude_deg=53.8195 + number * 0.0006,
                longitude_deg=-1.5774,
                road="Otley Road",
                ward="Headingley",
            )
            for number in range(3)
        ]
        await stores.lanterns.put(lanterns)
        change = StreamChange(stream=STREAM, act=Act.PUT, at=MORNING, by="dpo", why="a test")
        await stores.streams.change_streams([change])
        await stores.add_ons.put_add_ons(
            [
                AddOn(
                    dev_eui=eui(number),
                    model_id=model,
                    lantern_id=lantern_id(number),
                    stream_id=STREAM.stream_id,
                    added_at=MORNING,
                )
                for number, model in enumerate(MODELS)
            ]
        )

    async def measure(
        self,
        *values: tuple[float, float],
        number: int = 0,
        quantity: str = "surface_temperature",
        quality: Quality = Quality.GOOD,
    ) -> None:
        """Store values by the minute at which they were measured."""
        key = SeriesKey(dev_eui=eui(number), quantity=quantity)
        await add_samples(
            self.office.stores.series,
            [
                Sample(
                    key=key,
                    at=minute(at),
                    value=value,
                    received_at=minute(at),
                    quality=quality,
                )
                for at, value in values
            ],
        )

    async def rules(self, text: str, name: str = "winter", at: float = 0) -> None:
        """Save rules, whatever channels they tell."""
        await self.office.stores.alerts.save_rules(name, text, at=minute(at), by="eva")
