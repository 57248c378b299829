"""How many rows each list takes: none, one, the most, and no row more."""

from typing import Any

import pytest

from firmware_profiles.errors import DecodeError, EncodeError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE

SUN_STEP = {"zenith_deg": 93.0, "level": 0}
CALENDAR = {
    "packet": "calendar",
    "prefers_location": False,
    "clamps_profiles": False,
    "clamps_dig": False,
    "ignores_gnss": True,
    "latitude_deg": 53.8,
    "longitude_deg": -1.55,
    "dawn": [SUN_STEP],
    "dusk": [SUN_STEP],
}
DAY = {"packet": "profile", "id": 0, "address": "all", "days": ["mon"]}
HOLIDAYS = {"packet": "holidays"}
LIGHT_SENSOR = {
    "packet": "light sensor",
    "notifies_each_step": False,
    "clamps_profile": False,
    "clamps_dig": False,
    "interpolates": False,
    "measured_for_s": 60,
    "address": "all",
}


@pytest.mark.parametrize(
    ("packet", "rows", "row", "most"),
    [
        (CALENDAR, "dawn", SUN_STEP, 15),
        (CALENDAR, "dusk", SUN_STEP, 15),
        (HOLIDAYS, "dates", {"month": 1, "day": 1}, 9),
        (LIGHT_SENSOR, "steps", {"lux": 35, "level": 100}, 8),
    ],
)
def test_a_list_takes_its_full_count_and_no_row_more(
    packet: dict[str, Any], rows: str, row: dict[str, Any], most: int
) -> None:
    for count in (0, 1, most - 1, most):
        meaning = {**packet, rows: [row] * count}
        frame = PROFILE.encode_downlink(meaning)
        assert PROFILE.decode_downlink(frame.f_port, frame.payload) == meaning
    with pytest.raises(EncodeError, match=f"{most} at most"):
        PROFILE.encode_downlink({**packet, rows: [row] * (most + 1)})


def test_a_profile_takes_nine_steps_and_not_ten() -> None:
    steps = [{"at": f"{hour:02}:00", "level": hour} for hour in range(10)]

    frame = PROFILE.encode_downlink({**DAY, "steps": steps[:9]})

    assert frame.payload[2] == 9
    with pytest.raises(EncodeError, match=r"profile.steps = '10 rows'.*9 at most"):
        PROFILE.encode_downlink({**DAY, "steps": steps})
    with pytest.raises(DecodeError, match="the firmware takes 9 at most"):
        PROFILE.decode_downlink(50, bytes.fromhex("21000AFEFE00") + bytes(20))


@pytest.mark.parametrize(
    ("packet", "rows"), [("dim", "lamps"), ("timed dim", "lamps"), ("dali query", "queries")]
)
def test_a_command_for_nobody_is_refused(packet: str, rows: str) -> None:
    with pytest.raises(EncodeError, match="1 at least"):
        PROFILE.encode_downlink({"packet": packet, rows: []})


@pytest.mark.parametrize("rows", [None, "none", 5, {"at": "00:00"}, [5], ["00:00"]])
def test_what_is_no_list_of_rows_is_refused(rows: object) -> None:
    with pytest.raises(EncodeError, match="a list of rows"):
        PROFILE.encode_downlink({**DAY, "steps": rows})


def test_a_frame_that_the_slowest_data_rate_cannot_carry_is_refused() -> None:
    # EU868 DR0 carries 51 bytes (general knowledge, RP002): 7 bytes and 22 sun steps.
    steps = [SUN_STEP] * 11
    frame = PROFILE.encode_downlink({**CALENDAR, "dawn": steps, "dusk": steps})

    assert len(frame.payload) == 51
    with pytest.raises(EncodeError, match="51 bytes at most"):
        PROFILE.encode_downlink({**CALENDAR, "dawn": steps, "dusk": [*steps, SUN_STEP]})
