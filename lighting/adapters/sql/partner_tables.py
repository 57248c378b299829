"""Tables of partners, their trials, tokens and devices. Times are UTC milliseconds."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, text
from sqlmodel import Field

from lighting.adapters.sql.tables import (
    CLUSTERED,
    COUNTED_KEY,
    NEVER_REUSED,
    ORDERED_KEY,
    Base,
    partial_index,
    table,
)

HANGS = text("removed_at IS NULL")
"""The condition of the partial index, word for word."""


class PartnerTable(Base, table=True):
    """An outside organisation."""

    __tablename__ = "partner"
    __table_args__: ClassVar[Any] = CLUSTERED

    partner_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    name: str
    contact: str
    made_at: int = Field(sa_type=BigInteger)
    made_by: str


class TrialTable(Base, table=True):
    """A trial; ``lantern_ids``, ``model_ids`` and ``stream_ids`` are JSON lists."""

    __tablename__ = "partner_trial"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    trial_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    partner_id: str = Field(foreign_key="partner.partner_id", index=True, sa_type=ORDERED_KEY)
    lantern_ids: str
    model_ids: str
    stream_ids: str
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    devices_max: int
    permit: str
    accepted: str
    made_at: int = Field(sa_type=BigInteger)
    made_by: str
    ended_at: int | None = Field(sa_type=BigInteger)
    ended_by: str
    ended_why: str


class TokenTable(Base, table=True):
    """A token: the SHA-256 of its text as hex."""

    __tablename__ = "partner_token"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    number: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    trial_id: int = Field(foreign_key="partner_trial.trial_id", index=True, sa_type=BigInteger)
    digest: str = Field(unique=True)
    made_at: int = Field(sa_type=BigInteger)
    made_by: str
    revoked_at: int | None = Field(sa_type=BigInteger)
    revoked_by: str


class TrialDeviceTable(Base, table=True):
    """A device under a trial; its commissioning says how it does, and whether it still hangs."""

    __tablename__ = "partner_device"
    __table_args__: ClassVar[Any] = (
        partial_index("uq_partner_device_hangs", "dev_eui", where=HANGS, unique=True),
        NEVER_REUSED,
    )

    number: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    trial_id: int = Field(foreign_key="partner_trial.trial_id", index=True, sa_type=BigInteger)
    dev_eui: str = Field(sa_type=ORDERED_KEY)
    model_id: str
    lantern_id: str = Field(sa_type=ORDERED_KEY)
    stream_id: str
    added_at: int = Field(sa_type=BigInteger)
    removed_at: int | None = Field(sa_type=BigInteger)
    commissioning_id: int | None = Field(sa_type=BigInteger)


PARTNER = table(PartnerTable)
TRIAL = table(TrialTable)
TOKEN = table(TokenTable)
TRIAL_DEVICE = table(TrialDeviceTable)
