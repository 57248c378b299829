"""Whole columns of many rows in one value, so that Python never sees a row.

A row that comes to Python costs 1 to 4 µs, in tuples and in what the garbage collector does about
them; a figure in a column that the database has put together costs a tenth of that.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, ColumnElement, bindparam, column, func, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import NullType, TypeEngine

Told = str | list[Any] | None
"""A column as it comes: texts with commas between them on SQLite, a list on PostgreSQL."""


def placed(
    connection: AsyncConnection, values: Sequence[Any], of: TypeEngine[Any]
) -> tuple[TableValuedAlias, ColumnElement[int]]:
    """Return ``values`` as a table with a column ``value``, and the place (from 0) of each row."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(values))).table_valued("key", "value")
        return listed, listed.c.key
    given = func.unnest(bindparam(None, list(values), type_=ARRAY(of)))
    named = given.table_valued(column("value", of), with_ordinality="place", name="asked")
    listed = named.render_derived()
    return listed, listed.c.place - 1


def gathered(connection: AsyncConnection, figures: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the aggregate that has all ``figures``; those of one statement are in one order."""
    if connection.dialect.name == "sqlite":
        return func.group_concat(func.coalesce(figures, "nan"))
    return type_coerce(func.array_agg(figures), NullType())  # the driver's list, as it is


def whole(told: Told) -> NDArray[np.int64]:
    """Return gathered whole numbers, none of them NULL."""
    if isinstance(told, str):
        return np.fromstring(told, dtype=np.int64, sep=",")
    return np.array(told or (), dtype=np.int64)


def floats(told: Told) -> NDArray[np.float64]:
    """Return gathered figures; NULL is NaN."""
    if isinstance(told, str):
        return np.fromstring(told, dtype=np.float64, sep=",")
    return np.array(told or (), dtype=np.float64)
