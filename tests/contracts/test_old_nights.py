"""Old nights: found, added up exactly, deleted only if they are what was archived."""

from datetime import date

from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.old_nights import SqlOldNights
from lighting.operations.night_sums import MonthSums
from tests.contracts.city import City

FIRST, LAST = date(2026, 1, 30), date(2026, 2, 2)


def row(lantern: str, night: str, **figures: object) -> dict[str, object]:
    told = {"metered_kwh": 0.1, "metered_hours": 8.0, "modelled_kwh": 0.2, "modelled_hours": 16.0}
    return {"lantern_id": lantern, "night": night, **told, "baseline_kwh": 0.5, **figures}


async def test_the_earliest_night_is_found_from_any_date_on(city: City) -> None:
    old = SqlOldNights(city.database)
    assert await old.first_evening() is None
    nights = ["2026-01-31", "2025-12-31", "2026-02-02"]
    await SqlNightStore(city.database).put_nights([row("a", night) for night in nights])
    assert await old.first_evening() == date(2025, 12, 31)
    assert await old.first_evening(date(2026, 1, 31)) == date(2026, 1, 31)
    assert await old.first_evening(date(2026, 2, 1)) == date(2026, 2, 2)
    assert await old.first_evening(date(2026, 2, 3)) is None


async def test_a_night_is_forgotten_if_it_is_what_was_archived(city: City) -> None:
    store, old = SqlNightStore(city.database), SqlOldNights(city.database)
    rows = [row("a", "2026-01-31", findings=["½"]), row("b", "2026-01-31"), row("a", "2026-02-01")]
    await store.put_nights(rows)
    assert await old.forget(date(2026, 1, 31), rows[:2])
    assert await store.nights(first=FIRST, last=LAST) == rows[2:]


async def test_a_night_that_changed_or_grew_since_stays_whole(city: City) -> None:
    store, old = SqlNightStore(city.database), SqlOldNights(city.database)
    rows = [row("a", "2026-01-31"), row("b", "2026-01-31")]
    await store.put_nights(rows)
    for other in (rows[:1], [rows[0], row("b", "2026-01-31", metered_kwh=0.2)], []):
        assert not await old.forget(date(2026, 1, 31), other)
    assert await store.nights(first=FIRST, last=LAST) == rows


async def test_sums_are_whole_millionths_by_lantern_and_month(city: City) -> None:
    third = 1 / 3  # 0.333333333 kWh to the millionth of a Wh: 333,333,333
    await SqlNightStore(city.database).put_nights(
        [
            row("a", "2026-01-29"),
            row("a", "2026-01-30", metered_kwh=third),
            row("a", "2026-01-31"),
            row("a", "2026-02-01", baseline_kwh=1),
            {"lantern_id": "b", "night": "2026-02-01", "unknown": "no wattage"},
            row("b", "2026-02-03"),
        ]
    )
    told = await SqlOldNights(city.database).sums(first=FIRST, last=LAST)
    hours = (2 * 28_800_000, 2 * 57_600_000)
    assert sorted(told) == [
        MonthSums("a", 2026, 1, 433_333_333, 400_000_000, 10**9, *hours, 2, 0),
        MonthSums("a", 2026, 2, 10**8, 2 * 10**8, 10**9, 28_800_000, 57_600_000, 1, 0),
        MonthSums("b", 2026, 2, 0, 0, 0, 0, 0, 0, 1),
    ]
