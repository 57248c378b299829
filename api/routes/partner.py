"""What a partner reaches with the token of its trial: its columns, its devices, its values.

Every path begins with ``/partner/``: that puts it behind ``api.partner_gate``. Nothing here knows
an office or a controller, only the two objects that answer partners.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import SecurityRequirement
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from api.documents import PARTNER_SCHEME, example, exchanges
from api.partner_gate import the_visit
from api.problems import fails
from api.schemas.measurements import HistoryPage, measurement_told, sample_told
from api.schemas.partner import (
    PartnerDeviceAsked,
    PartnerDevicesTold,
    PartnerDeviceTold,
    PartnerLatestTold,
    PartnerRemovalAsked,
    TrialTold,
    device_told,
    trial_told,
)
from firmware_profiles.quantities import quantity_for
from lighting.operations.partner_data import PartnerData, stretch
from lighting.operations.partner_desk import PartnerDesk, Visit
from lighting.registration.eui import typed_dev_eui
from lighting.sensing.series import SeriesKey

BODY_BYTES_MAX = 16 * 1024
"""A device takes under 2 kB."""

HISTORY_MAX = 50_000
"""A value a minute for a month, the longest stretch, and some to spare."""

CSV = "text/csv"
SHOWN = exchanges("partner")

Start = Annotated[datetime, QueryParameter(name="from")]
End = Annotated[datetime, QueryParameter(name="to")]
Between = tuple[datetime, datetime]
AnyDevice = Annotated[str | None, QueryParameter(name="dev_eui")]

TAGS = ["partner"]
VISIT = {"visit": Provide(the_visit, sync_to_thread=False)}
REFUSED = (401, 429)
TOKEN: Sequence[SecurityRequirement] = ({PARTNER_SCHEME: []},)


def series_asked(
    device: Annotated[str, QueryParameter(name="dev_eui")],
    quantity: FromQuery[str],
    channel: FromQuery[str] = "",
) -> SeriesKey:
    """Return the series of a query.

    Raises:
        LabelError: not a DevEUI.
        UnknownQuantityError: no such quantity.
    """
    quantity_for(quantity)
    return SeriesKey(dev_eui=typed_dev_eui(device), quantity=quantity, channel=channel)


def between_asked(start: Start, end: End) -> Between:
    """Return the stretch of time of a query.

    Raises:
        RefusedError: a time has no offset, or the stretch is none or too long.
    """
    return stretch(start, end)


SERIES = {"series": Provide(series_asked, sync_to_thread=False)}
BETWEEN = {"between": Provide(between_asked, sync_to_thread=False)}


@get(
    "/partner/trial",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    responses=fails(*REFUSED),
    operation_class=example(SHOWN["show_trial"]),
)
async def show_trial(
    partner_desk: NamedDependency[PartnerDesk], visit: NamedDependency[Visit]
) -> TrialTold:
    """Return the trial of the token: until when, how many devices, and on which columns."""
    state = visit.trial.standing(partner_desk.now()).value
    return trial_told(visit, state, await partner_desk.columns(visit))


@get(
    "/partner/devices",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    responses=fails(*REFUSED),
    operation_class=example(SHOWN["list_partner_devices"]),
)
async def list_partner_devices(
    partner_desk: NamedDependency[PartnerDesk], visit: NamedDependency[Visit]
) -> PartnerDevicesTold:
    """Return the devices that are or were fitted under the trial, and how they do."""
    found = await partner_desk.devices(visit)
    return PartnerDevicesTold(devices=tuple(device_told(each) for each in found))


@post(
    "/partner/devices",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    request_max_body_size=BODY_BYTES_MAX,
    responses=fails(*REFUSED, 413, 415, 422),
    operation_class=example(SHOWN["register_partner_device"]),
)
async def register_partner_device(
    partner_desk: NamedDependency[PartnerDesk],
    visit: NamedDependency[Visit],
    data: JSONBody[PartnerDeviceAsked],
) -> PartnerDeviceTold:
    """Register a device of the partner's on one of its columns; asked for twice it is done once."""
    return device_told(await partner_desk.register(visit, data.asked()))


@post(
    "/partner/devices/{dev_eui:str}/removal",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    status_code=200,
    request_max_body_size=BODY_BYTES_MAX,
    responses=fails(*REFUSED, 404, 413, 415, 422),
    operation_class=example(SHOWN["remove_partner_device"]),
)
async def remove_partner_device(
    partner_desk: NamedDependency[PartnerDesk],
    visit: NamedDependency[Visit],
    dev_eui: FromPath[str],
    data: JSONBody[PartnerRemovalAsked],
) -> PartnerDeviceTold:
    """Note that a device of the partner's was taken off."""
    told = await partner_desk.remove(visit, typed_dev_eui(dev_eui), reason=data.reason)
    return device_told(told)


@get(
    "/partner/measurements/latest",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    responses=fails(*REFUSED),
    operation_class=example(SHOWN["partner_latest"]),
)
async def partner_latest(
    partner_data: NamedDependency[PartnerData], visit: NamedDependency[Visit]
) -> PartnerLatestTold:
    """Return the newest trusted value of every series of the partner's devices."""
    found = await partner_data.latest(visit)
    return PartnerLatestTold(latest=tuple(measurement_told(sample) for _, sample in found))


@get(
    "/partner/measurements/latest.csv",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT,
    responses=fails(*REFUSED),
)
async def partner_latest_file(
    partner_data: NamedDependency[PartnerData], visit: NamedDependency[Visit]
) -> Response[str]:
    """Return the newest trusted values as CSV."""
    return Response(await partner_data.latest_csv(visit), media_type=CSV)


@get(
    "/partner/measurements/history",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT | SERIES | BETWEEN,
    responses=fails(*REFUSED, 404, 422),
    operation_class=example(SHOWN["partner_history"]),
)
async def partner_history(
    partner_data: NamedDependency[PartnerData],
    visit: NamedDependency[Visit],
    series: NamedDependency[SeriesKey],
    between: NamedDependency[Between],
) -> HistoryPage:
    """Return the values of a series, from <= at < to, flagged ones too; at most 31 days."""
    found = await partner_data.history(visit, series, start=between[0], end=between[1])
    page, following = found[:HISTORY_MAX], found[HISTORY_MAX : HISTORY_MAX + 1]
    if following:  # an instant is told as a whole
        page = [each for each in page if each.at < following[0].at]
    return HistoryPage(
        unit=quantity_for(series.quantity).unit,
        samples=tuple(sample_told(each) for each in page),
        next=following[0].at if following else None,
    )


@get(
    "/partner/measurements/history.csv",
    tags=TAGS,
    security=TOKEN,
    dependencies=VISIT | BETWEEN,
    responses=fails(*REFUSED, 404, 422),
)
async def partner_history_file(
    partner_data: NamedDependency[PartnerData],
    visit: NamedDependency[Visit],
    between: NamedDependency[Between],
    device: AnyDevice = None,
) -> Stream:
    """Return what the partner's devices (or one) measured, from <= at < to, as CSV."""
    dev_eui = None if device is None else typed_dev_eui(device)
    lines = await partner_data.csv(visit, dev_eui, start=between[0], end=between[1])
    return Stream(lines, media_type=CSV)


HANDLERS = (
    show_trial,
    list_partner_devices,
    register_partner_device,
    remove_partner_device,
    partner_latest,
    partner_latest_file,
    partner_history,
    partner_history_file,
)
