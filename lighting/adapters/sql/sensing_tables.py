"""Tables of add-ons, the data register, samples and buckets. Times are UTC milliseconds.

A series belongs to one stream: when an add-on moves to another, new series begin, and what was
measured before keeps the retention under which it was collected.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
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

STILL_OPEN = text("closed = 0")
"""The condition of the partial index on buckets, word for word (``closed`` is a number: the two
databases write true in different ways)."""


class StreamTable(Base, table=True):
    """A row of the data register."""

    __tablename__ = "stream"
    __table_args__: ClassVar[Any] = CLUSTERED

    stream_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    title: str
    use: str
    purpose: str
    lawful_basis: str | None
    owner: str
    stored_where: str
    visible_to: str
    """A JSON list."""
    retention_days: int | None
    open_data: bool | None
    dpia: str | None
    people: bool
    interval_min: int
    is_on: bool


class StreamChangeTable(Base, table=True):
    """A change of a row: the row afterwards as JSON, who and why. Never changed."""

    __tablename__ = "stream_change"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    change_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    stream_id: str = Field(index=True, sa_type=ORDERED_KEY)
    act: str
    at: int = Field(sa_type=BigInteger)
    made_by: str
    why: str
    row: str


class DeletionTable(Base, table=True):
    """A deletion that retention made. Never changed."""

    __tablename__ = "deletion_log"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    deletion_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    stream_id: str = Field(index=True, sa_type=ORDERED_KEY)
    first_at: int = Field(sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    samples: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    why: str


class DeviceModelTable(Base, table=True):
    """An imported device model: its document, and its vendor's codec (JavaScript)."""

    __tablename__ = "device_model"

    model_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    document: str
    source: str
    imported_at: int = Field(sa_type=BigInteger)
    imported_by: str


class AddOnTable(Base, table=True):
    """An add-on; ``withheld`` counts messages of which nothing was stored."""

    __tablename__ = "add_on"
    __table_args__: ClassVar[Any] = CLUSTERED

    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    model_id: str
    lantern_id: str = Field(foreign_key="lantern.lantern_id", index=True, sa_type=ORDERED_KEY)
    stream_id: str | None = Field(foreign_key="stream.stream_id", index=True, sa_type=ORDERED_KEY)
    application_id: str
    people: bool
    added_at: int = Field(sa_type=BigInteger)
    first_seen_at: int | None = Field(sa_type=BigInteger)
    last_seen_at: int | None = Field(sa_type=BigInteger)
    withheld: int = Field(sa_type=BigInteger)
    empty_m: float | None
    full_m: float | None


class SeriesTable(Base, table=True):
    """A series of one add-on in one stream."""

    __tablename__ = "series"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("dev_eui", "quantity", "channel", "stream_id", name="uq_series_key"),
        NEVER_REUSED,
    )

    series_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    dev_eui: str = Field(sa_type=ORDERED_KEY)
    quantity: str = Field(sa_type=ORDERED_KEY)
    channel: str = Field(sa_type=ORDERED_KEY)
    stream_id: str = Field(index=True, sa_type=ORDERED_KEY)


class SampleTable(Base, table=True):
    """A value. The value is part of the key: a second one for the same instant is kept, flagged."""

    __tablename__ = "sample"
    __table_args__: ClassVar[Any] = CLUSTERED

    series_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    at: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    value: float = Field(primary_key=True)
    received_at: int = Field(sa_type=BigInteger)
    quality: int


class BucketTable(Base, table=True):
    """What a series adds up to in one stretch of time; ``message_ids`` is a JSON list."""

    __tablename__ = "bucket"
    __table_args__: ClassVar[Any] = (
        partial_index("ix_bucket_open", "start", where=STILL_OPEN),
        Index("ix_bucket_start", "start"),
        CLUSTERED,
    )

    series_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    start: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    length_ms: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    count: int
    flagged: int
    total: float
    low: float
    high: float
    last: float | None
    last_at: int | None = Field(sa_type=BigInteger)
    flagged_value: float | None
    message_ids: str
    closed: int


STREAM = table(StreamTable)
STREAM_CHANGE = table(StreamChangeTable)
DELETION = table(DeletionTable)
DEVICE_MODEL = table(DeviceModelTable)
ADD_ON = table(AddOnTable)
SERIES = table(SeriesTable)
SAMPLE = table(SampleTable)
BUCKET = table(BucketTable)
