"""SqlNightStore: the energy of finished nights, one row per lantern and night."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from lighting.adapters.sql.bulk import Upsert, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import NIGHT

_KEY = ("night", "lantern_id")
_LATER_COMES = Upsert(key=_KEY, columns=("figures",))


class SqlNightStore:
    """Nights in the database; see ``lighting.operations.stores.NightStore``.

    A row has ``night`` (an ISO date), ``lantern_id`` and any figures that JSON can hold.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_nights(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Write or replace rows, keyed by lantern and night (late readings change a night).

        Raises:
            KeyError: a row without ``night`` or ``lantern_id``.
            TypeError: a figure that JSON cannot hold.
            ValueError: a night that is no date, or a figure that is not a finite number.
            StoreError: the database cannot be written.
        """
        newest = {}
        for row in rows:
            night = date.fromisoformat(str(row["night"]))
            figures = {key: value for key, value in row.items() if key not in _KEY}
            newest[night.isoformat(), str(row["lantern_id"])] = json.dumps(figures, allow_nan=False)
        written = ((*key, figures) for key, figures in sorted(newest.items()))
        async with self._database.writing() as connection:
            columns = (*_KEY, "figures")
            await insert_rows(connection, NIGHT, columns, written, existing=_LATER_COMES)

    async def nights(self, *, first: date, last: date) -> list[Mapping[str, object]]:
        """Return the rows of nights ``first`` to ``last``, both included, by night and lantern.

        Raises:
            StoreError: the database cannot be read.
        """
        query = (
            select(NIGHT.c.night, NIGHT.c.lantern_id, NIGHT.c.figures)
            .where(NIGHT.c.night.between(first.isoformat(), last.isoformat()))
            .order_by(NIGHT.c.night, NIGHT.c.lantern_id)
        )
        async with self._database.reading() as connection:
            return [_night(*row) for row in await connection.execute(query)]


def _night(night: str, lantern_id: str, figures: str) -> dict[str, Any]:
    return {"night": night, "lantern_id": lantern_id, **json.loads(figures)}
