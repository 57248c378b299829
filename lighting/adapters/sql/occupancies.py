"""Fitting, removing and correcting: each judged on what is stored, under the lantern's lock."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.fitting import fit as link_nodes
from lighting.adapters.sql.fitting import forget_unfitted
from lighting.adapters.sql.socket_reading import (
    load,
    occupancies,
    open_occupancies,
    past_of,
    same_device_as,
    sockets_changed,
)
from lighting.adapters.sql.socket_rows import detail_row, fitting_row
from lighting.adapters.sql.socket_tables import CORRECTION, OCCUPANCY
from lighting.adapters.sql.tables import NODE
from lighting.adapters.sql.times import to_ms
from lighting.errors import NotFoundError, RefusedError, StoreError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import (
    Correction,
    Fitting,
    Occupancy,
    Removal,
    check_removal,
    corrected,
)
from lighting.inventory.socket_errors import RecordError
from lighting.inventory.socket_store import Judge, NodeJudge

_MET = "another writer fitted the same device in this moment; nothing was kept: try again"


async def fit(
    connection: AsyncConnection, asked: Fitting, judge: Judge, node: NodeLink | None
) -> Occupancy:
    """Record a fitting; see ``SocketStore.fit``."""
    found = await load(connection, [asked.lantern_id], lock=True)
    if asked.lantern_id not in found:
        raise NotFoundError("lantern", asked.lantern_id)
    stored = found[asked.lantern_id]
    made = await _insert(connection, judge(stored, await past_of(connection, asked)))
    if made is None:
        judge(stored, await past_of(connection, asked))  # now the other one is seen, and named
        raise StoreError(_MET)
    if node is not None:
        await link_nodes(connection, [node])
    await sockets_changed(connection, [asked.lantern_id])
    return made


async def fit_nodes(
    connection: AsyncConnection, links: Sequence[NodeLink], judge: NodeJudge, leaving: Removal
) -> list[Occupancy]:
    """Fit nodes and record them; see ``SocketStore.fit_nodes``."""
    gone = await _giving_way(connection, links)
    lantern_ids = {link.lantern_id for link in links}
    concerned = lantern_ids | {each.fitting.lantern_id for each in gone}
    await load(connection, sorted(concerned), lock=True)
    for occupancy in await _giving_way(connection, links):  # again, now that nobody moves them
        await _end(connection, occupancy, leaving)
    stored = await load(connection, sorted(lantern_ids))
    made = []
    for link in sorted(links, key=lambda link: link.dev_eui):
        there = stored.get(link.lantern_id)
        if there is None or any(each.fitting.dev_eui == link.dev_eui for each in there.open):
            continue
        fitting = judge(link, replace(there, node=None))
        if fitting is not None:
            recorded = await _insert(connection, fitting)
            if recorded is None:
                raise StoreError(_MET)
            made.append(recorded)
    await link_nodes(connection, links)
    await sockets_changed(connection, concerned)
    return made


async def remove(connection: AsyncConnection, occupancy_id: int, removal: Removal) -> Occupancy:
    """End an occupancy; see ``SocketStore.remove``."""
    occupancy = await _locked(connection, occupancy_id)
    await _end(connection, occupancy, removal)
    fitting = occupancy.fitting
    same = (NODE.c.dev_eui == fitting.dev_eui, NODE.c.lantern_id == fitting.lantern_id)
    if fitting.dev_eui is not None:
        await connection.execute(update(NODE).where(*same).values(lantern_id=None))
        await forget_unfitted(connection)
    await sockets_changed(connection, [fitting.lantern_id])
    return replace(occupancy, removal=removal)


async def correct(
    connection: AsyncConnection, occupancy_id: int, changes: Mapping[str, str], made: Correction
) -> Occupancy:
    """Change what was recorded; see ``SocketStore.correct``."""
    before = await _locked(connection, occupancy_id)
    after = corrected(before, changes, made=made)
    if after.fitting.dev_eui != before.fitting.dev_eui:
        await _refuse_nodes(connection, before.fitting)
    if after.removal is None:
        other = (same_device_as(after.fitting), OCCUPANCY.c.occupancy_id != occupancy_id)
        for there in await open_occupancies(connection, *other):
            where = there.fitting.socket_id or there.fitting.lantern_id
            raise RecordError(f"{there.words} sits in {where}; correct or remove that one first")
    this = OCCUPANCY.c.occupancy_id == occupancy_id
    await connection.execute(update(OCCUPANCY).where(this).values(detail_row(after.fitting)))
    new = after.corrections[-1]
    await connection.execute(
        insert(CORRECTION).values(
            occupancy_id=occupancy_id,
            number=len(after.corrections),
            corrected_at=to_ms(new.at),
            corrected_by=new.by,
            reason=new.reason,
            was=json.dumps(dict(new.was), ensure_ascii=False),
        )
    )
    await sockets_changed(connection, [after.fitting.lantern_id])
    return after


async def _insert(connection: AsyncConnection, fitting: Fitting) -> Occupancy | None:
    """Write a fitting, or return None if the same device sits somewhere since this moment."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = kind.insert(OCCUPANCY).values(fitting_row(fitting)).on_conflict_do_nothing()
    key = (await connection.execute(new.returning(OCCUPANCY.c.occupancy_id))).scalar()
    return None if key is None else Occupancy(occupancy_id=key, fitting=fitting)


async def _end(connection: AsyncConnection, occupancy: Occupancy, removal: Removal) -> None:
    check_removal(occupancy, removal)
    await connection.execute(
        update(OCCUPANCY)
        .where(OCCUPANCY.c.occupancy_id == occupancy.occupancy_id)
        .values(removed_at=to_ms(removal.at), removed_by=removal.by, removed_reason=removal.reason)
    )


async def _locked(connection: AsyncConnection, occupancy_id: int) -> Occupancy:
    """Return an occupancy whose lantern is held; an occupancy never changes its lantern."""
    this = OCCUPANCY.c.occupancy_id == occupancy_id
    lantern_id = (await connection.execute(select(OCCUPANCY.c.lantern_id).where(this))).scalar()
    if lantern_id is None:
        raise NotFoundError("occupancy", occupancy_id)
    await load(connection, [LanternId(lantern_id)], lock=True)
    return (await occupancies(connection, this))[0]


async def _giving_way(connection: AsyncConnection, links: Sequence[NodeLink]) -> list[Occupancy]:
    """Return what ends when these nodes are fitted: of those that move, and that are replaced."""
    staying = {(link.dev_eui, link.lantern_id) for link in links}
    replaced = select(NODE.c.dev_eui).where(
        among(connection, NODE.c.lantern_id, {link.lantern_id for link in links})
    )
    moving = among(connection, OCCUPANCY.c.dev_eui, {link.dev_eui for link in links})
    found = await open_occupancies(connection, moving | OCCUPANCY.c.dev_eui.in_(replaced))
    return [
        each for each in found if (each.fitting.dev_eui, each.fitting.lantern_id) not in staying
    ]


async def _refuse_nodes(connection: AsyncConnection, fitting: Fitting) -> None:
    node = select(NODE.c.dev_eui).where(NODE.c.dev_eui == fitting.dev_eui)
    if (await connection.execute(node)).first() is not None:
        raise RefusedError(
            f"{fitting.dev_eui} is the node of lantern {fitting.lantern_id}; its DevEUI cannot be"
            " corrected: fit the right node, and the wrong one gives way"
        )
