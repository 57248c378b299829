"""What looks at a street turn is told to asset systems: once, and a group as one."""

from datetime import timedelta

import pytest

from lighting.faults.telling import FaultChannel, FaultTelling
from lighting.identifiers import GatewayId
from tests.lighting.operations.fault_street import HOUR, FaultStreet
from tests.lighting.operations.town import MORNING, Town, dev

MIDNIGHT = MORNING + timedelta(hours=14)
FAR = GatewayId("00000000000000bb")


@pytest.fixture
def street(town: Town, monkeypatch: pytest.MonkeyPatch) -> FaultStreet:
    """Return a street of whose faults two channels are told."""
    channels = (FaultChannel(name="assets"), FaultChannel(name="desk", documents=None))
    monkeypatch.setattr(town.office.faults, "_telling", FaultTelling(channels=channels))
    return FaultStreet(town)


async def told(street: FaultStreet, channel: str) -> list[list[tuple[str, str, int]]]:
    """Return event, subject and size of the faults in each message of a channel."""
    found = await street.town.office.stores.outbox.deliveries()
    return [
        [
            (each["event"], each["subject"], each["lanterns_concerned"])
            for each in delivery.notice.data["faults"]  # type: ignore[attr-defined] # plain JSON
        ]
        for delivery in reversed(found)
        if delivery.channel == channel
    ]


async def test_a_silent_gateway_is_one_message_however_often_it_is_looked_at(
    street: FaultStreet,
) -> None:
    behind = {dev(number) for number in range(1, 7)}
    street.gateways = dict.fromkeys(behind, FAR)
    await street.build(14)
    street.lost = lambda dev_eui, at: dev_eui in behind and MIDNIGHT <= at < MIDNIGHT + 9 * HOUR
    await street.run(MIDNIGHT + 8 * HOUR)
    for minutes in (0, 0, 10, 30):
        await street.look(MIDNIGHT + 8 * HOUR + timedelta(minutes=minutes))
    opened = [("opened", f"gateway {FAR}", 6)]
    assert await told(street, "assets") == [opened]
    await street.run(MIDNIGHT + 12 * HOUR)
    await street.look(MIDNIGHT + 12 * HOUR)
    await street.look(MIDNIGHT + 12 * HOUR)
    cleared = [("cleared", f"gateway {FAR}", 6)]
    assert await told(street, "assets") == [opened, cleared]
    assert await told(street, "desk") == [opened, cleared]
