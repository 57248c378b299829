"""The ten faults of the vendor's encoder (device reference 2.1.10, [RUN]): we have none of them."""

from typing import Any

import pytest

from firmware_profiles.errors import EncodeError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE


def payload(**meaning: object) -> str:
    """Return the bytes of a packet as hexadecimal text."""
    return PROFILE.encode_downlink(meaning).payload.hex()


def profile(*times: str) -> dict[str, Any]:
    steps = [{"at": time, "level": 50} for time in times]
    return {"packet": "profile", "id": 0, "address": "all", "days": ["mon"], "steps": steps}


def test_fault_1_ten_steps_are_refused_and_not_counted_as_none() -> None:
    ten = profile(*(f"{hour:02}:00" for hour in range(10)))
    with pytest.raises(EncodeError, match="9 at most"):
        payload(**ten)


def test_fault_1_ten_holidays_are_refused_and_not_counted_as_none() -> None:
    with pytest.raises(EncodeError, match="9 at most"):
        payload(packet="holidays", dates=[{"month": 1, "day": day + 1} for day in range(10)])


def test_fault_2_a_power_factor_of_0_8_is_hex_50() -> None:
    off = dict.fromkeys(("power_w_min", "power_w_max", "voltage_v_min", "voltage_v_max"))
    assert payload(packet="metering alerts", **off, power_factor_min=0.8).endswith("50")


def test_fault_3_a_dali_monitor_that_is_off_is_0000() -> None:
    flags = {"sends_alert": True, "corrects_level": False, "scans_bus": False}
    assert payload(packet="dali monitor", **flags, interval_s=None) == "24010000"


def test_fault_4_a_status_interval_above_a_day_is_refused() -> None:
    with pytest.raises(EncodeError, match="60 to 86400"):
        payload(packet="status interval", interval_s=86_401)
    assert payload(packet="status interval", interval_s=86_400) == "0780510100"


def test_fault_5_the_mains_voltage_is_written() -> None:
    assert payload(packet="usage interval", interval_s=3600, mains_v=230) == "0b100e0000e6"


def test_fault_6_a_lux_of_zero_is_zero() -> None:
    flags = dict.fromkeys(
        ("notifies_each_step", "clamps_profile", "clamps_dig", "interpolates"), False
    )
    sensor = {"packet": "light sensor", **flags, "measured_for_s": 0, "address": "all"}
    steps = [{"lux": 0, "level": 100}]
    assert payload(**sensor, steps=steps) == "29010000ff" + "00000000" + "64"


def test_fault_7_a_time_between_ten_minutes_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"'22:45'.*on ten minutes"):
        payload(**profile("22:45"))


def test_fault_8_a_position_is_rounded_and_not_cut() -> None:
    flags = dict.fromkeys(
        ("prefers_location", "clamps_profiles", "clamps_dig", "ignores_gnss"), False
    )
    place = {"latitude_deg": 4.35, "longitude_deg": -4.35}
    frame = payload(packet="calendar", **flags, **place, dawn=[], dusk=[])
    assert int.from_bytes(bytes.fromhex(frame)[3:5], "little", signed=True) == 435
    assert int.from_bytes(bytes.fromhex(frame)[5:7], "little", signed=True) == -435


def test_fault_8_every_position_of_the_grid_is_kept() -> None:
    flags = dict.fromkeys(
        ("prefers_location", "clamps_profiles", "clamps_dig", "ignores_gnss"), False
    )
    for hundredths in range(-9_000, 9_001, 7):
        place = {"latitude_deg": hundredths * 0.01, "longitude_deg": 0}
        frame = bytes.fromhex(payload(packet="calendar", **flags, **place, dawn=[], dusk=[]))
        assert int.from_bytes(frame[3:5], "little", signed=True) == hundredths


@pytest.mark.parametrize("times", [("22:00", "00:00"), ("00:00", "00:00")])
def test_fault_9_steps_out_of_order_are_refused(times: tuple[str, ...]) -> None:
    with pytest.raises(EncodeError, match=r"steps\[1\].at"):
        payload(**profile(*times))


def test_fault_10_profiles_are_cleared_for_one_address() -> None:
    assert payload(packet="clear profiles", address="dali 5") == "ff210a"


def test_fault_10_the_data_of_a_memory_write_is_written() -> None:
    write = {"packet": "write memory", "address": "dali 2", "bank": 0, "location": 3}
    assert payload(**write, data="0607edface82e5") == "080400030607edface82e5"
