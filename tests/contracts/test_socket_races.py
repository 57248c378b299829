"""Several fitters at once: one wins, the other is told who; and whoever looks sees it."""

import asyncio
from dataclasses import replace

from lighting.adapters.sql.nearby import SqlSurroundings
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.socket_errors import FitRefusedError
from lighting.inventory.sockets import Figure, Limit
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.sockets import Sockets
from tests.contracts.city import DUSK, City, dev, lantern, lantern_id
from tests.contracts.socket_city import BOTTOM, TOP, asked, history, socket


async def test_of_two_fitters_at_one_socket_one_wins_and_the_other_is_told_who(
    register: Sockets, other: Sockets
) -> None:
    done = await asyncio.gather(
        *(
            each.fit(asked(0, f"S{number}", by=f"Fitter {number}", **BOTTOM))
            for number, each in enumerate((register, other, register, other, register))
        ),
        return_exceptions=True,
    )
    (winner,) = [each for each in done if isinstance(each, Occupancy)]
    losers = [each for each in done if not isinstance(each, Occupancy)]
    assert all(isinstance(each, FitRefusedError) for each in losers)
    assert all(f"fitted by {winner.fitting.by}" in str(each) for each in losers)
    assert await history(register) == [winner]


async def test_of_two_fitters_with_one_device_on_two_lanterns_one_wins_and_the_other_is_told_where(
    register: Sockets, other: Sockets
) -> None:
    for number in range(5):
        one = asked(0, f"D{number}", dev_eui=dev(number), **BOTTOM)
        two = replace(one, lantern_id=lantern_id(1), serial="")
        done = await asyncio.gather(register.fit(one), other.fit(two), return_exceptions=True)
        (winner,) = [each for each in done if isinstance(each, Occupancy)]
        (loser,) = [each for each in done if not isinstance(each, Occupancy)]
        assert isinstance(loser, FitRefusedError), repr(loser)
        assert f"sits in {winner.fitting.socket_id}" in str(loser)
        await register.remove(winner.occupancy_id, by="Eve", at=DUSK)


async def test_of_two_fitters_in_two_sockets_of_one_lantern_the_budget_stops_the_second(
    register: Sockets, other: Sockets
) -> None:
    """Each draws 1 W; the luminaire gives 1.5 W."""
    sheet = {Figure.AUX_AVERAGE: Limit(value=1.5, source="sheet")}
    await register.store.put_sockets([socket(0, limits=sheet), socket(0, "top", limits=sheet)])
    done = await asyncio.gather(
        register.fit(asked(0, "S1", **BOTTOM)),
        other.fit(asked(0, "S2", **TOP)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Occupancy) for each in done) == 1
    (loser,) = [each for each in done if not isinstance(each, Occupancy)]
    assert "needs 1 W and others draw 1 W, allowed are 1.5 W (source: sheet)" in str(loser)


async def test_of_two_removers_one_is_told_that_the_other_was_first(
    register: Sockets, other: Sockets
) -> None:
    made = await register.fit(asked(0, **BOTTOM))
    done = await asyncio.gather(
        register.remove(made.occupancy_id, by="Eve"),
        other.remove(made.occupancy_id, by="Bob"),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["Occupancy", "RecordError"]


async def test_a_finder_follows_what_other_processes_change(
    register: Sockets, other: Sockets, city: City
) -> None:
    finder = SocketFinder(register, SqlSurroundings(city.database))
    need = "zhaga, 2 W, near 53.80,-1.55"
    assert (await finder.find(need)).provable == 6
    made = await other.fit(asked(0, **BOTTOM))
    found = await finder.find(need)
    assert found.provable == 5  # the other of that lantern still has its 2 W
    await other.remove(made.occupancy_id, by="Eve")
    assert (await finder.find(need)).provable == 6
    await city.lanterns.put([replace(lantern(1), latitude_deg=53.81, ward="Moved")])
    assert {each.stored.ward for each in (await finder.find("zhaga, ward moved")).sockets} == {
        "Moved"
    }
    await other.store.put_sockets([socket(2, "side")])
    assert (await finder.find(need)).provable == 7
    await city.lanterns.fit_nodes([city.link(1, 1)])
    assert (await finder.find(need)).provable < 7
