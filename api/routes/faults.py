"""Faults of lanterns: the ranked work list, one fault, acknowledgement."""

from typing import Annotated, Literal

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.problems import fails
from api.schemas.faults import AcknowledgementAsked, FaultPage, FaultTold, fault_told
from lighting.errors import RefusedError
from lighting.faults.kinds import FaultKind
from lighting.faults.store import FaultFilter
from lighting.operations.acknowledge import acknowledge_fault
from lighting.operations.controller import Office

PAGE_MAX = 1000
PAGE_DEFAULT = 100

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
)
async def list_faults(
    office: NamedDependency[Office],
    where: NamedDependency[FaultFilter],
    after: FromQuery[int | None] = None,
    limit: Limit = PAGE_DEFAULT,
) -> FaultPage:
    """Return faults, the most urgent first; ``subject`` is a lantern's id or a group's key."""
    found = await office.stores.faults.find(where, after=after, limit=limit + 1)
    return FaultPage(
        items=tuple(fault_told(fault) for fault in found[:limit]),
        next=found[limit - 1].fault_id if len(found) > limit else None,
    )


@get("/faults/{fault_id:int}", tags=["faults"], responses=fails(404))
async def show_fault(office: NamedDependency[Office], fault_id: FromPath[int]) -> FaultTold:
    """Return a fault with its evidence, open or cleared."""
    return fault_told(await office.stores.faults.get(fault_id))


@post(
    "/faults/{fault_id:int}/acknowledgement",
    tags=["faults"],
    status_code=200,
    responses=fails(404, 413, 415, 422),
)
async def acknowledge(
    office: NamedDependency[Office],
    fault_id: FromPath[int],
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


HANDLERS = (list_faults, show_fault, acknowledge)
