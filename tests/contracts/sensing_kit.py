"""Add-ons, streams and samples for tests of the database, in few words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from firmware_profiles.devices.device import Use
from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.series import SqlSeriesStore
from lighting.adapters.sql.streams import SqlStreamStore
from lighting.identifiers import DevEui
from lighting.sensing.add_on import AddOn
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.series import Quality, Sample, SeriesKey
from lighting.sensing.store import Measured, MeasurementStore, SensingBatch
from lighting.sensing.stream import Dpia, LawfulBasis, Stream
from tests.contracts.city import lantern, lantern_id

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)

GULLY = Stream(
    stream_id="gully-levels",
    title="Gully levels",
    use=Use.GULLY,
    purpose="Empty gullies before they flood the road",
    lawful_basis=LawfulBasis.NOT_PERSONAL,
    owner="Highways asset management",
    stored_where="the council's own server",
    visible_to=("asset", "engineer"),
    retention=timedelta(days=30),
    open_data=True,
    dpia=Dpia.NOT_NEEDED,
    on=True,
)

FOOTFALL = replace(
    GULLY,
    stream_id="footfall",
    title="Footfall in the centre",
    use=Use.FOOTFALL,
    lawful_basis=LawfulBasis.PUBLIC_TASK,
    dpia=Dpia.DONE,
    people=True,
    interval=timedelta(minutes=15),
)


def eui(number: int) -> DevEui:
    """Return the DevEUI of add-on ``number``."""
    return DevEui(f"a81758fff{number:07x}")


def at(minutes: float) -> datetime:
    """Return the instant ``minutes`` after ten."""
    return TEN + timedelta(minutes=minutes)


async def add_samples(series: MeasurementStore, samples: Sequence[Sample]) -> int:
    """Record values that came without messages to count; return how many were new."""
    measured = [Measured(sample=each) for each in samples]
    now = max(each.received_at for each in samples)
    return len((await series.record(SensingBatch(measured=measured, now=now))).samples)


def add_on(number: int, stream: Stream, *, people: bool = False) -> AddOn:
    """Return add-on ``number`` on lantern 0."""
    return AddOn(
        dev_eui=eui(number),
        model_id="parametric-pcr2-ods" if people else "milesight-em500-udl",
        lantern_id=lantern_id(0),
        stream_id=stream.stream_id,
        people=people,
        added_at=TEN,
    )


def sample(
    value: float,
    minutes: float = 0,
    *,
    number: int = 0,
    quantity: str = "distance",
    quality: Quality = Quality.GOOD,
) -> Sample:
    """Return a value of add-on ``number``, measured and received ``minutes`` after ten."""
    return Sample(
        key=SeriesKey(dev_eui=eui(number), quantity=quantity),
        at=at(minutes),
        value=value,
        received_at=at(minutes),
        quality=quality,
    )


def said(each: Sample, message: str, *, now: datetime | None = None) -> SensingBatch:
    """Return a batch with the one value of one message."""
    return SensingBatch(
        measured=[Measured(sample=each, message_id=f"{message}#0")],
        heard={each.key.dev_eui: each.at},
        now=now or each.received_at,
    )


@dataclass(frozen=True)
class Sensing:
    """The stores of one database."""

    database: Database

    def __post_init__(self) -> None:
        object.__setattr__(self, "_series", SqlSeriesStore(self.database))

    @property
    def series(self) -> SqlSeriesStore:
        """Samples."""
        store: SqlSeriesStore = self.__dict__["_series"]
        return store

    @property
    def streams(self) -> SqlStreamStore:
        """The data register."""
        return SqlStreamStore(self.database)

    @property
    def add_ons(self) -> SqlAddOnStore:
        """Add-ons and models."""
        return SqlAddOnStore(self.database)

    async def build(self) -> None:
        """Hang lantern 0 with a gully sensor (0) and a people counter (1), both streams on."""
        await SqlLanternStore(self.database).put([lantern(0)])
        await self.put(GULLY)
        await self.put(FOOTFALL)
        await self.add_ons.put_add_ons([add_on(0, GULLY), add_on(1, FOOTFALL, people=True)])

    async def put(self, stream: Stream, act: Act = Act.PUT) -> None:
        """Write a row of the register."""
        change = StreamChange(stream=stream, act=act, at=TEN, by="dpo", why="a test")
        await self.streams.change_streams([change])

    async def values(self, key: SeriesKey) -> list[tuple[datetime, float, Quality]]:
        """Return all that is stored of a series."""
        return await self.series.points(key, start=at(-1e6), end=at(1e6))
