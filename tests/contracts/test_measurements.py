"""What a database does with what add-ons measure: keeps it once, flags it, or keeps nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.sensing_tables import BUCKET, SAMPLE
from lighting.adapters.sql.tables import NOTE
from lighting.errors import NotFoundError, RefusedError
from lighting.sensing.aggregate import GRACE
from lighting.sensing.gauge import Gauge
from lighting.sensing.register import Act
from lighting.sensing.series import Quality, SeriesKey
from lighting.sensing.store import AddOnNote, SensingBatch, Withheld
from tests.contracts.sensing_kit import (
    FOOTFALL,
    GULLY,
    TEN,
    Sensing,
    add_on,
    add_samples,
    at,
    eui,
    said,
    sample,
)

PEOPLE = SeriesKey(dev_eui=eui(1), quantity="people_count")


@pytest.fixture
async def sensing(database: Database) -> Sensing:
    sensing = Sensing(database)
    await sensing.build()
    return sensing


async def count(sensing: Sensing, table: object) -> int:
    async with sensing.database.reading() as connection:
        found = await connection.execute(select(func.count()).select_from(table))  # type: ignore[arg-type]  # a Table
        return int(found.scalar_one())


async def test_the_same_samples_again_change_nothing(sensing: Sensing) -> None:
    samples = [sample(1.5), sample(1.4, 10)]
    assert await add_samples(sensing.series, samples) == 2
    assert await add_samples(sensing.series, samples) == 0
    assert await sensing.values(samples[0].key) == [
        (TEN, 1.5, Quality.GOOD),
        (at(10), 1.4, Quality.GOOD),
    ]


async def test_another_value_for_the_same_instant_is_kept_and_flagged(sensing: Sensing) -> None:
    await add_samples(sensing.series, [sample(1.5)])
    assert await add_samples(sensing.series, [sample(1.7), sample(1.7)]) == 1
    assert await sensing.values(sample(0).key) == [
        (TEN, 1.5, Quality.GOOD),
        (TEN, 1.7, Quality.DUPLICATE),
    ]


async def test_the_latest_value_is_one_that_can_be_trusted(sensing: Sensing) -> None:
    good, broken = sample(1.5), sample(99.0, 10, quality=Quality.OUT_OF_RANGE)
    await add_samples(sensing.series, [sample(1.6, -10), good, broken])
    assert await sensing.series.latest([eui(0), eui(7)]) == [good]
    assert await sensing.series.before(good.key, TEN) == sample(1.6, -10)
    assert await sensing.series.history(good.key, start=TEN, end=at(11)) == [good, broken]


async def test_of_a_stream_that_is_off_nothing_is_stored_and_it_is_counted(
    sensing: Sensing,
) -> None:
    await sensing.put(replace(GULLY, on=False), Act.OFF)
    note = AddOnNote(dev_eui=eui(0), at=TEN, kind="not understood", text="a frame")
    batch = said(sample(1.5), "m1")
    stored = await sensing.series.record(replace(batch, notes=[note]))
    assert stored.samples == ()
    assert stored.withheld == {Withheld.OFF: 1}
    assert await sensing.values(sample(0).key) == []
    assert await count(sensing, NOTE) == 0
    (told,) = await sensing.add_ons.add_ons([eui(0)])
    assert (told.withheld, told.first_seen_at) == (1, TEN)


async def test_of_an_add_on_without_a_stream_nothing_is_stored(sensing: Sensing) -> None:
    await sensing.add_ons.put_add_ons([replace(add_on(0, GULLY), stream_id="")])
    assert await add_samples(sensing.series, [sample(1.5)]) == 0
    assert await add_samples(sensing.series, [sample(1.5, number=8)]) == 0  # not even registered
    assert await count(sensing, SAMPLE) == 0


async def test_counts_of_people_are_not_stored_in_a_stream_for_things(sensing: Sensing) -> None:
    stored = await sensing.series.record(said(sample(3, quantity="people_count"), "m1"))
    assert stored.withheld == {Withheld.PEOPLE: 1}
    assert await count(sensing, SAMPLE) == await count(sensing, BUCKET) == 0


async def test_a_sample_of_people_without_its_message_is_neither_stored_nor_added_up(
    sensing: Sensing,
) -> None:
    """What would tell it from itself, coming again, is when it was: that is not kept."""
    raw = sample(3, 1, number=1, quantity="people_count")
    assert await add_samples(sensing.series, [raw]) == 0
    assert await count(sensing, SAMPLE) == await count(sensing, BUCKET) == 0


async def test_a_people_counter_cannot_be_put_in_a_stream_for_things(sensing: Sensing) -> None:
    with pytest.raises(RefusedError, match="observes people and stream gully-levels is not"):
        await sensing.add_ons.put_add_ons([add_on(2, GULLY, people=True)])


async def test_an_add_on_needs_a_lantern_and_a_row_that_are_there(sensing: Sensing) -> None:
    nowhere = replace(add_on(2, GULLY), stream_id="no-such")
    with pytest.raises(RefusedError, match="no stream no-such; put its row"):
        await sensing.add_ons.put_add_ons([nowhere])


def people(value: float, minutes: float) -> SensingBatch:
    each = sample(value, minutes, number=1, quantity="people_count")
    return said(each, f"message at {minutes}")


async def test_people_are_added_up_over_a_quarter_of_an_hour_before_they_are_stored(
    sensing: Sensing,
) -> None:
    for value, minutes in ((3, 1), (0, 6), (5, 14.9), (7, 15)):
        await sensing.series.record(people(value, minutes))
    assert await count(sensing, SAMPLE) == 0  # the bucket is open
    assert await sensing.series.close_buckets(at(15) + GRACE - timedelta(seconds=1)) == []
    (closed,) = await sensing.series.close_buckets(at(15) + GRACE)
    assert (closed.at, closed.value) == (TEN, 8)
    assert await sensing.values(PEOPLE) == [(TEN, 8, Quality.GOOD)]
    assert await sensing.series.close_buckets(at(15) + GRACE) == []


async def test_a_message_that_comes_again_is_counted_once_also_after_a_restart(
    sensing: Sensing,
) -> None:
    await sensing.series.record(people(3, 1))
    after_restart = Sensing(sensing.database)
    await after_restart.series.record(people(3, 1))
    await after_restart.series.record(people(2, 9))
    await after_restart.series.close_buckets(at(20))
    await after_restart.series.record(people(2, 9))  # once more, with its bucket closed
    assert await sensing.values(PEOPLE) == [(TEN, 5, Quality.GOOD)]


async def test_several_processes_count_one_message_once_and_each_of_many(
    sensing: Sensing,
) -> None:
    stores = [Sensing(sensing.database).series for _ in range(4)]
    await asyncio.gather(*(store.record(people(3, 1)) for store in stores))
    others = zip(stores, (people(10 + n, 2 + n) for n in range(4)), strict=True)
    await asyncio.gather(*(store.record(batch) for store, batch in others))
    await sensing.series.close_buckets(at(20))
    assert await sensing.values(PEOPLE) == [(TEN, 3 + 10 + 11 + 12 + 13, Quality.GOOD)]


async def test_a_late_message_restates_its_closed_bucket(sensing: Sensing) -> None:
    await sensing.series.record(people(3, 1))
    await sensing.series.close_buckets(at(20))
    late = replace(people(4, 2), now=at(100))
    (restated,) = (await sensing.series.record(late)).samples
    assert (restated.at, restated.value, restated.quality) == (TEN, 7, Quality.LATE)
    assert await sensing.values(PEOPLE) == [(TEN, 7, Quality.LATE)]


async def test_what_comes_after_a_week_is_too_late_and_says_so(sensing: Sensing) -> None:
    await sensing.series.record(people(3, 1))
    await sensing.series.close_buckets(at(20))
    week = 7 * 24 * 60 + 15
    before = await sensing.series.record(replace(people(1, 2), now=at(week - 1)))
    assert before.withheld == {}
    after = await sensing.series.record(replace(people(1, 3), now=at(week)))
    assert after.withheld == {Withheld.TOO_LATE: 1}
    assert await sensing.values(PEOPLE) == [(TEN, 4, Quality.LATE)]


async def test_nothing_that_is_kept_tells_when_somebody_passed(sensing: Sensing) -> None:
    await sensing.series.record(people(3, 7.3))
    async with sensing.database.reading() as connection:
        (bucket,) = (await connection.execute(select(BUCKET))).mappings()
    assert bucket["last_at"] is None
    assert bucket["message_ids"] == '["message at 7.3#0"]'  # ours; a network server's are random
    (told,) = await sensing.add_ons.add_ons([eui(1)])
    assert (told.first_seen_at, told.last_seen_at) == (at(15), at(15))


async def test_the_ids_of_messages_go_when_no_bucket_can_be_restated(sensing: Sensing) -> None:
    await sensing.series.record(people(3, 1))
    await sensing.series.close_buckets(at(20))
    await sensing.series.close_buckets(at(0) + timedelta(days=8, minutes=16))
    assert await count(sensing, BUCKET) == 0
    assert await sensing.values(PEOPLE) == [(TEN, 3, Quality.GOOD)]


async def test_impossible_counts_are_kept_out_of_a_bucket_and_flag_it_where_nothing_else_is(
    sensing: Sensing,
) -> None:
    wrong = sample(70_000, 1, number=1, quantity="people_count", quality=Quality.OUT_OF_RANGE)
    await sensing.series.record(said(wrong, "m1"))
    await sensing.series.close_buckets(at(20))
    assert await sensing.values(PEOPLE) == [(TEN, 70_000, Quality.OUT_OF_RANGE)]
    assert await sensing.series.latest([eui(1)]) == []


async def test_a_mean_and_a_counter_stand_for_a_bucket_in_their_own_way(sensing: Sensing) -> None:
    for quantity, values in (("people_present", (2, 5)), ("people_total", (90, 93))):
        for minute, value in enumerate(values):
            each = sample(value, minute, number=1, quantity=quantity)
            await sensing.series.record(said(each, f"{quantity} {minute}"))
    closed = await sensing.series.close_buckets(at(20))
    assert {each.key.quantity: each.value for each in closed} == {
        "people_present": 3.5,
        "people_total": 93,
    }


async def test_what_outstays_its_retention_is_deleted_and_the_deletion_is_logged(
    sensing: Sensing,
) -> None:
    await add_samples(sensing.series, [sample(1.5), sample(1.4, 10), sample(1.3, 60)])
    now = at(30) + timedelta(days=30)
    deleted = await sensing.streams.delete_before(GULLY, now - timedelta(days=30), at=now)
    assert deleted == 2
    assert await sensing.values(sample(0).key) == [(at(60), 1.3, Quality.GOOD)]
    (entry,) = await sensing.streams.deletions("gully-levels")
    assert (entry.first, entry.last, entry.samples, entry.at) == (TEN, at(10), 2, now)
    assert entry.why == "retention of 30 days is over"
    assert await sensing.streams.delete_before(GULLY, now - timedelta(days=30), at=now) == 0
    assert len(await sensing.streams.deletions()) == 1


async def test_samples_keep_the_retention_of_the_stream_under_which_they_were_collected(
    sensing: Sensing,
) -> None:
    other = replace(GULLY, stream_id="other-levels")
    await sensing.put(other)
    await add_samples(sensing.series, [sample(1.5)])
    await sensing.add_ons.put_add_ons([add_on(0, other)])
    await add_samples(sensing.series, [sample(1.4, 10)])
    assert await sensing.streams.delete_before(other, at(5), at=at(5)) == 0
    assert await sensing.streams.delete_before(GULLY, at(30), at=at(30)) == 1
    assert await sensing.series.latest([eui(0)]) == [sample(1.4, 10)]


async def test_a_row_reads_back_as_it_was_written_with_who_changed_it_and_why(
    sensing: Sensing,
) -> None:
    assert await sensing.streams.streams() == [FOOTFALL, GULLY]
    await sensing.put(replace(GULLY, on=False), Act.OFF)
    changes = await sensing.streams.stream_changes("gully-levels")
    assert [(change.act, change.stream.on, change.by) for change in changes] == [
        (Act.PUT, True, "dpo"),
        (Act.OFF, False, "dpo"),
    ]
    assert changes[0].stream == GULLY


async def test_a_place_is_the_lanterns(sensing: Sensing) -> None:
    place = (await sensing.series.places([eui(1)]))[0]
    assert (place.latitude_deg, place.longitude_deg, place.stream_id) == (53.8, -1.55, "footfall")
    assert await sensing.series.keys() == []


async def test_a_gauge_stays_when_the_add_on_is_registered_again(sensing: Sensing) -> None:
    gauge = Gauge(empty_m=1.2, full_m=0.2)
    assert (await sensing.add_ons.set_gauge(eui(0), gauge)).gauge == gauge
    await sensing.add_ons.put_add_ons([add_on(0, GULLY)])
    assert (await sensing.add_ons.routes([eui(0)]))[eui(0)].add_on.gauge == gauge
    assert (await sensing.add_ons.set_gauge(eui(0), None)).gauge is None
    with pytest.raises(NotFoundError, match=eui(77)):
        await sensing.add_ons.set_gauge(eui(77), gauge)
