"""SqlPolicyStore: policies and rules as immutable revisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import POLICY
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.operations.records import PolicyRevision

_POLICY = "policy"
_RULES = "rules"  # also the name under which rules are kept


class SqlPolicyStore:
    """Policies in the database; see ``lighting.operations.stores.PolicyStore``.

    Every method is one transaction and raises StoreError if the database cannot do it, also when
    two people save one policy in the same moment: then the second saves again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_policy(self, name: str, text: str, *, at: datetime, by: str) -> PolicyRevision:
        """Write a new revision, or return the newest one if its text is the same."""
        return await self._save(_POLICY, name, text, at=at, by=by)

    async def find_policy(self, name: str, revision: int | None = None) -> PolicyRevision | None:
        """Return a revision, the newest if none is given, or None."""
        query = _newest_first(_POLICY, name)
        if revision is not None:
            query = query.where(POLICY.c.revision == revision)
        async with self._database.reading() as connection:
            return await _first(connection, query)

    async def newest_policies(self) -> list[PolicyRevision]:
        """Return the newest revision of every policy, by name."""
        newest = (
            select(POLICY.c.name, func.max(POLICY.c.revision).label("revision"))
            .where(POLICY.c.kind == _POLICY)
            .group_by(POLICY.c.name)
            .subquery()
        )
        query = (
            select(POLICY)
            .join(
                newest, (newest.c.name == POLICY.c.name) & (newest.c.revision == POLICY.c.revision)
            )
            .where(POLICY.c.kind == _POLICY)
        )
        async with self._database.reading() as connection:
            found = [_revision(row) for row in await connection.execute(query)]
        return sorted(found, key=lambda each: each.name)  # a database sorts by its own locale

    async def save_rules(self, text: str, *, at: datetime, by: str) -> PolicyRevision:
        """Write a new revision of the rules (``name`` is ``rules``)."""
        return await self._save(_RULES, _RULES, text, at=at, by=by)

    async def find_rules(self) -> PolicyRevision | None:
        """Return the newest rules, or None."""
        async with self._database.reading() as connection:
            return await _first(connection, _newest_first(_RULES, _RULES))

    async def _save(
        self, kind: str, name: str, text: str, *, at: datetime, by: str
    ) -> PolicyRevision:
        async with self._database.writing() as connection:
            newest = await _first(connection, _newest_first(kind, name))
            if newest is not None and newest.text == text:
                return newest
            revision = 1 if newest is None else newest.revision + 1
            values = {"kind": kind, "name": name, "revision": revision, "text": text}
            new = insert(POLICY).values(**values, saved_at=to_ms(at), saved_by=by)
            return _revision((await connection.execute(new.returning(POLICY))).one())


def _newest_first(kind: str, name: str) -> Select[Any]:
    this = (POLICY.c.kind == kind, POLICY.c.name == name)
    return select(POLICY).where(*this).order_by(POLICY.c.revision.desc()).limit(1)


async def _first(connection: AsyncConnection, query: Select[Any]) -> PolicyRevision | None:
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _revision(row)


def _revision(row: Row[Any]) -> PolicyRevision:
    return PolicyRevision(
        name=row.name,
        revision=row.revision,
        text=row.text,
        saved_at=from_ms(row.saved_at),
        saved_by=row.saved_by,
    )
