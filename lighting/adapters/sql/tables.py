"""Tables of lanterns, nodes, programs and what operations keep. Times are UTC milliseconds.

``*_key`` columns hold a text in folded case for filters: a database's own folding depends on its
locale. Keys begin with what a query names first (a node, then the time), so that a table can be
split by them later.
"""

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TextClause,
)
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; constraints are named so that migrations can find them on both databases."""

ORDERED_KEY = String().with_variant(String(collation="C"), "postgresql")
"""A text key that both databases put in the same order: that of its characters' numbers."""

COUNTED_KEY = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up; SQLite does that for INTEGER only."""

CLUSTERED = {"sqlite_with_rowid": False}
"""Short rows live in the tree of their key: one look-up, where SQLite otherwise makes two."""

NEVER_REUSED = {"sqlite_autoincrement": True}
"""A key that was given once is never given again, even after its row is gone."""


def partial_index(
    name: str,
    *columns: str | ColumnElement[Any],
    where: ColumnElement[bool] | TextClause,
    unique: bool = False,
) -> Index:
    """Return an index over the rows of which ``where`` holds, the same on both databases.

    Where it is ``unique`` the database itself refuses a second such row.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class Base(SQLModel):
    """Base of all tables."""

    metadata = METADATA


class LanternTable(Base, table=True):
    """A lantern as the inventory has it, and what the rules gave it."""

    __tablename__ = "lantern"
    __table_args__: ClassVar[Any] = CLUSTERED

    lantern_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    latitude_deg: float
    longitude_deg: float
    road: str
    ward: str
    postcode: str
    position: str
    column: str
    lighting_class: str
    lamp: str
    regime: str
    power_w: float | None
    height_m: float | None
    tags: str
    """A JSON list."""
    road_key: str = Field(index=True)
    ward_key: str = Field(index=True)
    lighting_class_key: str
    tags_key: str
    """The tags in folded case as JSON texts, each between two U+001F, so that one can be found."""
    policy: str
    policy_key: str = Field(index=True)
    revision: int
    rule: str
    exempt: str


class NodeTable(Base, table=True):
    """A node that is fitted to a lantern; ``lantern_id`` is null only inside a refitting."""

    __tablename__ = "node"
    __table_args__: ClassVar[Any] = (Index("ix_node_wanted_held", "wanted", "held"), CLUSTERED)

    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    lantern_id: str | None = Field(
        foreign_key="lantern.lantern_id", unique=True, sa_type=ORDERED_KEY
    )
    profile_id: str
    application_id: str
    gateway_id: str | None
    last_seen_at: int | None = Field(sa_type=BigInteger)
    wanted: str | None
    wanted_at: int | None = Field(sa_type=BigInteger)
    held: str | None
    held_at: int | None = Field(sa_type=BigInteger)
    """When ``held`` was last proved or lost; what is older says nothing about it."""
    evidence: int
    evidence_at: int | None = Field(sa_type=BigInteger)


class ProgramTable(Base, table=True):
    """A program: its id stands for its frames."""

    __tablename__ = "program"
    __table_args__: ClassVar[Any] = CLUSTERED

    program_id: str = Field(primary_key=True)
    profile_id: str


class ProgramUseTable(Base, table=True):
    """What a program is good for: a policy revision in a cell, over some nights (ISO dates).

    Two revisions may come to the same frames, and so may two winters.
    """

    __tablename__ = "program_use"
    __table_args__: ClassVar[Any] = CLUSTERED

    program_id: str = Field(primary_key=True, foreign_key="program.program_id")
    policy: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    cell: str = Field(primary_key=True)
    valid_from: str = Field(primary_key=True)
    valid_until: str


class ProgramFrameTable(Base, table=True):
    """One frame of a program, by its place in it."""

    __tablename__ = "program_frame"
    __table_args__: ClassVar[Any] = CLUSTERED

    program_id: str = Field(primary_key=True, foreign_key="program.program_id")
    place: int = Field(primary_key=True)
    f_port: int
    payload: bytes
    slot: str
    echo_f_port: int | None
    echo_payload: bytes | None
    confirmed: bool


class PolicyTable(Base, table=True):
    """One saved text; ``kind`` is ``policy`` or ``rules``. Never changed."""

    __tablename__ = "policy_revision"

    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    text: str
    saved_at: int = Field(sa_type=BigInteger)
    saved_by: str


class StatusTable(Base, table=True):
    """A node's word on its lamp."""

    __tablename__ = "status"
    __table_args__: ClassVar[Any] = CLUSTERED

    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    level: int | None
    reason: str
    faults: str
    temperature_c: int | None


class MeterTable(Base, table=True):
    """A node's meter; counters may be larger than 32 bits."""

    __tablename__ = "meter"
    __table_args__: ClassVar[Any] = CLUSTERED

    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    energy_wh: int | None = Field(sa_type=BigInteger)
    power_w: int | None = Field(sa_type=BigInteger)
    lamp_on_s: int | None = Field(sa_type=BigInteger)
    voltage_v: int | None


class NoteTable(Base, table=True):
    """Something else that a node said."""

    __tablename__ = "note"
    __table_args__: ClassVar[Any] = CLUSTERED

    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str = Field(primary_key=True)
    text: str


class OverrideTable(Base, table=True):
    """An override."""

    __tablename__ = "override"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    override_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    selection: str
    level: int
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    reason: str
    emergency: bool
    ended_at: int | None = Field(sa_type=BigInteger)
    nodes: int


class OverrideNodeTable(Base, table=True):
    """A node that an override holds."""

    __tablename__ = "override_node"
    __table_args__: ClassVar[Any] = CLUSTERED

    override_id: int = Field(
        primary_key=True, foreign_key="override.override_id", sa_type=BigInteger
    )
    dev_eui: str = Field(primary_key=True, sa_type=ORDERED_KEY)


class NightTable(Base, table=True):
    """Energy of one lantern in one night: the date of its evening, and its figures as JSON."""

    __tablename__ = "night_energy"
    __table_args__: ClassVar[Any] = CLUSTERED

    night: str = Field(primary_key=True)
    lantern_id: str = Field(primary_key=True, sa_type=ORDERED_KEY)
    figures: str


def table(rows: type[SQLModel]) -> Table:
    """Return the Core table behind ``rows``: bulk work does not go through objects."""
    return METADATA.tables[str(rows.__tablename__)]


LANTERN = table(LanternTable)
NODE = table(NodeTable)
PROGRAM = table(ProgramTable)
PROGRAM_USE = table(ProgramUseTable)
PROGRAM_FRAME = table(ProgramFrameTable)
POLICY = table(PolicyTable)
STATUS = table(StatusTable)
METER = table(MeterTable)
NOTE = table(NoteTable)
OVERRIDE = table(OverrideTable)
OVERRIDE_NODE = table(OverrideNodeTable)
NIGHT = table(NightTable)
