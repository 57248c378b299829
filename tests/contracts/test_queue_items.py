"""Queue item ids: no two databases share any, and those of before an upgrade are still known."""

from pathlib import Path
from uuid import UUID, uuid5

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, update

from lighting.adapters.sql import migrate
from lighting.adapters.sql.engine import open_database
from lighting.adapters.sql.order_tables import ORDER, TRANSMISSION
from lighting.adapters.sql.times import to_ms
from lighting.downlink.lifecycle import State
from lighting.operations.records import GatewayAcceptance, UplinkBatch
from tests.contracts.city import DUSK, FAR, NEAR, City, after, dev, frame, new_order

OLD_SPACE = UUID("6f0c7a52-3f0e-5d0b-9c55-1a3c1a4e6b01")
"""Before revision 0008 every database named a try ``uuid5(this, "order:attempt")``."""


async def first_item(url: str) -> UUID:
    """Return the id of the first try of the first order."""
    database = open_database(url)
    item = (await City(database).orders.get(1)).queue_item_id(1)
    await database.close()
    return item


async def add_first_order(url: str) -> None:
    await migrate.upgrade(url)
    database = open_database(url)
    await City(database).orders.add([new_order(dev(0), frame(1))])
    await database.close()


async def test_the_same_order_has_another_item_in_another_database_and_one_in_its_own(
    bare_url: str, tmp_path: Path
) -> None:
    """ChirpStack refuses an item whose id it has, of a silent node's expired one, say."""
    other_url = f"sqlite:///{tmp_path / 'other.db'}"
    for url in (bare_url, other_url):
        await add_first_order(url)
    assert await first_item(bare_url) == await first_item(bare_url)
    assert await first_item(bare_url) != await first_item(other_url)


def to_0007(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "0007")


async def test_an_order_in_flight_at_the_upgrade_is_known_by_the_id_it_was_sent_with(
    bare_url: str,
) -> None:
    database = open_database(bare_url)
    async with database.writing() as connection:
        await connection.run_sync(to_0007)
    city, old_item = City(database), uuid5(OLD_SPACE, "1:1")
    await city.build(1)
    await city.orders.add([new_order(dev(0), frame(1))])
    sent = {"state": State.SENT.value, "attempts": 1, "sent_at": to_ms(DUSK)}
    charged = {
        "order_id": 1,
        "attempts": 1,
        "queue_item_id": old_item.hex,
        "gateway_id": NEAR,
        "sent_at": to_ms(DUSK),
        "airtime_ms": 246.0,
    }
    async with database.writing() as connection:
        await connection.execute(update(ORDER).values(sent | {"reply_by": to_ms(after(35))}))
        await connection.execute(insert(TRANSMISSION).values(charged))

    await migrate.upgrade(bare_url)
    (before,) = await city.orders.transmissions_since(DUSK)
    assert (before.gateway_id, before.airtime_ms) == (NEAR, 246.0)
    taken = GatewayAcceptance(dev(0), after(2), old_item, FAR)
    recorded = await city.nodes.record(UplinkBatch(acceptances=[taken]))
    assert recorded.moved == ((NEAR, DUSK, 246.0, FAR),)
    order = await city.orders.get(1)
    assert order.state is State.ACCEPTED
    assert order.queue_item_id(2) != uuid5(OLD_SPACE, "1:2")
    await database.close()
