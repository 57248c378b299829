"""What is said against a value when it comes in; limits are those of the table of quantities."""

from datetime import UTC, datetime, timedelta

import pytest

from firmware_profiles.errors import UnknownQuantityError
from firmware_profiles.measurement import Measurement
from lighting.identifiers import DevEui
from lighting.sensing.csv_text import quality_words
from lighting.sensing.flags import CLOCK_AHEAD_MAX, LATE_AFTER, judged
from lighting.sensing.series import Quality, Sample

HEARD = datetime(2026, 11, 22, 10, 0, 0, 123_456, tzinfo=UTC)
RECEIVED = HEARD + timedelta(seconds=2)
MS = timedelta(milliseconds=1)


def judge(
    value: float = 1.5,
    *,
    at: datetime | None = None,
    received_at: datetime = RECEIVED,
    quantity: str = "distance",
) -> Sample:
    measured = Measurement(quantity=quantity, value=value, at=at)
    return judged(DevEui("a" * 16), measured, heard_at=HEARD, received_at=received_at)


def test_a_value_without_a_time_of_its_own_was_measured_when_it_was_heard() -> None:
    sample = judge()
    assert sample.at == HEARD.replace(microsecond=123_000)
    assert sample.quality is Quality.GOOD


def test_a_value_is_late_after_an_hour() -> None:
    assert judge(at=RECEIVED - LATE_AFTER).quality is Quality.GOOD
    assert judge(at=RECEIVED - LATE_AFTER - MS).quality is Quality.LATE
    held_up = judge(received_at=HEARD + LATE_AFTER + MS)  # the broker was away
    assert (held_up.quality, held_up.at.minute) == (Quality.LATE, 0)


def test_a_value_dated_in_the_future_is_kept_under_the_time_at_which_it_was_heard() -> None:
    assert judge(at=RECEIVED + CLOCK_AHEAD_MAX).quality is Quality.GOOD
    ahead = judge(at=RECEIVED + CLOCK_AHEAD_MAX + MS)
    assert (ahead.quality, ahead.at) == (Quality.CLOCK, HEARD.replace(microsecond=123_000))


@pytest.mark.parametrize("value", [-0.01, 50.01])
def test_an_impossible_value_is_flagged_and_kept(value: float) -> None:
    sample = judge(value)
    assert (sample.quality, sample.value) == (Quality.OUT_OF_RANGE, value)


def test_flags_add_up_and_are_told_in_words() -> None:
    sample = judge(-1, at=RECEIVED - timedelta(days=2))
    assert quality_words(sample.quality) == "late, out of range"
    assert quality_words(Quality.GOOD) == "good"


def test_a_quantity_that_nobody_knows_is_no_sample() -> None:
    with pytest.raises(UnknownQuantityError, match="no quantity 'sadness'"):
        judge(quantity="sadness")
