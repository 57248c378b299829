"""Tables of settlement: units, and switching events. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field

from lighting.adapters.sql.tables import CLUSTERED, ORDERED_KEY, Base, table


class SettlementUnitTable(Base, table=True):
    """A lantern's sub-meter, unit reference and charge code; a reference is one lantern's only."""

    __tablename__ = "settlement_unit"
    __table_args__: ClassVar[Any] = CLUSTERED

    lantern_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    sub_meter_id: str = Field(index=True)
    unit_ref: str = Field(unique=True, sa_type=ORDERED_KEY)
    items: int
    regime: str
    charge_code: str


class SwitchingEventTable(Base, table=True):
    """An event. The whole row is its key: the same fact twice is one row, and none is replaced."""

    __tablename__ = "switching_event"
    __table_args__: ClassVar[Any] = CLUSTERED

    unit_ref: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    source: str = Field(primary_key=True)
    quality: str = Field(primary_key=True)
    power_pct: int = Field(primary_key=True)


UNIT = table(SettlementUnitTable)
EVENT = table(SwitchingEventTable)
