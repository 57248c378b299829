"""Beginning and leaving, inside a transaction.

The row of a device is written first: its unique index decides which of two that ask at once goes
on, and the other one waits, then sees who was first. Lanterns are locked after that.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql import occupancies
from lighting.adapters.sql.add_ons import gauge_of, put_add_ons, put_gauge
from lighting.adapters.sql.commissioning_rows import (
    READ,
    commissioned,
    new_row,
    pending_row,
    read,
    reading,
    step_row,
)
from lighting.adapters.sql.commissioning_tables import (
    COMMISSIONING,
    COMMISSIONING_STEP,
    HAS_ERRAND,
    IS_OPEN,
)
from lighting.adapters.sql.fitting import fit as link_nodes
from lighting.adapters.sql.fitting import forget_unfitted
from lighting.adapters.sql.sensing_tables import ADD_ON
from lighting.adapters.sql.socket_reading import (
    load,
    open_occupancies,
    past_of,
    sockets_changed,
)
from lighting.adapters.sql.socket_tables import OCCUPANCY
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.adapters.sql.times import to_ms
from lighting.errors import NotFoundError, StoreError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.occupancy import Occupancy, Removal
from lighting.inventory.sockets import SocketId
from lighting.operations.commissionings import (
    FIRST_TRY_TIME,
    AlreadyRegisteredError,
    Begun,
    Commissioned,
    Errand,
    Leaving,
    NewCommissioning,
    Particulars,
    Pending,
    Seat,
)
from lighting.registration.commissioning import Event, State, Step, move
from lighting.sensing.add_on import AddOn

_SAID_WHEN_FITTED = ("owner", "permit", "photo", "serial", "stream_id")

UNKNOWN_MODEL = "unknown"
"""The model of a node that was fitted before anybody recorded what it is."""


async def begin(
    connection: AsyncConnection,
    new: NewCommissioning,
    seat: Seat | None,
    replacing: Leaving | None = None,
) -> Begun:
    """Take a device into service; see ``CommissioningStore.begin``."""
    if seat is not None:
        await _require_lantern(connection, seat.fitting.lantern_id)
    inserted = await _insert(connection, new)
    before = inserted or await open_one(connection, new.dev_eui)
    if before is None:
        raise StoreError(f"another process has just removed {new.dev_eui}; try again")
    gauge: dict[str, float | None] = {}
    if replacing is not None:
        if before.lantern_id is not None:
            raise AlreadyRegisteredError(before, "cannot take another's place")
        gauge = await gauge_of(connection, replacing.dev_eui, new.particulars.device_id)
        await leave(connection, replacing)
    if inserted is None and _is_the_same(before, new):
        return await _again(connection, before, new)
    await _drop_old_errands(connection, new.dev_eui)
    changes = pending_row(Pending(errand=Errand.CREATE, next_try_at=new.at + FIRST_TRY_TIME))
    if new.sealed is not None:
        changes["sealed"] = new.sealed
    if seat is None:
        after = await change(connection, before, changes)
    else:
        place = await _occupy(connection, before, seat, new)
        await put_gauge(connection, new.dev_eui, gauge)
        step = Step(event=Event.FIT, at=new.at, by=new.by)
        after = await take(connection, before, step, changes | place)
    return Begun(commissioned=after, changed=True)


async def leave(connection: AsyncConnection, leaving: Leaving) -> Commissioned:
    """Take a device off; see ``CommissioningStore.leave``."""
    before = await open_one(connection, leaving.dev_eui) or await _adopted(connection, leaving)
    move(before.state, leaving.event)  # refused before anything is touched
    removal = Removal(at=leaving.at, by=leaving.by, reason=leaving.reason)
    for each in await open_occupancies(connection, OCCUPANCY.c.dev_eui == leaving.dev_eui):
        await occupancies.remove(connection, each.occupancy_id, removal)
    await _unlink(connection, leaving.dev_eui)
    await connection.execute(delete(ADD_ON).where(ADD_ON.c.dev_eui == leaving.dev_eui))
    step = Step(event=leaving.event, at=leaving.at, by=leaving.by, note=leaving.reason)
    pending = Pending(errand=leaving.errand, next_try_at=leaving.at + FIRST_TRY_TIME)
    changes = {**pending_row(pending), "ended_at": to_ms(leaving.at), "sealed": None}
    return await take(connection, before, step, changes)


async def take(
    connection: AsyncConnection, before: Commissioned, step: Step, changes: dict[str, Any]
) -> Commissioned:
    """Write a step and the state that it leads to, with other changes; return what is then."""
    row = step_row(before.commissioning_id, len(before.steps), step)
    await connection.execute(insert(COMMISSIONING_STEP).values(row))
    state = move(before.state, step.event)
    moved = {"state": state.value, "since": to_ms(step.at), **changes}
    return await change(connection, replace(before, steps=(*before.steps, step)), moved)


async def change(
    connection: AsyncConnection, before: Commissioned, changes: dict[str, Any]
) -> Commissioned:
    """Set columns of a commissioning; return what is then."""
    this = COMMISSIONING.c.commissioning_id == before.commissioning_id
    made = update(COMMISSIONING).where(this).values(changes).returning(*READ)
    return commissioned((await connection.execute(made)).one(), before.steps)


async def one(connection: AsyncConnection, commissioning_id: int) -> Commissioned:
    """Return a commissioning that exists, and hold it until the end of the transaction."""
    this = COMMISSIONING.c.commissioning_id == commissioning_id
    (found,) = await read(connection, reading(this).with_for_update(of=COMMISSIONING))
    return found


async def open_one(connection: AsyncConnection, dev_eui: DevEui) -> Commissioned | None:
    """Return the open commissioning of a device, and hold it."""
    query = reading(COMMISSIONING.c.dev_eui == dev_eui, IS_OPEN).with_for_update(of=COMMISSIONING)
    return next(iter(await read(connection, query)), None)


async def _require_lantern(connection: AsyncConnection, lantern_id: LanternId) -> None:
    there = select(LANTERN.c.lantern_id).where(LANTERN.c.lantern_id == lantern_id)
    if (await connection.execute(there)).first() is None:
        raise NotFoundError("lantern", lantern_id)


async def _insert(connection: AsyncConnection, new: NewCommissioning) -> Commissioned | None:
    """Write a planned commissioning; return None if the device has an open one."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = kind.insert(COMMISSIONING).values(new_row(new)).on_conflict_do_nothing()
    row = (await connection.execute(made.returning(*READ))).one_or_none()
    return None if row is None else commissioned(row)


async def _drop_old_errands(connection: AsyncConnection, dev_eui: DevEui) -> None:
    """Forget that the server should stop a device which is now to talk again."""
    gone = (COMMISSIONING.c.dev_eui == dev_eui, COMMISSIONING.c.ended_at.is_not(None))
    nothing = pending_row(Pending())
    await connection.execute(update(COMMISSIONING).where(HAS_ERRAND, *gone).values(nothing))


def _is_the_same(before: Commissioned, new: NewCommissioning) -> bool:
    """Return whether a device is asked for again where it is; False if it is only to be seated.

    Raises:
        AlreadyRegisteredError: it is elsewhere, or is another model.
    """
    if before.particulars.device_id != new.particulars.device_id:
        raise AlreadyRegisteredError(
            before, f"is registered as another model than {new.particulars.device_id}"
        )
    if before.lantern_id is None:
        return new.lantern_id is None
    if new.lantern_id not in {None, before.lantern_id}:
        raise AlreadyRegisteredError(before, "is registered elsewhere; remove it there first")
    return True


async def _again(connection: AsyncConnection, before: Commissioned, new: NewCommissioning) -> Begun:
    """Take up again what has not come to its end; new keys are taken only where that failed."""
    unfinished = before.state is State.FAILED or before.pending.errand is not Errand.NONE
    if not unfinished:
        return Begun(commissioned=before, changed=False)
    due = Pending(
        errand=Errand.CREATE, tries=before.pending.tries, next_try_at=new.at + FIRST_TRY_TIME
    )
    changes = pending_row(due) | ({} if new.sealed is None else {"sealed": new.sealed})
    return Begun(commissioned=await change(connection, before, changes), changed=True)


async def _occupy(
    connection: AsyncConnection, before: Commissioned, seat: Seat, new: NewCommissioning
) -> dict[str, Any]:
    """Fit a device; return the columns that say where it is, and what was said of it now."""
    made = await _record(connection, seat)
    if seat.node is None:
        await put_add_ons(connection, [_add_on(seat.fitting.lantern_id, new)])
    said = {name: getattr(new.particulars, name) for name in _SAID_WHEN_FITTED}
    kept = {name: text or getattr(before.particulars, name) for name, text in said.items()}
    return kept | {
        "lantern_id": seat.fitting.lantern_id,
        "socket_id": None if made is None else made.fitting.socket_id,
        "occupancy_id": None if made is None else made.occupancy_id,
    }


def _add_on(lantern_id: LanternId, new: NewCommissioning) -> AddOn:
    said = new.particulars
    return AddOn(
        dev_eui=new.dev_eui,
        model_id=said.device_id,
        lantern_id=lantern_id,
        stream_id=said.stream_id,
        application_id=said.application_id,
        people=said.people,
        added_at=new.at,
    )


async def _record(connection: AsyncConnection, seat: Seat) -> Occupancy | None:
    """Record who sits where, and link a node; None where no socket is on record."""
    asked, node = seat.fitting, seat.node
    stored = (await load(connection, [asked.lantern_id], lock=True))[asked.lantern_id]
    mine = (OCCUPANCY.c.dev_eui == asked.dev_eui, OCCUPANCY.c.lantern_id == asked.lantern_id)
    recorded = await open_occupancies(connection, *mine)
    if recorded and recorded[0].fitting.device_id == asked.device_id:
        if node is not None:
            await link_nodes(connection, [node])
        return recorded[0]  # fitted and recorded before it was registered
    if node is None or stored.sockets:
        return await occupancies.fit(connection, asked, seat.judge, node)
    seat.judge_bare(stored, await past_of(connection, asked))
    await link_nodes(connection, [node])
    return None


async def _unlink(connection: AsyncConnection, dev_eui: DevEui) -> None:
    """Take a node off its lantern, if it is still on one."""
    this = NODE.c.dev_eui == dev_eui
    lantern_id = (await connection.execute(select(NODE.c.lantern_id).where(this))).scalar()
    if lantern_id is None:
        return
    await connection.execute(update(NODE).where(this).values(lantern_id=None))
    await forget_unfitted(connection)
    await sockets_changed(connection, [lantern_id])


async def _adopted(connection: AsyncConnection, leaving: Leaving) -> Commissioned:
    """Write a commissioning for a device that was fitted without one, so that it can end."""
    query = select(NODE).where(NODE.c.dev_eui == leaving.dev_eui)
    node = (await connection.execute(query)).first()
    found = await open_occupancies(connection, OCCUPANCY.c.dev_eui == leaving.dev_eui)
    if node is None and not found:
        raise NotFoundError("fitted or registered device", leaving.dev_eui)
    made = found[0].fitting if found else None
    new = NewCommissioning(
        dev_eui=leaving.dev_eui,
        particulars=Particulars(
            device_id=(made.device_id if made else "") or UNKNOWN_MODEL,
            firmware_profile=node.profile_id if node else "",
            application_id=node.application_id if node else "",
        ),
        lantern_id=None,
        at=made.at if made else leaving.at,
        by=made.by if made else leaving.by,
    )
    before = await _insert(connection, new)
    if before is None:
        raise StoreError(f"another process has just registered {leaving.dev_eui}; try again")
    step = Step(event=Event.FIT, at=new.at, by=new.by, note="fitted before it was registered here")
    lantern_id = LanternId(made.lantern_id if made else node.lantern_id if node else "")
    socket_id: SocketId | None = made.socket_id if made else None
    occupancy_id = found[0].occupancy_id if found else None
    place = {"lantern_id": lantern_id, "socket_id": socket_id, "occupancy_id": occupancy_id}
    return await take(connection, before, step, place)
