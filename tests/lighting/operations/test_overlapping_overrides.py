"""Overrides that overlap on one lantern: an emergency first, else the latest; then the one before.

What the lantern shows is worked out from what its node was sent: a timed dim holds for its minutes,
a newer one replaces it (project reference ``devices.md``, 2.1.7).
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.lighting.operations.test_override import HOUR, MINUTE, PARTY, live, overriding, said
from tests.lighting.operations.town import MORNING, Town, dev, lantern

SEARCH = replace(PARTY, level=100, emergency=True, reason="a child is missing")


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with one lantern whose node is heard."""
    await town.hang(lantern(1))
    await town.hear(1, MORNING)
    return town


async def shown(town: Town, at: datetime) -> int | None:
    """Return the level that the lantern is held at, or None where it follows its program."""
    level = None
    sent = [(o.sent_at, said(o)) for o in await overriding(town) if o.sent_at is not None]
    for sent_at, (told, minutes) in sorted(sent, key=lambda each: each[0]):
        if sent_at <= at:
            over = minutes is not None and sent_at + minutes * MINUTE <= at
            level = None if over else told
    return level


async def begin(town: Town, minutes: int, hours: int, *, emergency: bool = False) -> int:
    """Begin an override some minutes after the morning, for some hours; return its id."""
    at = MORNING + minutes * MINUTE
    request = replace(
        SEARCH if emergency else PARTY, starts_at=at, ends_at=MORNING + timedelta(hours=hours)
    )
    begun = await town.office.overrides.begin(request, [dev(1)], at=at)
    return begun.override_id


async def test_an_emergency_is_not_undone_by_a_late_try_of_an_older_override(street: Town) -> None:
    await begin(street, 0, 5)
    await street.send(MORNING)  # heard, and its echo was lost
    await begin(street, 1, 3, emergency=True)
    await live(street, MORNING + MINUTE, MORNING + 20 * MINUTE)
    assert await shown(street, MORNING + 20 * MINUTE) == 100


async def test_an_emergency_is_not_undone_by_the_end_of_an_older_override(street: Town) -> None:
    party = await begin(street, 0, 5)
    await live(street, MORNING, MORNING + MINUTE)
    await begin(street, 2, 3, emergency=True)
    await live(street, MORNING + 2 * MINUTE, MORNING + 5 * MINUTE)
    await street.office.overrides.end(party, at=MORNING + 6 * MINUTE)
    await live(street, MORNING + 6 * MINUTE, MORNING + HOUR)
    assert await shown(street, MORNING + HOUR) == 100


async def test_an_emergency_is_not_undone_by_an_override_that_begins_later(street: Town) -> None:
    await begin(street, 0, 1, emergency=True)
    await begin(street, 2, 3)
    await live(street, MORNING + 2 * MINUTE, MORNING + 2 * HOUR)
    assert await shown(street, MORNING + 30 * MINUTE) == 100
    assert await shown(street, MORNING + 90 * MINUTE) == 40  # its turn has come


@pytest.mark.parametrize("early", [True, False])
async def test_an_older_override_comes_back_when_the_later_one_ends(
    street: Town, *, early: bool
) -> None:
    await begin(street, 0, 4)
    await live(street, MORNING, MORNING + MINUTE)
    search = await begin(street, 2, 1, emergency=True)
    await live(street, MORNING + 2 * MINUTE, MORNING + 30 * MINUTE)
    assert await shown(street, MORNING + 30 * MINUTE) == 100
    if early:
        await street.office.overrides.end(search, at=MORNING + 31 * MINUTE)
    await live(street, MORNING + 31 * MINUTE, MORNING + 2 * HOUR)
    assert await shown(street, MORNING + 90 * MINUTE) == 40
    await live(street, MORNING + 2 * HOUR, MORNING + 5 * HOUR, step=5 * MINUTE)
    assert await shown(street, MORNING + 4 * HOUR + MINUTE) is None


async def test_a_late_try_of_an_end_does_not_undo_an_override_that_began_since(
    street: Town,
) -> None:
    first = await begin(street, 0, 5)
    await live(street, MORNING, MORNING + MINUTE)
    await street.office.overrides.end(first, at=MORNING + 2 * MINUTE)
    await street.send(MORNING + 2 * MINUTE)  # the resume is heard, and its echo was lost
    await begin(street, 3, 2)
    await live(street, MORNING + 3 * MINUTE, MORNING + HOUR)
    assert await shown(street, MORNING + HOUR) == 40
