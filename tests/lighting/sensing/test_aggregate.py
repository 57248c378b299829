"""Buckets of a quarter of an hour: what they come to, and what they do not know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles.devices.device import Use
from lighting.identifiers import DevEui
from lighting.sensing.aggregate import (
    Bucket,
    bucket_start,
    folded,
    keeps_aggregates,
    length_of,
    sample_of,
)
from lighting.sensing.series import Sample, SeriesKey
from lighting.sensing.stream import Stream

TEN = datetime(2026, 11, 22, 10, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
KEY = SeriesKey(dev_eui=DevEui("a" * 16), quantity="people_count")
EMPTY = Bucket(key=KEY, start=TEN, length=QUARTER)
PEOPLE = Stream(stream_id="footfall", title="Footfall", use=Use.FOOTFALL, people=True)


def sample(value: float, minutes: float, quantity: str = "people_count") -> Sample:
    at = TEN + timedelta(minutes=minutes)
    key = replace(KEY, quantity=quantity)
    return Sample(key=key, at=at, value=value, received_at=at)


def test_buckets_of_people_are_never_shorter_than_a_quarter_of_an_hour() -> None:
    assert length_of(PEOPLE) == QUARTER
    assert length_of(replace(PEOPLE, interval=timedelta(minutes=1))) == QUARTER
    assert length_of(replace(PEOPLE, interval=timedelta(hours=1))) == timedelta(hours=1)


def test_a_stream_with_an_interval_is_added_up_though_it_is_not_of_people() -> None:
    things = replace(PEOPLE, people=False)
    assert not keeps_aggregates(things)
    assert keeps_aggregates(replace(things, interval=timedelta(minutes=5)))


@pytest.mark.parametrize(("minutes", "start"), [(0, 0), (14.999, 0), (15, 15), (59, 45)])
def test_buckets_are_counted_from_midnight(minutes: float, start: float) -> None:
    at = TEN + timedelta(minutes=minutes)
    assert bucket_start(at, QUARTER) == TEN + timedelta(minutes=start)


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 14)), min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
def test_order_and_repetition_of_messages_change_nothing(
    said: list[tuple[int, int]],
    random: Random,
) -> None:
    messages = [(sample(value, minute), f"m{place}") for place, (value, minute) in enumerate(said)]
    once = again = EMPTY
    for each, message in messages:
        once = folded(once, each, message)
    shuffled = messages * 2
    random.shuffle(shuffled)
    for each, message in shuffled:
        again = folded(again, each, message)
    assert again == once
    assert sample_of(once, now=TEN).value == sum(value for value, _ in said)


def test_the_last_state_is_that_measured_last_and_not_that_heard_last() -> None:
    bucket = replace(EMPTY, key=replace(KEY, quantity="people_total"))
    for value, minutes in ((105, 9), (103, 4)):
        bucket = folded(bucket, sample(value, minutes, "people_total"), f"m{minutes}")
    assert sample_of(bucket, now=TEN).value == 105
