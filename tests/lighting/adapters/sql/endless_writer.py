"""Adds, sends and records for ever, as fast as it can: to be killed in the middle of it."""

import asyncio
import sys
from datetime import timedelta
from itertools import count

from lighting.adapters.sql.engine import open_database
from lighting.operations.records import Seen, UplinkBatch
from tests.contracts.city import DUSK, NEAR, City, dev, echo_of, frame, new_order, sending

NODES = 20
ADDED_AT_ONCE = 2 * NODES


async def write(url: str) -> None:
    """Never return."""
    city = City(open_database(url))
    await city.build(NODES)
    for number in count():
        at = DUSK + timedelta(seconds=100 * number)
        new = [new_order(dev(n % NODES), frame(n % 7)) for n in range(ADDED_AT_ONCE)]
        await city.orders.add(new)
        due = await city.orders.due(at=at, limit=NODES)
        await city.orders.sending([sending(order, at) for order in due])
        heard = at + timedelta(seconds=1)
        proved = due[::2]
        seen = [Seen(order.dev_eui, heard, NEAR, -90) for order in proved]
        echoes = [echo_of(order, heard) for order in proved]
        await city.nodes.record(UplinkBatch(seen=seen, echoes=echoes))
        await city.orders.time_out(at + timedelta(seconds=90))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
