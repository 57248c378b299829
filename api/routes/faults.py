"""Faults of lanterns: the ranked work list, one fault, acknowledgement, exports."""

from typing import Annotated, Literal

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, JSONBody, PathParameter, QueryParameter
from litestar.response import Stream

from api.documents import example, exchanges, file_answer
from api.problems import fails
from api.schemas.faults import AcknowledgementAsked, FaultPage, FaultTold, fault_told
from lighting.errors import RefusedError
from lighting.faults.kinds import FaultKind
from lighting.faults.store import FaultFilter
from lighting.operations.acknowledge import acknowledge_fault
from lighting.operations.controller import Office
from lighting.operations.export_faults import FaultFormat, export_faults

SHOWN = exchanges("faults")
FILE = "All faults of the filter, the most urgent first."

PAGE_MAX = 1000
PAGE_DEFAULT = 100

NUMBER_MAX = 2**63 - 1
"""What every database holds."""

Number = Annotated[int, PathParameter(ge=1, le=NUMBER_MAX)]
After = Annotated[int | None, QueryParameter(ge=1, le=NUMBER_MAX)]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
State = Literal["open", "cleared", "any"]

_IS_OPEN = {"open": True, "cleared": False, "any": None}


def faults_asked(
    *,
    life: Annotated[State, QueryParameter(name="state")] = "open",
    kind: FromQuery[str | None] = None,
    subject: FromQuery[str | None] = None,
    acknowledged: FromQuery[bool | None] = None,
) -> FaultFilter:
    """Return the filter of a query: every part that is given must hold.

    Raises:
        RefusedError: there is no such kind of fault.
    """
    return FaultFilter(
        is_open=_IS_OPEN[life], kind=_kind(kind), subject=subject, acknowledged=acknowledged
    )


@get(
    "/faults",
    tags=["faults"],
    dependencies={"where": Provide(faults_asked, sync_to_thread=False)},
    responses=fails(404, 422),
    operation_class=example(SHOWN["list_faults"]),
)
async def list_faults(
    office: NamedDependency[Office],
    where: NamedDependency[FaultFilter],
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> FaultPage:
    """Return faults, the most urgent first; ``subject`` is a lantern's id or a group's key."""
    found = await office.stores.faults.find(where, after=after, limit=limit + 1)
    return FaultPage(
        items=tuple(fault_told(fault) for fault in found[:limit]),
        next=found[limit - 1].fault_id if len(found) > limit else None,
    )


@get(
    "/faults/export",
    tags=["faults"],
    dependencies={"where": Provide(faults_asked, sync_to_thread=False)},
    responses=fails(422),
    operation_class=file_answer(FILE, SHOWN["export_fault_file"]),
)
async def export_fault_file(
    office: NamedDependency[Office],
    where: NamedDependency[FaultFilter],
    form: Annotated[FaultFormat, QueryParameter(name="format")] = FaultFormat.CSV,
) -> Stream:
    """Return all faults of a filter as a file for asset systems: CSV, or GeoJSON (RFC 7946).

    However many there are, each is in it once. A cell that a spreadsheet would take for a formula
    begins with an apostrophe.
    """
    return Stream(
        await export_faults(office.stores.faults, where, form),
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="faults.{form.value}"'},
    )


@get(
    "/faults/{fault_id:int}",
    tags=["faults"],
    responses=fails(404),
    operation_class=example(SHOWN["show_fault"]),
)
async def show_fault(office: NamedDependency[Office], fault_id: Number) -> FaultTold:
    """Return a fault with its evidence, open or cleared."""
    return fault_told(await office.stores.faults.get(fault_id))


@post(
    "/faults/{fault_id:int}/acknowledgement",
    tags=["faults"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
    operation_class=example(SHOWN["acknowledge"]),
)
async def acknowledge(
    office: NamedDependency[Office],
    fault_id: Number,
    data: JSONBody[AcknowledgementAsked],
) -> FaultTold:
    """Note that somebody knows of an open fault; it stays open until it is seen to be well."""
    known = await acknowledge_fault(office, fault_id, by=data.by, reason=data.reason)
    return fault_told(known)


def _kind(text: str | None) -> FaultKind | None:
    if text is None:
        return None
    try:
        return FaultKind(text)
    except ValueError:
        known = ", ".join(kind.value for kind in FaultKind)
        raise RefusedError(f"{text!r} is no kind of fault; use one of: {known}") from None


HANDLERS = (list_faults, export_fault_file, show_fault, acknowledge)
