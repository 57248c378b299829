"""What is due, on random books, against the words of ``OrderBook.due`` in plain Python."""

import random
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from lighting.adapters.sql.order_rows import NEW_ORDER_COLUMNS, new_order_row
from lighting.adapters.sql.order_tables import ORDER
from lighting.adapters.sql.tables import NODE
from lighting.adapters.sql.times import to_ms
from lighting.downlink.lifecycle import IN_FLIGHT, OPEN, State
from lighting.downlink.order import Rank
from tests.contracts.city import City, after, dev, frame, new_order

NODES = 12
GATEWAYS = ["00000000000000aa", "00000000000000bb", None]
NOW = to_ms(after(60))
Book = list[dict[str, object]]


def random_book(rng: random.Random) -> Book:
    """Return rows of orders in any state, with at most one of each node in flight."""
    book: Book = []
    flying = set()
    for number in range(rng.randrange(40)):
        node = rng.randrange(NODES)
        new = replace(
            new_order(dev(node), frame(number)),
            rank=rng.choice(list(Rank)),
            not_before=after(rng.choice([0, 0, 0, 30, 90])),
            expires_at=after(rng.choice([45, 3600, 3600, 3600])),
        )
        row = dict(zip(NEW_ORDER_COLUMNS, new_order_row(new), strict=True))
        state = rng.choice([State.WAITING] * 6 + list(State))
        if state in IN_FLIGHT and node in flying:
            state = State.WAITING
        if state in IN_FLIGHT:
            flying.add(node)
        tried = rng.random() < 0.3 and new.not_before <= after(60)
        next_try = to_ms(after(rng.choice([50, 70]))) if tried else row["next_try"]
        book.append(row | {"order_id": number + 1, "state": state.value, "next_try": next_try})
    return book


def due_by_the_words(book: Book, gateways: dict[str, str | None], closed: Collection[str]) -> Book:
    """At most one per node: the first of its open orders by (rank, order id) whose not_before has
    come, and only if the node has none in flight and that order's back-off is over. Nodes behind
    closed gateways are left out. An order past its deadline does not go."""  # noqa: D205, D209 - a quotation
    by_node: defaultdict[object, Book] = defaultdict(list)
    for row in book:
        if State(row["state"]) in OPEN:
            by_node[row["dev_eui"]].append(row)
    found = []
    for node, rows in by_node.items():
        started = [row for row in rows if int(str(row["not_before"])) <= NOW]
        if any(State(row["state"]) in IN_FLIGHT for row in rows) or not started:
            continue
        head = min(started, key=lambda row: (row["rank"], row["order_id"]))
        open_gateway = (gateways[str(node)] or "unknown") not in closed
        if int(str(head["next_try"])) <= NOW < int(str(head["expires_at"])) and open_gateway:
            found.append(head)
    return sorted(found, key=lambda row: (row["rank"], row["next_try"], row["order_id"]))


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_due_is_what_the_words_say(city: City, seed: int) -> None:
    rng = random.Random(seed)
    await city.build(NODES)
    for number in range(NODES):
        gateway = rng.choice(GATEWAYS)
        if gateway is not None:
            await city.see(dev(number), after(0), gateway)  # type: ignore[arg-type] # plain text
    async with city.database.reading() as connection:
        nodes = await connection.execute(select(NODE.c.dev_eui, NODE.c.gateway_id))
        gateways = dict(nodes.all())
    for _ in range(40):
        book = random_book(rng)
        async with city.database.writing() as connection:
            await connection.execute(ORDER.delete())
            if book:
                await connection.execute(insert(ORDER), book)
        closed = rng.sample(["00000000000000aa", "00000000000000bb", "unknown"], rng.randrange(3))
        expected = due_by_the_words(book, gateways, closed)
        found = await city.orders.due(at=after(60), limit=100, closed=closed)  # type: ignore[arg-type] # plain texts
        assert [order.order_id for order in found] == [row["order_id"] for row in expected]
        few = await city.orders.due(at=after(60), limit=2, closed=closed)  # type: ignore[arg-type] # plain texts
        assert [order.order_id for order in few] == [row["order_id"] for row in expected[:2]]
