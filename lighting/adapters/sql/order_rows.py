"""Orders to rows and back, and the one state that an event leads to."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from firmware_profiles.frame import Frame
from lighting.adapters.sql.order_tables import BOOK, ORDER
from lighting.adapters.sql.tables import NODE
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.downlink.lifecycle import MOVES, Event, State
from lighting.downlink.order import NewOrder, Order, Purpose, Rank
from lighting.identifiers import DevEui, GatewayId

FRAME_COLUMNS = ("f_port", "payload", "slot", "echo_f_port", "echo_payload", "confirmed")
NEW_ORDER_COLUMNS = (
    "dev_eui", "rank", "purpose", "batch", *FRAME_COLUMNS,
    "created_at", "not_before", "expires_at", "next_try", "state", "attempts", "note",
)  # fmt: skip


def outcome(event: Event) -> State:
    """Return the state that ``event`` leads to from wherever it is allowed."""
    (after,) = {after for (_, known), after in MOVES.items() if known is event}
    return after


def frame_row(frame: Frame) -> tuple[Any, ...]:
    """Return a frame as ``FRAME_COLUMNS``."""
    echo_f_port, echo_payload = frame.echo or (None, None)
    return (frame.f_port, frame.payload, frame.slot, echo_f_port, echo_payload, frame.confirmed)


def stored_frame(row: Row[Any]) -> Frame:
    """Return the frame of a row that has ``FRAME_COLUMNS``."""
    return Frame(
        f_port=row.f_port,
        payload=row.payload,
        slot=row.slot,
        echo=None if row.echo_f_port is None else (row.echo_f_port, row.echo_payload),
        confirmed=bool(row.confirmed),
    )


def new_order_row(order: NewOrder) -> tuple[Any, ...]:
    """Return an order that begins to wait, as ``NEW_ORDER_COLUMNS``."""
    not_before = to_ms(order.not_before)
    return (
        order.dev_eui,
        order.rank.value,
        order.purpose.value,
        order.batch,
        *frame_row(order.frame),
        to_ms(order.created_at),
        not_before,
        to_ms(order.expires_at),
        not_before,
        State.WAITING.value,
        0,
        "",
    )


def stored_orders(*, fitted_only: bool = False) -> Select[Any]:
    """Return the query of orders with their book's id, their node's application and gateway."""
    joined = ORDER.join(NODE, NODE.c.dev_eui == ORDER.c.dev_eui, isouter=not fitted_only)
    book_id = select(BOOK.c.book_id).scalar_subquery().label("book_id")
    columns = (book_id, NODE.c.application_id, NODE.c.gateway_id)
    return select(ORDER, *columns).select_from(joined)


def stored_order(row: Row[Any]) -> Order:
    """Return the order that a row of ``stored_orders`` holds."""
    return Order(
        order_id=row.order_id,
        book_id=UUID(row.book_id),
        dev_eui=DevEui(row.dev_eui),
        rank=Rank(row.rank),
        purpose=Purpose(row.purpose),
        batch=row.batch,
        frame=stored_frame(row),
        state=State(row.state),
        attempts=row.attempts,
        created_at=from_ms(row.created_at),
        not_before=from_ms(row.not_before),
        expires_at=from_ms(row.expires_at),
        application_id=row.application_id or "",
        gateway_id=None if row.gateway_id is None else GatewayId(row.gateway_id),
        sent_at=from_ms(row.sent_at),
        note=row.note,
    )
