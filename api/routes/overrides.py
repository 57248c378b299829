"""Overrides: light lanterns at a level until a stated time; they resume by themselves."""

from datetime import UTC

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.problems import fails
from api.schemas.overrides import (
    OverrideAsked,
    OverrideBegun,
    OverridesTold,
    OverrideTold,
    override_told,
)
from lighting.operations.controller import Office
from lighting.operations.override import OverrideRequest
from lighting.operations.selection import select


@post("/overrides", tags=["overrides"], responses=fails(413, 415, 422))
async def begin_override(
    office: NamedDependency[Office], data: JSONBody[OverrideAsked]
) -> OverrideBegun:
    """Begin an override; its first orders are written before the answer is given.

    An emergency lights at 100 % and goes ahead of everything.
    """
    selected = await select(
        office.stores.lanterns, data.selection.filter(), whole_city=data.selection.whole_city
    )
    at = office.clock.now()
    override = await office.overrides.begin(
        OverrideRequest(
            selection=selected.words,
            level=data.level,
            starts_at=at if data.starts_at is None else data.starts_at.astimezone(UTC),
            ends_at=data.ends_at.astimezone(UTC),
            reason=data.reason,
            emergency=data.emergency,
        ),
        selected.dev_euis,
        at=at,
    )
    return OverrideBegun(
        override=override_told(override), lanterns_without_node=selected.without_node
    )


@get("/overrides", tags=["overrides"], responses=fails())
async def list_overrides(office: NamedDependency[Office]) -> OverridesTold:
    """Return the overrides that have not ended, earliest first."""
    found = await office.stores.overrides.open_overrides(office.clock.now())
    return OverridesTold(overrides=tuple(override_told(each) for each in found))


@delete("/overrides/{override_id:int}", tags=["overrides"], status_code=200, responses=fails(404))
async def end_override(office: NamedDependency[Office], override_id: FromPath[int]) -> OverrideTold:
    """End an override now: orders that wait are dropped, and its nodes are told to resume."""
    return override_told(await office.overrides.end(override_id, at=office.clock.now()))


HANDLERS = (begin_override, list_overrides, end_override)
