"""Alerts of sensors that are moved or swapped: judged by what was measured where they hang now."""

from dataclasses import replace

import pytest

from lighting.inventory.occupancy import Acceptance
from lighting.operations.controller import Office
from lighting.operations.register_asked import RegisterAsked
from lighting.sensing.alerts.store import AlertFilter
from lighting.testing.clock import SteppedClock
from tests.lighting.operations.sensors import ICE, STREAM, Street, eui, lantern_id, minute


@pytest.fixture
async def street(office: Office) -> Street:
    """Return a street with sensors, and no rules."""
    street = Street(office)
    await street.build()
    return street


def asked(number: int) -> RegisterAsked:
    """Return the request to register road sensor ``number`` on lantern 1, whose sensor counts."""
    return RegisterAsked(
        dev_eui=eui(number),
        device_id="decentlab-dl-cws",
        by="ann",
        lantern_id=lantern_id(1),
        stream_id=STREAM.stream_id,
        application_id="add-ons",
        acceptance=Acceptance(by="ann", reason="seen on the column"),
    )


async def test_what_a_sensor_measured_elsewhere_raises_nothing_where_it_hangs_now(
    street: Street, clock: SteppedClock
) -> None:
    """Seen on a real network server: a sensor was moved, and the new place got the old alert."""
    registration = street.office.devices.registration
    await registration.register(asked(9))
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0), number=9)
    clock.advance(minute(30) - clock.now())
    await registration.remove(eui(9), by="bob", reason="moved")
    await registration.register(replace(asked(9), lantern_id=lantern_id(2)))
    assert await street.office.alerts.watch.tend(minute(31)) == []
    await street.measure((35, 0), (56, 0), number=9)
    (alert,) = await street.office.alerts.watch.tend(minute(57))
    assert (alert.place.lantern_id, alert.raised_at) == (lantern_id(2), minute(56))


async def test_an_alert_stays_on_while_the_sensor_put_in_its_place_has_not_spoken(
    street: Street, clock: SteppedClock
) -> None:
    registration, watch = street.office.devices.registration, street.office.alerts.watch
    await registration.register(asked(9))
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0), number=9)
    assert len(await watch.tend(minute(26))) == 1
    clock.advance(minute(30) - clock.now())
    await registration.swap(eui(9), asked(8), reason="dead")
    assert await watch.tend(minute(31)) == []
    assert [alert.is_open for alert in await street.office.stores.alerts.find(AlertFilter())] == [
        True
    ]
    await street.measure((40, 5), (51, 5), number=8)
    (over,) = await watch.tend(minute(52))
    assert over.cleared_at == minute(51)
