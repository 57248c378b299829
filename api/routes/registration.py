"""Registration: scan, find the column, register, swap, remove, and see who is still awaited."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, RawBody

from api.documents import example, exchanges, file_body
from api.problems import fails
from api.registering import device_asked, position_asked
from api.requests import StrictRequest, media_type_of
from api.schemas.registration import (
    BulkTold,
    NearestTold,
    NearTold,
    RegistrationAsked,
    RegistrationsTold,
    RegistrationTold,
    RemovalOfDeviceAsked,
    RetriedTold,
    ScanAsked,
    ScanTold,
    SwapAsked,
)
from lighting.errors import NotFoundError
from lighting.identifiers import LanternId
from lighting.inventory.needs import Place
from lighting.operations.commissionings import Commissioned
from lighting.operations.controller import Controller, Office
from lighting.operations.nearby import DEFAULT_ACCURACY_M, lanterns_near
from lighting.operations.plain_registration import (
    plain_commissioned,
    plain_looked,
    plain_near,
    plain_report,
)
from lighting.operations.register_bulk import BulkRun
from lighting.operations.scan import scanned_dev_eui

PAGE_MAX = 1000
PAGE_DEFAULT = 100
NEAR_MAX = 50
NEAR_DEFAULT = 5
FILE_BYTES_MAX = 16 * 1024 * 1024
"""A row takes about 200 bytes of CSV: room for 80,000 devices."""

FILE_TYPES = ("text/csv", "application/octet-stream")
FILE = "CSV with dev_eui and device_id; also lantern_id, position, join_eui, app_key and others."

SHOWN = exchanges("registration")
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Few = Annotated[int, QueryParameter(ge=1, le=NEAR_MAX)]


@post(
    "/registrations/scan",
    tags=["registration"],
    status_code=200,
    responses=fails(413, 415, 422),
    operation_class=example(SHOWN["scan_label"]),
)
async def scan_label(office: NamedDependency[Office], data: JSONBody[ScanAsked]) -> ScanTold:
    """Return what a label says: the device, models that it may be, and where it is if known."""
    looked = await office.devices.scanner.look(data.text)
    return msgspec.convert(plain_looked(looked), ScanTold)


@get(
    "/registrations/nearest",
    tags=["registration"],
    responses=fails(422),
    operation_class=example(SHOWN["find_nearest"]),
)
async def find_nearest(
    office: NamedDependency[Office],
    latitude_deg: FromQuery[float],
    longitude_deg: FromQuery[float],
    *,
    accuracy_m: FromQuery[float] = DEFAULT_ACCURACY_M,
    device_id: FromQuery[str] = "",
    limit: Few = NEAR_DEFAULT,
) -> NearestTold:
    """Return the nearest lanterns: how far they are, and whether the device goes there."""
    found = await lanterns_near(
        office.devices.surroundings,
        office.sockets,
        Place(latitude_deg=latitude_deg, longitude_deg=longitude_deg),
        accuracy_m=accuracy_m,
        device_id=device_id,
        limit=limit,
    )
    lanterns = tuple(msgspec.convert(plain_near(each), NearTold) for each in found)
    return NearestTold(lanterns=lanterns)


@post(
    "/registrations",
    tags=["registration"],
    status_code=200,
    responses=fails(404, 409, 413, 415, 422),
    operation_class=example(SHOWN["register_device"]),
)
async def register_device(
    controller: NamedDependency[Controller], data: JSONBody[RegistrationAsked]
) -> RegistrationTold:
    """Register a device: fit it, and create it on the network server. Asking twice does it once.

    A network server that is away is told later; ``server`` says how it stands.
    """
    office = controller.office
    asked = await device_asked(
        office.devices.scanner,
        data,
        lantern_id=None if data.lantern_id is None else LanternId(data.lantern_id),
        position=position_asked(data.position),
        number=data.number,
    )
    return _told(controller, await office.devices.registration.register(asked))


@get(
    "/registrations",
    tags=["registration"],
    responses=fails(),
    operation_class=example(SHOWN["list_waiting"]),
)
async def list_waiting(
    office: NamedDependency[Office],
    after: FromQuery[int | None] = None,
    limit: Limit = PAGE_DEFAULT,
) -> RegistrationsTold:
    """Return the devices that are not in service yet, the earliest first, each with its problem."""
    store = office.devices.registration.store
    found = await store.waiting(after=after, limit=limit + 1)
    return RegistrationsTold(
        items=tuple(_plain(each) for each in found[:limit]),
        next=found[limit - 1].commissioning_id if len(found) > limit else None,
    )


@get(
    "/registrations/{dev_eui:str}",
    tags=["registration"],
    responses=fails(404, 422),
    operation_class=example(SHOWN["show_registration"]),
)
async def show_registration(
    office: NamedDependency[Office], dev_eui: FromPath[str]
) -> RegistrationTold:
    """Return how a device stands, and every step of its way in its present or last place."""
    found = await office.devices.registration.store.find(scanned_dev_eui(dev_eui))
    if found is None:
        raise NotFoundError("registered device", scanned_dev_eui(dev_eui))
    return _plain(found)


@post(
    "/registrations/{dev_eui:str}/swap",
    tags=["registration"],
    status_code=200,
    responses=fails(404, 409, 413, 415, 422),
    operation_class=example(SHOWN["swap_device"]),
)
async def swap_device(
    controller: NamedDependency[Controller],
    dev_eui: FromPath[str],
    data: JSONBody[SwapAsked],
) -> RegistrationTold:
    """Put a device in the place of this one, in one act; this one is disabled, its history kept."""
    devices = controller.office.devices
    old = scanned_dev_eui(dev_eui)
    asked = await device_asked(devices.scanner, data)
    there = await devices.registration.swap(old, asked, reason=data.reason)
    controller.recorder.forget([old])
    return _told(controller, there)


@post(
    "/registrations/{dev_eui:str}/remove",
    tags=["registration"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["take_off_device"]),
)
async def take_off_device(
    controller: NamedDependency[Controller],
    dev_eui: FromPath[str],
    data: JSONBody[RemovalOfDeviceAsked],
) -> RegistrationTold:
    """Take a device off; on the network server it is disabled, or with ``forget`` deleted."""
    registration = controller.office.devices.registration
    there = await registration.remove(
        scanned_dev_eui(dev_eui), by=data.by, reason=data.reason, forget=data.forget
    )
    return _told(controller, there)


@post(
    "/registrations/{dev_eui:str}/retry",
    tags=["registration"],
    status_code=200,
    responses=fails(404, 422),
)
async def retry_device(office: NamedDependency[Office], dev_eui: FromPath[str]) -> RetriedTold:
    """Tell the network server now what it could not be told about a device before."""
    done = await office.devices.registration.retry(scanned_dev_eui(dev_eui))
    return RetriedTold(done=done)


@post(
    "/registrations/bulk",
    tags=["registration"],
    status_code=200,
    request_max_body_size=FILE_BYTES_MAX,
    operation_class=file_body(FILE, FILE_TYPES, SHOWN["register_file"]),
    responses=fails(413, 415, 422),
)
async def register_file(
    request: StrictRequest,
    office: NamedDependency[Office],
    body: RawBody,
    *,
    by: FromQuery[str],
    dry_run: FromQuery[bool] = False,
) -> BulkTold:
    """Register the devices of a file; every bad row is told, the good ones are done, twice is once.

    With ``dry_run`` nothing is written, and the report says what would be.
    """
    media_type_of(request, FILE_TYPES)
    run = BulkRun(registration=office.devices.registration, dry_run=dry_run)
    return msgspec.convert(plain_report(await run.run(body, by=by)), BulkTold)


def _plain(there: Commissioned) -> RegistrationTold:
    return msgspec.convert(plain_commissioned(there), RegistrationTold)


def _told(controller: Controller, there: Commissioned) -> RegistrationTold:
    controller.recorder.forget([there.dev_eui])
    return _plain(there)


HANDLERS = (
    scan_label,
    find_nearest,
    register_device,
    register_file,
    list_waiting,
    show_registration,
    swap_device,
    take_off_device,
    retry_device,
)
