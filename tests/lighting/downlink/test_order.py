"""How the tries of orders are named to a network server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from firmware_profiles.frame import Frame
from lighting.downlink.lifecycle import State
from lighting.downlink.order import Order, Purpose, Rank
from lighting.identifiers import DevEui

DUSK = datetime(2026, 11, 22, 15, 55, tzinfo=UTC)

ORDER = Order(
    order_id=1,
    book_id=UUID(int=1),
    dev_eui=DevEui("70b3d57ed0000001"),
    rank=Rank.PROGRAM,
    purpose=Purpose.PROGRAM,
    batch="program:p1",
    frame=Frame(f_port=50, payload=b"\x01", slot="profile 1"),
    state=State.WAITING,
    attempts=0,
    created_at=DUSK,
    not_before=DUSK,
    expires_at=DUSK + timedelta(days=1),
)


@pytest.mark.parametrize(
    "different",
    [
        {"order_id": 2},
        {"book_id": UUID(int=2)},
        {"dev_eui": DevEui("70b3d57ed0000002")},
        {"created_at": DUSK + timedelta(milliseconds=1)},
    ],
)
def test_tries_of_different_orders_of_any_book_never_share_a_name(
    different: dict[str, Any],
) -> None:
    assert replace(ORDER, **different).queue_item_id(1) != ORDER.queue_item_id(1)


def test_each_try_has_a_name_of_its_own_which_the_orders_progress_does_not_change() -> None:
    assert ORDER.queue_item_id(1) != ORDER.queue_item_id(2)
    later = replace(ORDER, state=State.SENT, attempts=1, sent_at=DUSK, note="no reply in time")
    assert later.queue_item_id(1) == ORDER.queue_item_id(1)
