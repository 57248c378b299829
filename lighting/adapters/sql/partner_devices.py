"""Devices under trials, inside a transaction: reserve one, and end what is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.commissioning_tables import COMMISSIONING
from lighting.adapters.sql.partner_rows import READ_DEVICES, state_of, trial_of
from lighting.adapters.sql.partner_tables import TRIAL, TRIAL_DEVICE
from lighting.adapters.sql.sensing_tables import ADD_ON
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import NotFoundError
from lighting.registration.trial import Trial, TrialDevice
from lighting.registration.trial_rules import Wish, taken
from lighting.registration.trial_store import DeviceState, Judge

HANGS = TRIAL_DEVICE.c.removed_at.is_(None)


async def hold_trial(connection: AsyncConnection, trial_id: int) -> Trial:
    """Return a trial, and hold it until the end of the transaction.

    Raises:
        NotFoundError: no such trial.
    """
    query = select(TRIAL).where(TRIAL.c.trial_id == trial_id).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFoundError("trial", trial_id)
    return trial_of(row)


async def read_devices(
    connection: AsyncConnection, *only: ColumnElement[bool]
) -> list[DeviceState]:
    """Return devices in order of number."""
    return [state_of(row) for row in await connection.execute(READ_DEVICES.where(*only))]


async def reserve(
    connection: AsyncConnection, trial_id: int, wish: Wish, judge: Judge, at: datetime
) -> TrialDevice:
    """Note a device under a trial; see ``PartnerStore.reserve``."""
    trial = await hold_trial(connection, trial_id)
    same = TRIAL_DEVICE.c.dev_eui == wish.dev_eui
    there = await read_devices(connection, HANGS, or_(TRIAL_DEVICE.c.trial_id == trial_id, same))
    for each in there:
        if each.device.removed_at is not None:  # the city has taken it off
            await take_off(connection, each.device.number, each.device.removed_at)
    hanging = [each.device for each in there if each.device.removed_at is None]
    own = [each for each in hanging if each.trial_id == trial_id]
    stream_id = judge(trial, own)
    if len(own) < len(hanging):
        raise taken(wish.dev_eui)
    before = next((each for each in own if each.dev_eui == wish.dev_eui), None)
    return before or await _insert(connection, trial_id, wish, stream_id, at)


async def take_off(connection: AsyncConnection, number: int, at: datetime) -> None:
    """Note that a device was removed, unless that is noted already."""
    this = TRIAL_DEVICE.c.number == number
    await connection.execute(update(TRIAL_DEVICE).where(this, HANGS).values(removed_at=to_ms(at)))


async def silence_over(connection: AsyncConnection, at: datetime) -> int:
    """Take the devices of trials that are over out of their streams; return how many."""
    over = or_(TRIAL.c.ends_at <= to_ms(at), TRIAL.c.ended_at <= to_ms(at))
    theirs = (
        select(TRIAL_DEVICE.c.dev_eui)
        .join(TRIAL, TRIAL.c.trial_id == TRIAL_DEVICE.c.trial_id)
        .join(COMMISSIONING, COMMISSIONING.c.commissioning_id == TRIAL_DEVICE.c.commissioning_id)
        .where(HANGS, COMMISSIONING.c.ended_at.is_(None), over)
    )
    silenced = update(ADD_ON).where(ADD_ON.c.dev_eui.in_(theirs), ADD_ON.c.stream_id.is_not(None))
    return int((await connection.execute(silenced.values(stream_id=None))).rowcount)


async def _insert(
    connection: AsyncConnection, trial_id: int, wish: Wish, stream_id: str, at: datetime
) -> TrialDevice:
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    values: dict[str, Any] = {
        "trial_id": trial_id,
        "dev_eui": wish.dev_eui,
        "model_id": wish.model.device_id,
        "lantern_id": wish.lantern_id,
        "stream_id": stream_id,
        "added_at": to_ms(at),
    }
    row = kind.insert(TRIAL_DEVICE).values(values).on_conflict_do_nothing()
    number = (await connection.execute(row.returning(TRIAL_DEVICE.c.number))).scalar()
    if number is None:  # another trial was faster
        raise taken(wish.dev_eui)
    return TrialDevice(
        number=number,
        trial_id=trial_id,
        dev_eui=wish.dev_eui,
        model_id=wish.model.device_id,
        lantern_id=wish.lantern_id,
        stream_id=stream_id,
        added_at=from_ms(to_ms(at)),
    )
