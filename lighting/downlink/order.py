"""Order: the durable intent to send one frame to one node, with a deadline and a purpose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from uuid import UUID, uuid5

from firmware_profiles.frame import Frame
from lighting.downlink.lifecycle import State
from lighting.identifiers import DevEui, GatewayId

ORDER_LIFE = timedelta(hours=24)
"""How long a program order is tried before its node counts as unreachable: one whole day, so that
every node has had its daily reports, and a feeder that is dark by day has been on."""


class Rank(IntEnum):
    """What goes first, lowest number first."""

    EMERGENCY = 0
    OVERRIDE = 1
    PROGRAM = 2
    QUERY = 3


class Purpose(Enum):
    """What an order is for."""

    PROGRAM = "program"
    OVERRIDE = "override"
    RESUME = "resume"
    CLOCK = "clock"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order before the book has it.

    ``batch`` ties the orders of one intent: the program id, or ``override:<id>``. The orders of
    one node go in order of (rank, order id); one that waits holds back those behind it.
    """

    dev_eui: DevEui
    rank: Rank
    purpose: Purpose
    batch: str
    frame: Frame
    created_at: datetime
    not_before: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the book holds it. ``attempts`` counts the times it was sent.

    ``book_id`` is the book's own: no two books have the same.
    """

    order_id: int
    book_id: UUID
    dev_eui: DevEui
    rank: Rank
    purpose: Purpose
    batch: str
    frame: Frame
    state: State
    attempts: int
    created_at: datetime
    not_before: datetime
    expires_at: datetime
    application_id: str = ""
    gateway_id: GatewayId | None = None
    sent_at: datetime | None = None
    note: str = ""

    def queue_item_id(self, attempt: int) -> UUID:
        """Return the id that the network server is given for a try of this order.

        Derived from order and attempt, so that a process that comes back after a crash names the
        same item the same way, and a second try is another item. And from the book: ChirpStack
        keeps what has expired of a silent node, and drops a new item with an id that it has, with
        a line in its own log only. The time of creation tells orders apart to which a book that
        was restored from a backup gives the same number.
        """
        created_ms = round(self.created_at.timestamp() * 1000)
        return uuid5(self.book_id, f"{self.dev_eui}:{self.order_id}:{created_ms}:{attempt}")
