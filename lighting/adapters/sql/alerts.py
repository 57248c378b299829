"""SqlAlertStore: rules, the alerts that they raised, and how far they have been judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.alert_rows import alert_of, alert_values, revision_of
from lighting.adapters.sql.alert_tables import ALERT, ALERT_JUDGED, ALERT_RULES
from lighting.adapters.sql.alert_telling import tell_all
from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import NotFoundError
from lighting.identifiers import LanternId
from lighting.sensing.alerts.alert import Alert, NewAlert, RuleRevision
from lighting.sensing.alerts.share import CLEARED, NO_SHARES, RAISED, Share, Turned
from lighting.sensing.alerts.store import AlertFilter, Course, Ending


class SqlAlertStore:
    """Alerts in the database; see ``lighting.sensing.alerts.store.AlertStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_rules(self, name: str, text: str, *, at: datetime, by: str) -> RuleRevision:
        """Write a new revision, or return the newest one if its text is the same."""
        async with self._database.writing() as connection:
            newest = (await connection.execute(_revisions(name))).one_or_none()
            if newest is not None and newest.text == text:
                return revision_of(newest)
            revision = 1 if newest is None else newest.revision + 1
            new = insert(ALERT_RULES).values(
                name=name, revision=revision, text=text, saved_at=to_ms(at), saved_by=by
            )
            return revision_of((await connection.execute(new.returning(ALERT_RULES))).one())

    async def newest_rules(self) -> list[RuleRevision]:
        """Return the newest revision of every document, by name."""
        newest = (
            select(ALERT_RULES.c.name, func.max(ALERT_RULES.c.revision).label("revision"))
            .group_by(ALERT_RULES.c.name)
            .subquery()
        )
        same = and_(
            newest.c.name == ALERT_RULES.c.name, newest.c.revision == ALERT_RULES.c.revision
        )
        query = select(ALERT_RULES).join(newest, same).order_by(ALERT_RULES.c.name)
        async with self._database.reading() as connection:
            return [revision_of(row) for row in await connection.execute(query)]

    async def find_rules(self, name: str, revision: int | None = None) -> RuleRevision | None:
        """Return a revision, the newest if none is given, or None."""
        query = _revisions(name)
        if revision is not None:
            query = query.where(ALERT_RULES.c.revision == revision)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else revision_of(row)

    async def judged_until(self) -> dict[str, datetime]:
        """Return up to when each rule has been judged, by its id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(ALERT_JUDGED))
            return {row.rule_id: from_ms(row.until) for row in rows}

    async def newest_alerts(self) -> dict[tuple[str, LanternId], Alert]:
        """Return the newest alert of every rule and place, open or over."""
        newest = select(func.max(ALERT.c.alert_id)).group_by(ALERT.c.rule_id, ALERT.c.lantern_id)
        alerts = await self._read(select(ALERT).where(ALERT.c.alert_id.in_(newest)))
        return {(each.rule_id, each.place.lantern_id): each for each in alerts}

    async def write(
        self,
        courses: Sequence[Course],
        judged: Mapping[str, datetime],
        *,
        at: datetime,
        shares: Mapping[str, Share] = NO_SHARES,
    ) -> list[Alert]:
        """Write what happened, what is told to whom, and up to when rules are judged."""
        written: list[Alert] = []
        rows = [(rule_id, to_ms(until)) for rule_id, until in judged.items()]
        known = Upsert(key=("rule_id",), columns=("until",))
        async with self._database.writing() as connection:
            turned: list[Turned] = []
            for course in courses:
                turned += await _write(connection, course, at)
            await tell_all(connection, turned, shares, at=at)
            written += [alert for _, alert in turned]
            await insert_rows(connection, ALERT_JUDGED, ("rule_id", "until"), rows, existing=known)
        return written

    async def find(
        self, where: AlertFilter, *, after: int | None = None, limit: int = 1000
    ) -> list[Alert]:
        """Return up to ``limit`` alerts, newest first, those older than alert ``after``."""
        query = select(ALERT).where(*_conditions(where)).limit(limit)
        if after is not None:
            query = query.where(ALERT.c.alert_id < after)
        return await self._read(query.order_by(ALERT.c.alert_id.desc()))

    async def touching(self, start: datetime, end: datetime) -> list[Alert]:
        """Return the alerts with which something happened, and those open at ``end``, by id."""
        first, last = to_ms(start), to_ms(end)
        happened = (
            and_(column >= first, column < last)
            for column in (ALERT.c.raised_at, ALERT.c.cleared_at, ALERT.c.acknowledged_at)
        )
        still = or_(ALERT.c.cleared_at.is_(None), ALERT.c.cleared_at >= last)
        query = select(ALERT).where(or_(*happened, and_(ALERT.c.raised_at < last, still)))
        return await self._read(query.order_by(ALERT.c.alert_id))

    async def get(self, alert_id: int) -> Alert:
        """Return an alert.

        Raises:
            NotFoundError: there is none.
        """
        found = await self._read(select(ALERT).where(ALERT.c.alert_id == alert_id))
        if not found:
            raise NotFoundError("alert", alert_id)
        return found[0]

    async def acknowledge(self, alert_id: int, *, at: datetime, by: str, why: str) -> Alert:
        """Note that somebody knows of an alert.

        Raises:
            NotFoundError: there is no such alert.
        """
        known = update(ALERT).where(ALERT.c.alert_id == alert_id)
        known = known.values(acknowledged_at=to_ms(at), acknowledged_by=by, acknowledged_why=why)
        async with self._database.writing() as connection:
            row = (await connection.execute(known.returning(ALERT))).one_or_none()
            if row is None:
                raise NotFoundError("alert", alert_id)
            return alert_of(row)

    async def _read(self, query: Select[Any]) -> list[Alert]:
        async with self._database.reading() as connection:
            return [alert_of(row) for row in await connection.execute(query)]


async def _write(connection: AsyncConnection, course: Course, at: datetime) -> list[Turned]:
    here = and_(ALERT.c.rule_id == course.rule_id, ALERT.c.lantern_id == course.lantern_id)
    newest = select(ALERT).where(here).order_by(ALERT.c.alert_id.desc()).limit(1)
    row = (await connection.execute(newest.with_for_update())).one_or_none()
    alert = None if row is None else alert_of(row)
    turned: list[Turned] = []
    if (None if alert is None else alert.alert_id) != course.after:
        return turned
    for step in course.steps:
        is_open = alert is not None and alert.is_open
        if is_open is isinstance(step, NewAlert):
            break  # somebody else was first; the next look finds what is left
        if isinstance(step, NewAlert):
            alert = await _raise(connection, step, at)
            turned.append((RAISED, alert))
        elif alert is not None:
            alert = await _end(connection, alert, step)
            turned.append((CLEARED, alert))
    return turned


async def _raise(connection: AsyncConnection, new: NewAlert, at: datetime) -> Alert:
    raised = insert(ALERT).values(**alert_values(new, at=at)).returning(ALERT)
    return alert_of((await connection.execute(raised)).one())


async def _end(connection: AsyncConnection, alert: Alert, step: Ending) -> Alert:
    over = update(ALERT).where(ALERT.c.alert_id == alert.alert_id)
    over = over.values(cleared_at=to_ms(step.at), cleared_why=step.why).returning(ALERT)
    return alert_of((await connection.execute(over)).one())


def _revisions(name: str) -> Select[Any]:
    this = select(ALERT_RULES).where(ALERT_RULES.c.name == name)
    return this.order_by(ALERT_RULES.c.revision.desc()).limit(1)


def _conditions(where: AlertFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if where.is_open is not None:
        asked.append(ALERT.c.cleared_at.is_(None) == where.is_open)
    if where.acknowledged is not None:
        asked.append(ALERT.c.acknowledged_at.is_not(None) == where.acknowledged)
    if where.severity is not None:
        asked.append(ALERT.c.severity == where.severity.value)
    if where.rule is not None:
        document = ALERT.c.rule_id.startswith(f"{where.rule}/", autoescape=True)
        asked.append(or_(ALERT.c.rule_id == where.rule, document))
    if where.ward is not None:
        asked.append(ALERT.c.ward_key == where.ward.casefold())
    if where.since is not None:
        asked.append(ALERT.c.raised_at >= to_ms(where.since))
    if where.until is not None:
        asked.append(ALERT.c.raised_at < to_ms(where.until))
    return asked
