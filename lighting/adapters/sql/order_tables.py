"""Tables of orders and transmissions, and the indexes that keep the book fast. Times are UTC ms.

The predicates of the partial indexes are built from the life cycle; a query that is to use one
must say the same words, so both take them from here.
"""

from collections.abc import Collection
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, FromClause, Index, literal, literal_column
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
from lighting.downlink.lifecycle import IN_FLIGHT, OPEN, State
from lighting.operations.stores import PROGRAM_BATCH


class OrderTable(Base, table=True):
    """An order. ``next_try`` is when it may go (again): ``not_before`` first, then its back-off.

    ``proved_at`` is the time of the message that proved it.
    """

    __tablename__ = "downlink_order"
    __table_args__: ClassVar[Any] = NEVER_REUSED

    order_id: int | None = Field(primary_key=True, sa_type=COUNTED_KEY)
    dev_eui: str = Field(sa_type=ORDERED_KEY)
    rank: int
    purpose: str
    batch: str = Field(sa_type=ORDERED_KEY)
    f_port: int
    payload: bytes
    slot: str
    echo_f_port: int | None
    echo_payload: bytes | None
    confirmed: bool
    state: str
    attempts: int
    created_at: int = Field(sa_type=BigInteger)
    not_before: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    next_try: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(sa_type=BigInteger)
    reply_by: int | None = Field(sa_type=BigInteger)
    proved_at: int | None = Field(sa_type=BigInteger)
    note: str


class BookTable(Base, table=True):
    """The book's own id, made with the table: one row, and no two databases have the same."""

    __tablename__ = "order_book"
    __table_args__: ClassVar[Any] = CLUSTERED

    book_id: str = Field(primary_key=True)


class TransmissionTable(Base, table=True):
    """One try of an order: the air time it is charged with, and the gateway that pays.

    ``airings`` is how often it was on the air, as far as messages tell: the network server sends
    a frame again by itself whose tx ack it misses.
    """

    __tablename__ = "transmission"
    __table_args__: ClassVar[Any] = CLUSTERED

    order_id: int = Field(
        primary_key=True, foreign_key="downlink_order.order_id", sa_type=BigInteger
    )
    attempts: int = Field(primary_key=True)
    queue_item_id: str = Field(unique=True)
    gateway_id: str
    sent_at: int = Field(index=True, sa_type=BigInteger)
    airtime_ms: float
    airings: int = Field(sa_column_kwargs={"server_default": "1"})


BOOK = table(BookTable)
ORDER = table(OrderTable)
TRANSMISSION = table(TransmissionTable)


def in_states(states: Collection[State], orders: FromClause = ORDER) -> ColumnElement[bool]:
    """Return the condition that an order's state is one of ``states``, with the words in it.

    A parameter instead of the words would keep the database from using a partial index.
    """
    values = sorted(state.value for state in states)
    words: list[ColumnElement[str]] = [literal_column(f"'{value}'") for value in values]
    return orders.c.state == words[0] if len(words) == 1 else orders.c.state.in_(words)


def program_batch(program_id: ColumnElement[str]) -> ColumnElement[str]:
    """Return the batch of a program's orders, where the program's id is in a column."""
    return literal(PROGRAM_BATCH).concat(program_id)


def _index(name: str, *columns: str, states: Collection[State], unique: bool = False) -> None:
    where = in_states(states)
    partial_index(name, *(ORDER.c[column] for column in columns), where=where, unique=unique)


# At most one order of a node is in flight.
_index("uq_order_in_flight", "dev_eui", states=IN_FLIGHT, unique=True)
_index("ix_order_queue", "dev_eui", "rank", "order_id", states=OPEN)  # a node's queue, in order
_index("ix_order_turn", "rank", "next_try", "order_id", states={State.WAITING})  # whose turn it is
_index("ix_order_reply", "reply_by", states=IN_FLIGHT)
_index("ix_order_deadline", "expires_at", states=OPEN)
Index(
    "ix_order_history", ORDER.c.dev_eui, ORDER.c.batch, ORDER.c.state
)  # a node's orders of a program
Index("ix_order_batch", ORDER.c.batch, ORDER.c.state)
