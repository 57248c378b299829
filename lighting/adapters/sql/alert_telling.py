"""Whom to tell of alerts that turned, inside the transaction that writes them; storms together."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.alert_rows import delivery_of, notice_text
from lighting.adapters.sql.alert_tables import ALERT, DELIVERY, IS_WAITING
from lighting.adapters.sql.outbox import put_deliveries
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.sensing.alerts.share import CLEARED, RAISED, USUAL, Share, Turned
from lighting.sensing.alerts.storm import held_notice, many_notice
from lighting.sensing.alerts.telling import cleared_notice, raised_notice
from lighting.sensing.rules.rule import Severity

_HOUR = timedelta(hours=1)
_HELD = "alerts-held-"
_ONE_AT_A_TIME = 5_702_343
"""Key of the PostgreSQL lock (any number does) under which shares are counted and used."""

_NOTICES = {RAISED: raised_notice, CLEARED: cleared_notice}

Had = Mapping[str, Counter[Severity]]
"""Notices of alerts that each channel had, by severity."""


async def tell_all(
    connection: AsyncConnection,
    turned: Sequence[Turned],
    shares: Mapping[str, Share],
    *,
    at: datetime,
) -> None:
    """Write what is told of alerts to each channel that their rules name.

    Each is a notice of its own while a channel has room for it; what is more is told together.
    """
    for_channel: defaultdict[str, list[Turned]] = defaultdict(list)
    for event, alert in turned:
        for channel in alert.tell:
            for_channel[channel].append((event, alert))
    if not for_channel:
        return
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        await connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    had = await _had(connection, at)
    for channel, told in for_channel.items():
        share = shares.get(channel, USUAL)
        each, more = share.split(told, had[channel])
        await _tell_each(connection, channel, each, at)
        if more and share.documents is None:
            await _hold(connection, channel, more, at)
        elif more and share.documents:
            await _tell_together(connection, channel, more, share.documents, at)


async def _had(connection: AsyncConnection, at: datetime) -> Had:
    """Count the notices of the last hour, and older ones that still wait for their channel."""
    had: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    is_new = DELIVERY.c.delivery_id > await _newest_until(connection, at - _HOUR)
    waits = DELIVERY.c.state == literal_column("'waiting'")  # as the index of what is due has it
    for which in (is_new, not_(is_new) & waits):
        query = (
            select(DELIVERY.c.channel, ALERT.c.severity, func.count())
            .join(ALERT, ALERT.c.alert_id == DELIVERY.c.alert_id)
            .where(which)
            .group_by(DELIVERY.c.channel, ALERT.c.severity)
        )
        for channel, severity, count in await connection.execute(query):
            had[channel][Severity(severity)] += count
    return had


async def _newest_until(connection: AsyncConnection, at: datetime) -> int:
    """Return the newest delivery of ``at`` or before; only those after it are walked through."""
    earlier = select(DELIVERY.c.delivery_id).where(DELIVERY.c.created_at <= to_ms(at))
    newest = earlier.order_by(DELIVERY.c.delivery_id.desc()).limit(1)
    return (await connection.execute(newest)).scalar() or 0


async def _tell_each(
    connection: AsyncConnection, channel: str, told: Sequence[Turned], at: datetime
) -> None:
    for event, alert in told:
        keys = {channel: f"alert-{alert.alert_id}-{event}-{channel}"}
        notice = _NOTICES[event](alert)
        await put_deliveries(connection, notice, keys, alert_id=alert.alert_id, at=at)


async def _tell_together(
    connection: AsyncConnection, channel: str, told: Sequence[Turned], most: int, at: datetime
) -> None:
    for start in range(0, len(told), most):
        part = told[start : start + most]
        keys = {channel: f"alerts-{_mark(part)}-{channel}"}
        await put_deliveries(connection, many_notice(part, at=at), keys, alert_id=None, at=at)


async def _hold(
    connection: AsyncConnection, channel: str, told: Sequence[Turned], at: datetime
) -> None:
    """Add to the summary that did not go yet, or write one: it goes an hour after the last."""
    held = select(DELIVERY).where(
        DELIVERY.c.channel == channel, DELIVERY.c.delivery_key.startswith(_HELD)
    )
    held = held.order_by(DELIVERY.c.delivery_id.desc()).limit(1)
    untried = held.where(IS_WAITING, DELIVERY.c.attempts == 0).with_for_update()
    row = (await connection.execute(untried)).one_or_none()
    if row is not None:
        text = notice_text(held_notice(delivery_of(row).notice, told, at=at))
        this = update(DELIVERY).where(DELIVERY.c.delivery_id == row.delivery_id)
        await connection.execute(this.values(notice=text))
        return
    # A summary is written up to an hour before it is due, and due is what it counts as written.
    border = await _newest_until(connection, at - 2 * _HOUR)
    last = (await connection.execute(held.where(DELIVERY.c.delivery_id > border))).one_or_none()
    due = at if last is None else max(at, from_ms(last.created_at) + _HOUR)
    keys = {channel: f"{_HELD}{_mark(told)}-{channel}"}
    notice = held_notice(None, told, at=at)
    await put_deliveries(connection, notice, keys, alert_id=None, at=due)


def _mark(told: Sequence[Turned]) -> str:
    """Name notices of many: an alert is raised and over once, so this begins no other one."""
    event, first = told[0]
    return f"{first.alert_id}-{event}"
