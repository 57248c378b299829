"""SqlSurroundings: the lanterns around a place."""

from math import cos, radians

from sqlalchemy import func, select

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.socket_reading import load
from lighting.adapters.sql.tables import LANTERN
from lighting.inventory.needs import Place
from lighting.inventory.seats import StoredSockets
from lighting.operations.nearby import LANTERNS_MAX

_M_PER_DEGREE = 110_574.0
"""Of latitude at the equator, where a degree is shortest: boxes come out a little too large."""

_HALF_TURN = 180.0


class SqlSurroundings:
    """Lanterns in a box around a place; see ``lighting.operations.nearby.Surroundings``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lanterns_within(self, here: Place, radius_m: float) -> list[StoredSockets]:
        """Return the lanterns in the smallest box around the circle.

        Raises:
            StoreError: the database could not be read.
        """
        high = radius_m / _M_PER_DEGREE
        narrowing = max(cos(radians(here.latitude_deg)), 0.01)
        north = func.abs(LANTERN.c.latitude_deg - here.latitude_deg)
        apart = func.abs(LANTERN.c.longitude_deg - here.longitude_deg)
        east = (_HALF_TURN - func.abs(_HALF_TURN - apart)) * narrowing  # the shorter way round
        inside = (
            select(LANTERN.c.lantern_id)
            .where(north <= high, east <= high)
            .order_by(north * north + east * east, LANTERN.c.lantern_id)
            .limit(LANTERNS_MAX)
        )
        async with self._database.reading() as connection:
            ids = (await connection.execute(inside)).scalars().all()
            return list((await load(connection, ids)).values())
