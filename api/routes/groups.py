"""Groups: lanterns that share a ward, a road, a class or a policy."""

from collections import Counter
from typing import Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.problems import fails
from api.schemas.lanterns import GroupsTold, GroupTold
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS


@get("/groups", tags=["lanterns"], responses=fails())
async def list_groups(
    office: NamedDependency[Office], by: FromQuery[Literal["ward", "road", "class", "policy"]]
) -> GroupsTold:
    """Return the groups of one kind, each with the numbers of its lanterns and nodes.

    Of lanterns without a policy the group is the reason of the rule that exempts them.
    """
    lanterns: Counter[str] = Counter()
    nodes: Counter[str] = Counter()
    group_of = GROUPINGS[by].of
    async for chunk in office.stores.lanterns.every(LanternFilter()):
        for stored in chunk:
            group = group_of(stored)
            lanterns[group] += 1
            nodes[group] += stored.dev_eui is not None
    groups = (
        GroupTold(group=group, lanterns=lanterns[group], nodes=nodes[group])
        for group in sorted(lanterns)
    )
    return GroupsTold(by=by, groups=tuple(groups))


HANDLERS = (list_groups,)
