"""Fitting nodes to lanterns: moves, swaps and replacements in one transaction."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, among, insert_rows
from lighting.adapters.sql.order_rows import outcome
from lighting.adapters.sql.order_tables import ORDER, in_states
from lighting.adapters.sql.socket_reading import sockets_changed
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.downlink.lifecycle import Event, sources
from lighting.errors import StoreError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.operations.records import Evidence

_NAMED_IN_ERRORS = 5

_LINK = ("dev_eui", "lantern_id", "profile_id", "application_id")
_COLUMNS = (*_LINK, "evidence")


async def fit(connection: AsyncConnection, links: Sequence[NodeLink]) -> None:
    """Fit nodes; of two links that cannot both be, the later one holds.

    A node that ends up without a lantern is forgotten with its open orders (a node that is fitted
    again may have been anywhere); what it said stays.

    Raises:
        StoreError: a lantern does not exist.
    """
    lantern_ids = {link.lantern_id for link in links}
    await _check_lanterns(connection, lantern_ids)
    # Lanterns are emptied first, so that two nodes can change places.
    moving = among(connection, NODE.c.dev_eui, {link.dev_eui for link in links})
    concerned = moving | among(connection, NODE.c.lantern_id, lantern_ids)
    left = select(NODE.c.lantern_id).where(concerned)
    concerned_lanterns = {*lantern_ids, *(await connection.execute(left)).scalars()}
    await connection.execute(update(NODE).where(concerned).values(lantern_id=None))
    rows = (
        (link.dev_eui, link.lantern_id, link.profile_id, link.application_id, Evidence.NONE.value)
        for link in sorted(_last_of_each(links), key=lambda link: link.dev_eui)
    )
    existing = Upsert(key=("dev_eui",), columns=_LINK[1:])
    await insert_rows(connection, NODE, _COLUMNS, rows, existing=existing)
    await forget_unfitted(connection)
    await sockets_changed(connection, concerned_lanterns)


def _last_of_each(links: Sequence[NodeLink]) -> list[NodeLink]:
    """Return the links that hold when each replaces the earlier ones of its node and lantern."""
    by_lantern: dict[LanternId, NodeLink] = {}
    at: dict[DevEui, LanternId] = {}
    for link in links:
        before = at.get(link.dev_eui)
        if before is not None and by_lantern[before].dev_eui == link.dev_eui:
            del by_lantern[before]
        by_lantern[link.lantern_id] = link
        at[link.dev_eui] = link.lantern_id
    return list(by_lantern.values())


async def _check_lanterns(connection: AsyncConnection, lantern_ids: Collection[LanternId]) -> None:
    query = select(LANTERN.c.lantern_id).where(among(connection, LANTERN.c.lantern_id, lantern_ids))
    missing = sorted(set(lantern_ids) - set((await connection.execute(query)).scalars()))
    if missing:
        named = ", ".join(missing[:_NAMED_IN_ERRORS])
        more = " and others" if len(missing) > _NAMED_IN_ERRORS else ""
        raise StoreError(
            f"{len(missing)} lanterns do not exist ({named}{more}); no node was fitted: "
            "import them first, or correct their ids"
        )


async def forget_unfitted(connection: AsyncConnection) -> None:
    """Forget the nodes that have no lantern any more, and end their open orders."""
    unfitted = select(NODE.c.dev_eui).where(NODE.c.lantern_id.is_(None))
    ended = outcome(Event.SUPERSEDE).value
    await connection.execute(
        update(ORDER)
        .where(in_states(sources(Event.SUPERSEDE)), ORDER.c.dev_eui.in_(unfitted))
        .values(state=ended, note="the node was taken off its lantern")
    )
    await connection.execute(delete(NODE).where(NODE.c.lantern_id.is_(None)))
