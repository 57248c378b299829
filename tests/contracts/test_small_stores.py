"""Policies, nights, readings: kept, found, replaced only where that is meant."""

from datetime import date

import pytest

from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.policies import SqlPolicyStore
from lighting.operations.records import MeterRow, PolicyRevision, UplinkBatch
from tests.contracts.city import DUSK, City, after, dev


async def test_every_saved_change_of_a_policy_is_a_new_revision(city: City) -> None:
    policies = SqlPolicyStore(city.database)
    first = await policies.save_policy("Main", "a = 1", at=DUSK, by="Ann")
    second = await policies.save_policy("Main", "a = 2", at=after(60), by="Bob")
    assert first == PolicyRevision(
        name="Main", revision=1, text="a = 1", saved_at=DUSK, saved_by="Ann"
    )
    assert second.revision == 2
    assert await policies.find_policy("Main") == second
    assert await policies.find_policy("Main", 1) == first
    assert await policies.find_policy("Main", 3) is None
    assert await policies.find_policy("main") is None


async def test_saving_the_same_text_again_is_no_change(city: City) -> None:
    policies = SqlPolicyStore(city.database)
    first = await policies.save_policy("Main", "a = 1", at=DUSK, by="Ann")
    assert await policies.save_policy("Main", "a = 1", at=after(60), by="Bob") == first


async def test_going_back_to_an_older_text_is_a_new_revision(city: City) -> None:
    policies = SqlPolicyStore(city.database)
    for number, text in enumerate(["a = 1", "a = 2", "a = 1"], 1):
        assert (await policies.save_policy("M", text, at=DUSK, by="")).revision == number


async def test_the_newest_revision_of_every_policy_is_told_by_name(city: City) -> None:
    policies = SqlPolicyStore(city.database)
    for name, text in (("b", "1"), ("B", "1"), ("a", "1"), ("b", "2")):
        await policies.save_policy(name, text, at=DUSK, by="")
    newest = await policies.newest_policies()
    assert [(each.name, each.revision) for each in newest] == [("B", 1), ("a", 1), ("b", 2)]


async def test_rules_have_revisions_of_their_own_apart_from_a_policy_of_that_name(
    city: City,
) -> None:
    policies = SqlPolicyStore(city.database)
    assert await policies.find_rules() is None
    await policies.save_policy("rules", "a policy", at=DUSK, by="Ann")
    assert await policies.find_rules() is None
    await policies.save_rules("one", at=DUSK, by="Ann")
    second = await policies.save_rules("two", at=after(1), by="Bob")
    assert (second.name, second.revision, second.text) == ("rules", 2, "two")
    assert await policies.find_rules() == second
    assert [each.text for each in await policies.newest_policies()] == ["a policy"]


def night(lantern: str, evening: str, **figures: object) -> dict[str, object]:
    return {"lantern_id": lantern, "night": evening, **figures}


async def test_a_night_comes_back_with_all_its_figures(city: City) -> None:
    nights = SqlNightStore(city.database)
    row = night("a", "2026-11-22", metered_kwh=0.1 + 0.2, findings=["reset"], basis="W ½", x=None)
    await nights.put_nights([row])
    assert await nights.nights(first=date(2026, 11, 22), last=date(2026, 11, 22)) == [row]


async def test_nights_are_told_from_the_first_to_the_last_by_night_and_lantern(city: City) -> None:
    nights = SqlNightStore(city.database)
    days = ["2026-11-23", "2026-11-21", "2026-11-22", "2026-11-24"]
    await nights.put_nights([night(lantern, day) for day in days for lantern in ("b", "A")])
    told = await nights.nights(first=date(2026, 11, 22), last=date(2026, 11, 23))
    assert [(row["night"], row["lantern_id"]) for row in told] == [
        ("2026-11-22", "A"),
        ("2026-11-22", "b"),
        ("2026-11-23", "A"),
        ("2026-11-23", "b"),
    ]


async def test_a_night_that_is_put_again_is_replaced(city: City) -> None:
    nights = SqlNightStore(city.database)
    await nights.put_nights([])
    await nights.put_nights([night("a", "2026-11-22", kwh=1.0, unknown="x")])
    await nights.put_nights([night("a", "2026-11-22", kwh=2), night("a", "2026-11-22", kwh=3.0)])
    told = await nights.nights(first=date(2026, 11, 22), last=date(2026, 11, 22))
    assert told == [night("a", "2026-11-22", kwh=3.0)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"night": "2026-11-22"}, KeyError),
        ({"night": "22/11/2026", "lantern_id": "a"}, ValueError),
        ({"night": "2026-11-22", "lantern_id": "a", "kwh": float("nan")}, ValueError),
        ({"night": "2026-11-22", "lantern_id": "a", "at": DUSK}, TypeError),
    ],
)
async def test_a_row_that_cannot_be_kept_whole_is_refused_and_the_others_with_it(
    city: City, row: dict[str, object], error: type[Exception]
) -> None:
    nights = SqlNightStore(city.database)
    with pytest.raises(error):
        await nights.put_nights([night("b", "2026-11-22"), row])
    assert await nights.nights(first=date(2026, 1, 1), last=date(2026, 12, 31)) == []


async def test_readings_are_told_by_node_and_time_within_the_stretch_asked_for(city: City) -> None:
    await city.build(2)
    meters = [meter(n, seconds) for n in (1, 0) for seconds in (20, 0, 10, 30)]
    await city.nodes.record(UplinkBatch(meters=meters))
    told = await city.readings.meters_of([dev(1), dev(0), dev(9)], start=DUSK, end=after(30))
    assert told == {dev(n): [meter(n, seconds) for seconds in (0, 10, 20)] for n in (0, 1)}
    assert await city.readings.meters_of([dev(1)], start=after(10), end=after(10)) == {}
    assert await city.readings.meters_of([], start=DUSK, end=after(30)) == {}


def meter(node: int, seconds: int) -> MeterRow:
    return MeterRow(dev(node), after(seconds), 1000 + seconds, None, None, None)
