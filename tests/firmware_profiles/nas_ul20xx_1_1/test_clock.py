"""Setting a node's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from firmware_profiles.errors import EncodeError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE


def test_the_clock_is_the_frame_of_the_reference() -> None:
    # `09F37F205E`, device reference 2.1.8; the moment is the one of its status vector.
    clock = PROFILE.encode_clock(datetime(2020, 1, 16, 15, 23, 31, tzinfo=UTC))

    assert (clock.f_port, clock.payload.hex()) == (50, "09f37f205e")
    assert clock.echo == (50, clock.payload)


def test_the_clock_is_utc_whatever_the_zone_of_the_moment() -> None:
    summer = timezone(timedelta(hours=1))
    clock = PROFILE.encode_clock(datetime(2020, 1, 16, 16, 23, 31, 999_999, tzinfo=summer))
    assert clock.payload.hex() == "09f37f205e"


@pytest.mark.parametrize(
    "at",
    [
        datetime(2020, 1, 16, 15, 23, 31),  # noqa: DTZ001 - naive on purpose
        datetime(2014, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
    ],
)
def test_a_moment_that_the_clock_cannot_hold_is_refused(at: datetime) -> None:
    with pytest.raises(EncodeError):
        PROFILE.encode_clock(at)
