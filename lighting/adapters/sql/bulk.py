"""Many rows at once, by the fastest way that each database has. Rows are tuples in column order.

SQLite takes rows one by one through a prepared statement (the driver's ``executemany``, without
SQLAlchemy's work for each row); PostgreSQL takes whole columns as arrays in one statement. Values
go to the driver as they are: texts, numbers, bytes and None only.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Insert,
    Table,
    Update,
    and_,
    any_,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TableValuedAlias

Row = tuple[Any, ...]
Item = TypeVar("Item")

CHUNK = 20_000
"""Rows in one statement: enough that its own cost is gone, few enough for memory (about 20 MB)."""

_NEW = "new_"  # before the name of a parameter: SQLAlchemy keeps the bare column names for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """What to do with a row whose ``key`` exists: set ``columns`` from the new row, or nothing."""

    key: tuple[str, ...]
    columns: tuple[str, ...] = ()


def among(
    connection: AsyncConnection, of: ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Return the condition that ``of`` is one of ``values``: one parameter, however many."""
    if connection.dialect.name == "sqlite":
        items = func.json_each(json.dumps(list(values))).table_valued("value")
        return of.in_(select(items.c.value))
    return of == any_(bindparam(None, list(values), type_=ARRAY(of.type)))


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield ``items`` in lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


async def insert_rows(
    connection: AsyncConnection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    existing: Upsert | None = None,
) -> None:
    """Insert ``rows``; a key that exists is an error unless ``existing`` says what to do.

    With ``existing.columns`` no two rows may have the same key (PostgreSQL refuses them).
    """
    names = tuple(columns)
    statement = _insert(connection.dialect.name, table, names, existing)
    await _run(connection, statement, names, rows)


async def update_rows(
    connection: AsyncConnection,
    table: Table,
    *,
    key: Sequence[str],
    columns: Sequence[str],
    rows: Iterable[Row],
) -> None:
    """Set ``columns`` of the rows that have ``key``; each of ``rows`` is key, then columns.

    No two rows may have the same key.
    """
    statement = _update(connection.dialect.name, table, tuple(key), tuple(columns))
    await _run(connection, statement, (*key, *columns), rows)


@cache
def _insert(kind: str, table: Table, names: tuple[str, ...], existing: Upsert | None) -> Insert:
    statement: sqlite.Insert | postgresql.Insert
    if kind == "sqlite":
        new: dict[str, BindParameter[Any]] = {name: bindparam(_NEW + name) for name in names}
        statement = sqlite.insert(table).values(new)
    else:
        given = _arrays(table, names)
        statement = postgresql.insert(table).from_select(list(names), select(*given.c))
    if existing is None:
        return statement
    if not existing.columns:
        return statement.on_conflict_do_nothing(index_elements=existing.key)
    news = {name: statement.excluded[name] for name in existing.columns}
    return statement.on_conflict_do_update(index_elements=existing.key, set_=news)


@cache
def _update(kind: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Update:
    names = (*key, *columns)
    new: dict[str, ColumnElement[Any]]
    if kind == "sqlite":
        new = {name: bindparam(_NEW + name) for name in names}
    else:
        new = dict(_arrays(table, names).c.items())
    return (
        update(table)
        .where(and_(*(table.c[name] == new[name] for name in key)))
        .values({name: new[name] for name in columns})
    )


def _arrays(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """Return the rows that the array parameters, one for each column, stand for."""
    given = [bindparam(_NEW + name, type_=ARRAY(table.c[name].type)) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    return func.unnest(*given).table_valued(*columns, name="given").render_derived()


async def _run(
    connection: AsyncConnection,
    statement: Insert | Update,
    names: tuple[str, ...],
    rows: Iterable[Row],
) -> None:
    if connection.dialect.name == "sqlite":
        sql, order = _written(statement, names)
        for chunk in chunks(rows):
            ordered = chunk if order is None else [tuple([row[i] for i in order]) for row in chunk]
            await connection.exec_driver_sql(sql, ordered)
        return
    for chunk in chunks(rows):
        by_column = zip(names, zip(*chunk, strict=True), strict=True)
        arrays = {_NEW + name: list(values) for name, values in by_column}
        await connection.execute(statement, arrays)


@cache
def _written(
    statement: Insert | Update, names: tuple[str, ...]
) -> tuple[str, tuple[int, ...] | None]:
    """Return SQLite's words, and the places in a row of its parameters (None: as they come)."""
    compiled = statement.compile(dialect=sqlite.dialect())
    places = tuple(names.index(name.removeprefix(_NEW)) for name in compiled.positiontup or ())
    return str(compiled), None if places == tuple(range(len(names))) else places
