"""Registering add-ons: on a column, under a row of the data register, confirmed when understood."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lighting.downlink.transport import Uplink
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.registration.commissioning import State
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.stream_text import parse_streams
from tests.contracts.device_desk import ADD_ON_MODEL, GULLIES, NOON, Desk, dev


async def test_an_add_on_is_put_on_its_column_under_its_stream(desk: Desk) -> None:
    await _with_gullies(desk)
    made = await desk.office.registration.register(
        desk.node(7, on=1, device_id=ADD_ON_MODEL, owner="Drainage", permit="P-17")
    )
    assert made.state is State.REGISTERED
    assert made.particulars.stream_id == "gullies"
    assert made.occupancy_id is not None
    assert made.place == "the column of leeds:1"
    assert desk.server.devices[dev(7)].application_id == "add-ons"
    assert await desk.nodes.nodes() == []


async def test_an_add_on_is_confirmed_by_what_is_understood_and_by_nothing_else(
    desk: Desk, office: Office
) -> None:
    """The payload is Actility's vector of the EM500-UDL: battery 100 %, distance 30 mm."""
    await _with_gullies(desk)
    await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    for minutes, payload, state in (
        (5, "ffffff", State.JOINED),
        (10, "01756403821E00", State.CONFIRMED),
    ):
        at = NOON + timedelta(minutes=minutes)
        await office.sensing.measurements.record([_uplink(at, payload)], at)
        await desk.office.commissioner.tend(at)
        there = await desk.store.find(dev(7))
        assert there is not None
        assert there.state is state


async def test_an_add_on_whose_stream_is_off_is_confirmed_by_being_heard(
    desk: Desk, office: Office
) -> None:
    await _with_gullies(desk, on=False)
    await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    at = NOON + timedelta(minutes=5)
    await office.sensing.measurements.record([_uplink(at, "ffffff")], at)
    await desk.office.commissioner.tend(at)
    there = await desk.store.find(dev(7))
    assert there is not None
    assert there.state is State.CONFIRMED


async def test_a_removed_add_on_is_read_no_more(desk: Desk, office: Office) -> None:
    await _with_gullies(desk)
    await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    await desk.office.registration.remove(dev(7), by="bob", reason="stolen")
    assert await office.stores.add_ons.add_ons() == []


async def test_an_add_on_without_a_row_of_the_data_register_is_refused(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="gully level, for which the data register has no"):
        await desk.office.registration.register(desk.node(7, on=1, device_id=ADD_ON_MODEL))
    with pytest.raises(RefusedError, match="is a lantern node and has no stream"):
        await desk.office.registration.register(desk.node(7, on=1, stream_id="gullies"))


def _uplink(at: datetime, payload: str) -> Uplink:
    return Uplink(
        dev_eui=dev(7),
        application_id="add-ons",
        at=at,
        f_port=1,
        f_cnt=at.minute,
        payload=bytes.fromhex(payload),
        gateway_id=None,
        rssi_dbm=None,
        snr_db=None,
        deduplication_id=f"d{at.minute}",
    )


async def _with_gullies(desk: Desk, *, on: bool = True) -> None:
    (stream,) = parse_streams(GULLIES)
    kept = replace(stream, on=on)
    change = StreamChange(
        stream=kept, act=Act.ON if on else Act.PUT, at=NOON, by="ann", why="trial"
    )
    await desk.streams.change_streams([change])
