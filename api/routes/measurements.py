"""Measurements: latest values, history, roll-ups, exports and live values of add-ons."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, HeaderParameter, QueryParameter
from litestar.response import Stream

from api.documents import example, exchanges
from api.entities import LD_JSON, entity_array
from api.live import HEARTBEAT_S, LiveStream, events
from api.problems import fails
from api.schemas.measurements import (
    HistoryPage,
    LatestPage,
    RollUpsTold,
    latest_told,
    roll_up_told,
    sample_told,
)
from firmware_profiles.devices.device import Use
from firmware_profiles.quantities import quantity_for
from lighting.errors import RefusedError
from lighting.identifiers import dev_eui
from lighting.operations.controller import Office
from lighting.operations.readings import ExportFormat, Where, check_span
from lighting.sensing.rollup import Period
from lighting.sensing.series import SeriesKey

HISTORY_MAX = 10_000
SHOWN = exchanges("measurements")

CSV = "text/csv"

Start = Annotated[datetime, QueryParameter(name="from")]
End = Annotated[datetime, QueryParameter(name="to")]
Many = Annotated[int, QueryParameter(ge=1, le=HISTORY_MAX)]


def where_asked(  # noqa: PLR0913 - every filter is a parameter
    *,
    device: Annotated[str | None, QueryParameter(name="dev_eui")] = None,
    stream_id: FromQuery[str | None] = None,
    use: FromQuery[Use | None] = None,
    quantity: FromQuery[str | None] = None,
    ward: FromQuery[str | None] = None,
    road: FromQuery[str | None] = None,
    open_only: FromQuery[bool] = False,
) -> Where:
    """Return the filter of a query: every part that is given must hold.

    Raises:
        IdentifierError: not a DevEUI.
        UnknownQuantityError: no such quantity.
    """
    if quantity is not None:
        quantity_for(quantity)
    return Where(
        dev_eui=None if device is None else dev_eui(device),
        stream_id=stream_id,
        use=use,
        quantity=quantity,
        ward=ward,
        road=road,
        open_only=open_only,
    )


def series_asked(
    device: Annotated[str, QueryParameter(name="dev_eui")],
    quantity: FromQuery[str],
    channel: FromQuery[str] = "",
) -> SeriesKey:
    """Return the series of a query.

    Raises:
        IdentifierError: not a DevEUI.
        UnknownQuantityError: no such quantity.
    """
    quantity_for(quantity)
    return SeriesKey(dev_eui=dev_eui(device), quantity=quantity, channel=channel)


WHERE = {"where": Provide(where_asked, sync_to_thread=False)}
SERIES = {"series": Provide(series_asked, sync_to_thread=False)}


@get(
    "/measurements/latest",
    tags=["measurements"],
    dependencies=WHERE,
    responses=fails(422),
    operation_class=example(SHOWN["latest_measurements"]),
)
async def latest_measurements(
    office: NamedDependency[Office], where: NamedDependency[Where], limit: Many = 1000
) -> LatestPage:
    """Return the newest trusted value of every series that is meant, by DevEUI."""
    found = await office.sensing.readings.latest(where)
    told = tuple(latest_told(each) for each in found[:limit])
    return LatestPage(latest=told, more=len(found) > limit)


@get(
    "/measurements/history",
    tags=["measurements"],
    dependencies=SERIES,
    responses=fails(422),
    operation_class=example(SHOWN["measurement_history"]),
)
async def measurement_history(
    office: NamedDependency[Office],
    series: NamedDependency[SeriesKey],
    start: Start,
    end: End,
    limit: Many = 1000,
) -> HistoryPage:
    """Return the values of a series, from <= at < to, in order of time, flagged ones too."""
    first, last = span(start, end)
    found = await office.sensing.readings.history(series, start=first, end=last)
    page, following = found[:limit], found[limit : limit + 1]
    if following and following[0].at > page[0].at:  # an instant is told as a whole
        page = [each for each in page if each.at < following[0].at]
    elif following:
        raise RefusedError(f"more than {limit} values of one instant; ask with a higher limit")
    return HistoryPage(
        unit=quantity_for(series.quantity).unit,
        samples=tuple(sample_told(each) for each in page),
        next=following[0].at if following else None,
    )


@get(
    "/measurements/roll-ups",
    tags=["measurements"],
    dependencies=SERIES,
    responses=fails(422),
    operation_class=example(SHOWN["measurement_roll_ups"]),
)
async def measurement_roll_ups(
    office: NamedDependency[Office],
    series: NamedDependency[SeriesKey],
    start: Start,
    end: End,
    period: FromQuery[Period] = Period.HOUR,
) -> RollUpsTold:
    """Return hours, or days from local midnight to midnight, that ``from`` to ``to`` touches.

    They are worked out from what is stored now: late values are in them.
    """
    first, last = span(start, end)
    found = await office.sensing.readings.roll_up(series, period, start=first, end=last)
    quantity = quantity_for(series.quantity)
    told = tuple(roll_up_told(each) for each in found)
    return RollUpsTold(unit=quantity.unit, roll_up=quantity.roll_up.value, roll_ups=told)


@get(
    "/measurements/export",
    tags=["measurements"],
    dependencies=WHERE,
    responses=fails(422),
)
async def export_measurements(
    office: NamedDependency[Office],
    where: NamedDependency[Where],
    start: Start,
    end: End,
    form: Annotated[ExportFormat, QueryParameter(name="format")] = ExportFormat.CSV,
) -> Stream:
    """Return what was measured, from <= at < to, as CSV or as an array of NGSI-LD entities.

    ``open_only`` leaves out what the register does not call open, and small counts of people.
    """
    first, last = span(start, end)
    readings = office.sensing.readings
    if form is ExportFormat.CSV:
        return Stream(readings.csv(where, start=first, end=last), media_type=CSV)
    bare = form is ExportFormat.KEY_VALUES
    entities = readings.ngsi(where, start=first, end=last)
    return Stream(entity_array(entities, bare=bare), media_type=LD_JSON)


@get(
    "/measurements/live",
    tags=["measurements"],
    dependencies=WHERE,
    responses={
        **fails(422),
        200: ResponseSpec(str, media_type="text/event-stream", generate_examples=False),
    },
)
async def live_measurements(
    office: NamedDependency[Office],
    where: NamedDependency[Where],
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
) -> LiveStream:
    """Tell values as they are stored, as server-sent events ``measurement``.

    With ``Last-Event-ID`` it goes on where a connection was lost; ``gap`` says if it cannot.
    """
    sensing = office.sensing
    sensing.feed.check_room()
    told = events(
        sensing.feed, sensing.readings, where, last_id=last_event_id, heartbeat_s=HEARTBEAT_S
    )
    return LiveStream(told, headers={"Cache-Control": "no-store"})


def span(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return a stretch of time as it is asked for, in UTC.

    Raises:
        RefusedError: a time has no offset, or the stretch cannot be told at once.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise RefusedError("from and to need their offset, such as 2026-11-22T00:00:00Z")
    check_span(start, end)
    return start.astimezone(UTC), end.astimezone(UTC)


HANDLERS = (
    latest_measurements,
    measurement_history,
    measurement_roll_ups,
    export_measurements,
    live_measurements,
)
