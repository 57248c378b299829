"""Reading the register of sockets: lanterns as they stand, locked or not; what is past; changes."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.socket_rows import (
    correction_of,
    occupancy_of,
    retired_of,
    serial_key,
    socket_of,
)
from lighting.adapters.sql.socket_tables import (
    CORRECTION,
    OCCUPANCY,
    SOCKET,
    SOCKET_COUNT,
    STILL_THERE,
)
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.adapters.sql.times import from_ms
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Correction, Fitting, Occupancy, Past
from lighting.inventory.seats import StoredSockets
from lighting.inventory.sockets import RetiredSocket, Socket, SocketId

_PLACE = ("lantern_id", "latitude_deg", "longitude_deg", "road", "ward", "column")


async def load(
    connection: AsyncConnection, lantern_ids: Collection[LanternId], *, lock: bool = False
) -> dict[LanternId, StoredSockets]:
    """Return the lanterns that exist among these, with sockets and occupants, in order of id.

    With ``lock`` whoever else wants to change what sits on them waits until the transaction ends.
    (SQLite has one writer at a time anyway.)
    """
    query = select(*(LANTERN.c[name] for name in _PLACE))
    query = query.where(among(connection, LANTERN.c.lantern_id, lantern_ids))
    query = query.order_by(LANTERN.c.lantern_id)
    if lock:
        query = query.with_for_update(key_share=True)
    places = (await connection.execute(query)).all()
    sockets: defaultdict[str, list[Socket]] = defaultdict(list)
    retired: defaultdict[str, list[RetiredSocket]] = defaultdict(list)
    of_these = among(connection, SOCKET.c.lantern_id, lantern_ids)
    for row in await connection.execute(
        select(SOCKET).where(of_these).order_by(SOCKET.c.socket_id)
    ):
        if row.retired_at is None:
            sockets[row.lantern_id].append(socket_of(row))
        else:
            retired[row.lantern_id].append(retired_of(row))
    there: defaultdict[str, list[Occupancy]] = defaultdict(list)
    for each in await open_occupancies(
        connection, among(connection, OCCUPANCY.c.lantern_id, lantern_ids)
    ):
        there[each.fitting.lantern_id].append(each)
    nodes = await _nodes(connection, lantern_ids)
    freed = await _freed(connection, lantern_ids if lock else ())
    return {
        LanternId(row.lantern_id): StoredSockets(
            lantern_id=LanternId(row.lantern_id),
            latitude_deg=row.latitude_deg,
            longitude_deg=row.longitude_deg,
            road=row.road,
            ward=row.ward,
            column=row.column,
            sockets=tuple(sockets[row.lantern_id]),
            retired=tuple(retired[row.lantern_id]),
            open=tuple(there[row.lantern_id]),
            node=nodes.get(row.lantern_id),
            freed=freed[row.lantern_id],
        )
        for row in places
    }


async def open_occupancies(
    connection: AsyncConnection, *only: ColumnElement[bool]
) -> list[Occupancy]:
    """Return what sits now, of the occupancies for which ``only`` holds, without corrections."""
    query = select(OCCUPANCY).where(STILL_THERE, *only).order_by(OCCUPANCY.c.occupancy_id)
    return [occupancy_of(row) for row in await connection.execute(query)]


async def occupancies(
    connection: AsyncConnection, *only: ColumnElement[bool], limit: int | None = None
) -> list[Occupancy]:
    """Return occupancies in order of id, with their corrections."""
    query = select(OCCUPANCY).where(*only).order_by(OCCUPANCY.c.occupancy_id).limit(limit)
    rows = (await connection.execute(query)).all()
    ids = [row.occupancy_id for row in rows]
    made: defaultdict[int, list[Correction]] = defaultdict(list)
    corrections = select(CORRECTION).where(among(connection, CORRECTION.c.occupancy_id, ids))
    for row in await connection.execute(corrections.order_by(CORRECTION.c.number)):
        made[row.occupancy_id].append(correction_of(row))
    return [occupancy_of(row, made[row.occupancy_id]) for row in rows]


async def past_of(connection: AsyncConnection, asked: Fitting) -> Past:
    """Return what is recorded of the device of a fitting."""
    same_device = same_device_as(asked)
    now = await open_occupancies(connection, same_device)
    removed = select(func.max(OCCUPANCY.c.removed_at)).where(same_device)
    node = select(NODE.c.lantern_id).where(NODE.c.dev_eui == asked.dev_eui)
    return Past(
        device_now=now[0] if now else None,
        node_on=(await connection.execute(node)).scalar(),
        last_removal=from_ms((await connection.execute(removed)).scalar()),
    )


def same_device_as(fitting: Fitting) -> ColumnElement[bool]:
    """Return the condition that an occupancy is of the device of ``fitting``."""
    key = serial_key(fitting.device_id, fitting.serial)
    by_eui = false() if fitting.dev_eui is None else OCCUPANCY.c.dev_eui == fitting.dev_eui
    by_serial = false() if key is None else OCCUPANCY.c.serial_key == key
    return or_(by_eui, by_serial)


async def sockets_changed(connection: AsyncConnection, lantern_ids: Collection[str]) -> None:
    """Give the sockets of these lanterns a new revision; without sockets nothing is done.

    Call it last: who holds the count must not wait for anybody.
    """
    concerned = among(connection, SOCKET.c.lantern_id, lantern_ids)
    some = select(SOCKET.c.socket_id).where(concerned).limit(1)
    if (await connection.execute(some)).first() is None:
        return
    number = await next_revision(connection)
    await connection.execute(update(SOCKET).where(concerned).values(revision=number))


async def next_revision(connection: AsyncConnection) -> int:
    """Return the number of this change; the next writer waits for the end of this one."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = kind.insert(SOCKET_COUNT).values(only=1, changes=1)
    counted = first.on_conflict_do_update(
        index_elements=["only"], set_={"changes": SOCKET_COUNT.c.changes + 1}
    ).returning(SOCKET_COUNT.c.changes)
    number: int = (await connection.execute(counted)).scalar_one()
    return number


async def _freed(
    connection: AsyncConnection, lantern_ids: Collection[LanternId]
) -> defaultdict[str, dict[SocketId, datetime]]:
    freed: defaultdict[str, dict[SocketId, datetime]] = defaultdict(dict)
    if not lantern_ids:
        return freed
    last = func.max(OCCUPANCY.c.removed_at).label("last")
    query = (
        select(OCCUPANCY.c.lantern_id, OCCUPANCY.c.socket_id, last)
        .where(
            among(connection, OCCUPANCY.c.lantern_id, lantern_ids),
            OCCUPANCY.c.socket_id.is_not(None),
            OCCUPANCY.c.removed_at.is_not(None),
        )
        .group_by(OCCUPANCY.c.lantern_id, OCCUPANCY.c.socket_id)
    )
    for row in await connection.execute(query):
        freed[row.lantern_id][SocketId(row.socket_id)] = from_ms(row.last)
    return freed


async def _nodes(
    connection: AsyncConnection, lantern_ids: Collection[LanternId]
) -> dict[Any, NodeLink]:
    columns = (NODE.c.lantern_id, NODE.c.dev_eui, NODE.c.profile_id, NODE.c.application_id)
    query = select(*columns).where(among(connection, NODE.c.lantern_id, lantern_ids))
    return {
        row.lantern_id: NodeLink(
            lantern_id=LanternId(row.lantern_id),
            dev_eui=DevEui(row.dev_eui),
            profile_id=row.profile_id,
            application_id=row.application_id,
        )
        for row in await connection.execute(query)
    }
