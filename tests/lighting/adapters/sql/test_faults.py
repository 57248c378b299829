"""What goes wrong with a database: each fault says what to do, keeps nothing, and passes."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from lighting.adapters.sql.engine import Database, open_database
from lighting.adapters.sql.migrate import upgrade
from lighting.downlink.lifecycle import State
from lighting.errors import StoreError
from tests.contracts.city import DUSK, City, dev, frame, new_order

ORDERS = [new_order(dev(0), frame(number)) for number in range(200)]


async def waiting(database: Database) -> int:
    return (await City(database).orders.counts())[State.WAITING]


async def test_a_locked_database_says_so_and_works_again_when_the_lock_is_gone(
    database: Database, elsewhere: sqlite3.Connection
) -> None:
    elsewhere.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match=r"is locked; nothing .* kept: end the other process"):
        await City(database).orders.add(ORDERS)
    assert await waiting(database) == 0  # WAL: reading goes on
    elsewhere.execute("ROLLBACK")
    await City(database).orders.add(ORDERS)
    assert await waiting(database) == len(ORDERS)


async def test_a_full_disk_keeps_nothing_of_what_did_not_fit_and_all_of_what_did(
    database: Database,
) -> None:
    await City(database).orders.add(ORDERS[:3])
    async with database.reading() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreError, match=r"is full; nothing .* kept: make room, then try again"):
        await City(database).orders.add(ORDERS)
    assert await waiting(database) == 3
    async with database.reading() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    await City(database).orders.add(ORDERS)
    assert await waiting(database) == 3 + len(ORDERS)


async def test_a_read_only_database_can_be_read_and_refuses_to_be_written(file: Path) -> None:
    database = open_database(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert await waiting(database) == 0
    with pytest.raises(StoreError, match=r"is read-only; .*give this user the right to write"):
        await City(database).orders.add(ORDERS)
    await database.close()


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened \(No such file.*check its folder"):
        await upgrade(f"sqlite:///{tmp_path / 'missing' / 'lamplighter.db'}")


async def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    letter = "Dear sir or madam, " * 100
    path.write_text(letter)
    with pytest.raises(StoreError, match=r"not a database; .*check the path"):
        await upgrade(f"sqlite:///{path}")
    assert path.read_text() == letter


async def test_a_database_without_tables_names_the_cure(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(StoreError, match=r"lacks a table or column; .*bring it up to date"):
        await City(database).orders.add(ORDERS)
    await database.close()


async def test_a_file_that_is_deleted_under_us_does_not_end_in_silence(
    database: Database, file: Path
) -> None:
    await City(database).orders.add(ORDERS)
    await database.close()
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    with pytest.raises(StoreError, match="lacks a table"):
        await City(database).orders.due(at=DUSK, limit=1)


@pytest.mark.enable_socket
async def test_a_server_that_is_not_there_is_told(unused_tcp_port: int) -> None:
    database = open_database(f"postgresql://nobody@127.0.0.1:{unused_tcp_port}/none")
    with pytest.raises(StoreError, match=r"cannot be reached; .*check its URL and server"):
        await database.check()
    await database.close()


async def test_a_database_that_is_there_is_healthy(database: Database) -> None:
    await database.check()


async def test_an_error_inside_a_transaction_undoes_all_of_it(database: Database) -> None:
    async def half() -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO program VALUES ('p', 'nas')"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await half()
    assert await City(database).nodes.programs([]) == {}
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM program"))).scalar_one() == 0
