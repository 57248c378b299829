"""Sockets that go: entered by mistake or gone from the lantern; and imports beside fitters."""

import asyncio
from io import BytesIO
from typing import Any

import pytest

from firmware_profiles.devices.device import SocketStandard
from lighting.adapters.sql.nearby import SqlSurroundings
from lighting.errors import NotFoundError, RefusedError, StoreError
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.seats import StoredSockets
from lighting.inventory.sockets import Position, Socket
from lighting.inventory.store import LanternFilter
from lighting.operations.find_sockets import SocketFinder
from lighting.operations.import_sockets import UsualSocket, add_usual_sockets, import_sockets
from lighting.operations.retire_sockets import RetireAsked, SocketGone, retire_socket
from lighting.operations.sockets import Sockets
from tests.contracts.city import DUSK, City, lantern, lantern_id
from tests.contracts.socket_city import BOTTOM, Dusk, asked, history, register_of, socket

HEADER = "lantern_id,position,standard,wiring\n"


async def retire(register: Sockets, on: int = 0, **more: Any) -> SocketGone:  # noqa: ANN401 - any field
    words: dict[str, Any] = {"position": Position.BOTTOM, "by": "Eve", "reason": "not there"}
    wanted = RetireAsked(lantern_id=lantern_id(on), **(words | more))
    return await retire_socket(register, wanted, Dusk())


async def sockets_on(register: Sockets, on: int = 0) -> list[str]:
    shown = await register.show(lantern_id(on))
    return [each.position.value for each in shown.sockets.sockets]


async def test_a_socket_entered_by_mistake_is_gone_for_fitters_and_the_record_says_by_whom(
    register: Sockets,
) -> None:
    done = await retire(register)
    assert done.fittings == 0
    assert await sockets_on(register) == ["top"]
    with pytest.raises(RefusedError, match=r"has no socket 1 at the bottom; it has: .*/top"):
        await register.fit(asked(0, **BOTTOM))
    (gone,) = (await register.show(lantern_id(0))).stored.retired
    assert (gone.socket, gone.retirement.by, gone.retirement.reason) == (
        socket(0),
        "Eve",
        "not there",
    )


async def test_a_socket_with_history_goes_and_its_history_stays(register: Sockets) -> None:
    made = await register.fit(asked(0, **BOTTOM))
    await register.remove(made.occupancy_id, by="Eve", at=DUSK)
    assert (await retire(register)).fittings == 1
    (kept,) = await history(register, lantern_id=lantern_id(0))
    assert kept.fitting.socket_id == socket(0).socket_id


async def test_a_socket_in_which_a_device_sits_stays_and_the_device_is_named(
    register: Sockets,
) -> None:
    await register.fit(asked(0, **BOTTOM))
    with pytest.raises(RefusedError, match=r"air-z serial S1 \(fitted by Ada.*remove it first"):
        await retire(register)
    assert await sockets_on(register) == ["bottom", "top"]


async def test_what_cannot_be_retired_is_refused_with_the_reason(register: Sockets) -> None:
    with pytest.raises(NotFoundError, match="lantern"):
        await retire(register, 9)
    with pytest.raises(RefusedError, match="no socket 2 at the bottom"):
        await retire(register, number=2)
    with pytest.raises(RefusedError, match="say who"):
        await retire(register, reason=" ")
    with pytest.raises(RefusedError, match="control characters"):
        await retire(register, by="\x1b[2J")
    await retire(register)
    with pytest.raises(RefusedError, match="no socket 1 at the bottom"):
        await retire(register)


async def test_a_finder_of_another_process_learns_that_sockets_are_gone(
    register: Sockets, other: Sockets, city: City
) -> None:
    finder = SocketFinder(register, SqlSurroundings(city.database))
    assert (await finder.find("zhaga, 2 W")).provable == 6  # by the arrays of the whole city
    for position in (Position.BOTTOM, Position.TOP):
        await retire(other, 2, position=position)
    assert (await finder.find("zhaga, 2 W")).provable == 4
    assert (await finder.find("zhaga, 2 W, near 53.80,-1.55")).provable == 4


async def test_of_a_fitter_and_one_who_retires_the_socket_one_wins(
    register: Sockets, other: Sockets
) -> None:
    for on in range(3):
        tries = (register.fit(asked(on, f"S{on}", **BOTTOM)), retire(other, on))
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(each, Occupancy | SocketGone) for each in done) == 1, done
        assert sum(isinstance(each, RefusedError) for each in done) == 1, done


async def test_a_retired_socket_comes_back_by_import_but_not_as_the_usual_one(
    register: Sockets, city: City
) -> None:
    await retire(register)
    usual = UsualSocket(standard=SocketStandard.ZHAGA_2, position=Position.BOTTOM)
    report = await add_usual_sockets(register, city.lanterns, LanternFilter(), usual)
    assert (report.added, report.unchanged) == (0, 3)
    assert await sockets_on(register) == ["top"]
    row = f"{lantern_id(0)},bottom,zhaga-2,24 V auxiliary; dali bus\n"
    report = await import_sockets(register, BytesIO((HEADER + row).encode()))
    assert report.added == 1
    shown = await register.show(lantern_id(0))
    assert (shown.stored.retired, len(shown.sockets.sockets)) == ((), 2)


class _Busy:
    """A store beside which somebody fits a device just before sockets are written."""

    def __init__(self, register: Sockets) -> None:
        self._register = register

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._register.store, name)

    async def put_sockets(self, sockets: list[Socket], may: Any = None) -> list[Socket]:  # noqa: ANN401 - a judge
        await self._register.fit(asked(0, **BOTTOM))
        return await self._register.store.put_sockets(sockets, may)


async def test_an_import_refuses_a_row_under_a_device_that_was_fitted_while_it_ran(
    register: Sockets,
) -> None:
    """The device plugs into zhaga-2 and draws 24 V; the row would make it zhaga-1 without."""
    rows = f"{lantern_id(0)},bottom,zhaga-1,dali bus\n{lantern_id(1)},bottom,zhaga-1,dali bus\n"
    busy = Sockets(
        _Busy(register),  # type: ignore[arg-type]  # a store in all but name
        Dusk(),
        table=register.table,
        catalogue=register.catalogue,
    )
    report = await import_sockets(busy, BytesIO((HEADER + rows).encode()))
    assert (report.rejected, [each.socket_id for each in report.changed]) == (
        1,
        [socket(1).socket_id],
    )
    assert "air-z serial S1" in str(report.problems[0])
    standards = [s.standard for s in (await register.show(lantern_id(0))).sockets.sockets]
    assert standards == [SocketStandard.ZHAGA_2] * 2


async def test_a_socket_that_was_entered_meanwhile_is_not_replaced_by_the_usual_one(
    city: City,
) -> None:
    await city.lanterns.put([lantern(0)])
    register = register_of(city)
    mine = socket(0, standard=SocketStandard.ZHAGA_3)
    await register.store.put_sockets([mine])

    def free(_: Socket, stored: StoredSockets) -> bool:
        return not stored.sockets

    assert await register.store.put_sockets([socket(0)], free) == [socket(0)]
    assert (await register.show(lantern_id(0))).sockets.sockets == (mine,)


class _Full:
    """A store whose disk is full from the second batch on."""

    def __init__(self, register: Sockets) -> None:
        self._register = register
        self._batches = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._register.store, name)

    async def put_sockets(self, sockets: list[Socket], may: Any = None) -> list[Socket]:  # noqa: ANN401 - a judge
        self._batches += 1
        if self._batches > 1:
            raise StoreError("the disk is full")
        return await self._register.store.put_sockets(sockets, may)


async def test_an_import_that_breaks_off_says_how_far_it_came(
    register: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lighting.operations.import_sockets.BATCH", 2)
    rows = "".join(f"{lantern_id(on)},side,zhaga-2,24 V auxiliary\n" for on in range(3))
    full = Sockets(
        _Full(register),  # type: ignore[arg-type]  # a store in all but name
        Dusk(),
        table=register.table,
        catalogue=register.catalogue,
    )
    with pytest.raises(StoreError, match=r"disk is full\. 2 rows of the file were done before"):
        await import_sockets(full, BytesIO((HEADER + rows).encode()))
    assert len(await sockets_on(register, 1)) == 3
