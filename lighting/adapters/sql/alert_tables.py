"""Tables of rules, alerts and what is on its way to people. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from lighting.adapters.sql.tables import (
    COUNTED_KEY,
    NEVER_REUSED,
    ORDERED_KEY,
    Base,
    table,
)


class AlertRulesTable(Base, table=True):
    """One saved text of rules. Never changed."""

    __tablename__ = "alert_rules"

    name: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    revision: int = Field(primary_key=True)
    text: str
    saved_at: int = Field(sa_type=BigInteger)
    saved_by: str


class AlertJudgedTable(Base, table=True):
    """Up to when a rule has been judged."""

    __tablename__ = "alert_judged"

    rule_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    until: int = Field(sa_type=BigInteger)


class AlertTable(Base, table=True):
    """An alert from raised until cleared; the place is that of its raising."""

    __tablename__ = "alert"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    alert_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    rule_id: str = Field(sa_type=ORDERED_KEY)
    revision: int
    severity: str
    lantern_id: str = Field(sa_type=ORDERED_KEY)
    latitude_deg: float
    longitude_deg: float
    road: str
    ward: str
    ward_key: str
    raised_at: int = Field(sa_type=BigInteger)
    noted_at: int = Field(sa_type=BigInteger)
    reason: str
    findings: str
    """A JSON list."""
    note: str
    tell: str
    """A JSON list."""
    cleared_at: int | None = Field(sa_type=BigInteger)
    cleared_why: str
    acknowledged_at: int | None = Field(sa_type=BigInteger)
    acknowledged_by: str
    acknowledged_why: str


class DeliveryTable(Base, table=True):
    """A notice for a channel; ``delivery_key`` says what it is, so that none is written twice."""

    __tablename__ = "delivery"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    delivery_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    delivery_key: str = Field(unique=True)
    channel: str
    notice: str
    """A JSON object."""
    alert_id: int | None = Field(sa_type=BigInteger, index=True)
    state: str
    attempts: int
    created_at: int = Field(sa_type=BigInteger)
    next_try_at: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(sa_type=BigInteger)
    problem: str


class ReportDayTable(Base, table=True):
    """A day (ISO date) of a service area that was reported."""

    __tablename__ = "report_day"

    area: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    day: str = Field(primary_key=True)
    written_at: int = Field(sa_type=BigInteger)


ALERT_RULES = table(AlertRulesTable)
ALERT_JUDGED = table(AlertJudgedTable)
ALERT = table(AlertTable)
DELIVERY = table(DeliveryTable)
REPORT_DAY = table(ReportDayTable)

IS_OPEN = text("cleared_at IS NULL")
IS_WAITING = text("state = 'waiting'")

Index(
    "uq_alert_open",
    ALERT.c.rule_id,
    ALERT.c.lantern_id,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)  # the database itself refuses a second open alert of a rule and place
Index("ix_alert_newest", ALERT.c.rule_id, ALERT.c.lantern_id, ALERT.c.alert_id)
Index("ix_alert_cleared", ALERT.c.cleared_at)
Index("ix_alert_raised", ALERT.c.raised_at)
Index("ix_alert_acknowledged", ALERT.c.acknowledged_at)
Index(
    "ix_delivery_due",
    DELIVERY.c.next_try_at,
    DELIVERY.c.delivery_id,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
