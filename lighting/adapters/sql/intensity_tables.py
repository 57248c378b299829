"""The table of carbon intensity. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from lighting.adapters.sql.tables import CLUSTERED, Base, table


class IntensityTable(Base, table=True):
    """A half-hour (counted from 1970) of a region: what was published [gCO2/kWh], when, by whom.

    Without figures it is one that the source did not have.
    """

    __tablename__ = "carbon_intensity"
    __table_args__: ClassVar[Any] = CLUSTERED

    region_id: int = Field(primary_key=True)
    half_hour: int = Field(primary_key=True)
    forecast_g_per_kwh: float | None
    actual_g_per_kwh: float | None
    conflict: bool
    fetched_at: int = Field(sa_type=BigInteger)
    source: str


INTENSITY = table(IntensityTable)
