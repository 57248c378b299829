"""Uplinks that no published vector shows: corners of the layouts of device reference 2.1."""

import pytest

from firmware_profiles.errors import DecodeError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from firmware_profiles.reading import (
    BootReading,
    EchoReading,
    EventReading,
    LampState,
    Reading,
    RejectionReading,
    StatusReading,
    UsageReading,
)

STATUS_HEAD = "01" + "8eb28266" + "8000" + "47071a" + "00"
BOOT_HEAD = "00" + "0D008350" + "010101" + "F37F205E"


def decoded(port: int, payload: str) -> Reading:
    (reading,) = PROFILE.decode_uplink(port, bytes.fromhex(payload))
    return reading


def lamp(payload: str) -> LampState:
    reading = decoded(23, STATUS_HEAD + "00" + payload)
    assert isinstance(reading, StatusReading)
    return reading.lamps[0]


@pytest.mark.parametrize(
    ("sensors", "expected"),
    [
        ("0201DE", {"ldr": 222}),
        ("030200F0", {"lux": 14_720.0}),  # 10^(0x7000/4000)/1000: the highest bit is left out
        ("03020000", {"lux": 0.001}),
        ("0303204E", {"d4i_lux": 100.0}),  # 10^(20000/4000)/1000
        ("0302FFFF", {"lux": None}),
        ("020400", {"dig_on": False}),
        ("020803", {"tilt_deg": 3}),
        ("0208FF", {"tilt_deg": None}),
    ],
)
def test_sensors_are_read_by_kind(sensors: str, expected: dict[str, object]) -> None:
    reading = decoded(23, STATUS_HEAD + sensors)
    assert isinstance(reading, StatusReading)
    assert {name: reading.sensors[name] for name in expected} == expected


def test_a_sensor_that_is_cut_short_is_refused() -> None:
    with pytest.raises(DecodeError, match="too short"):
        decoded(23, STATUS_HEAD + "020200")


def test_a_sensor_that_runs_past_its_block_is_refused() -> None:
    with pytest.raises(DecodeError, match="lux runs past the 2 bytes"):
        decoded(23, STATUS_HEAD + "02" + "02D204" + "FE211900")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("00", "profile 0"),
        ("07", "profile 7"),
        ("21", "calendar day"),
        ("22", "calendar night"),
        ("30", "dawn step 0"),
        ("3F", "dawn step 15"),
        ("50", "dusk step 0"),
        ("5F", "dusk step 15"),
        ("70", "dig inactive"),
        ("71", "dig active"),
        ("80", "light step 0"),
        ("87", "light step 7"),
        ("F5", "relay off"),
        ("F6", "driver not found"),
        ("F8", "fallback"),
        ("FA", "ldr"),
        ("FC", "dig"),
        ("FD", "manual"),
        ("FF", "unknown"),
        ("08", "undocumented 0x08"),
    ],
)
def test_the_reason_of_a_level_is_told_in_words(code: str, reason: str) -> None:
    assert lamp(f"FE{code}3200").reason == reason


@pytest.mark.parametrize(
    ("code", "words"),
    [("01", "analog"), ("FE", "all dali"), ("FF", "all"), ("7E", "dali 63"), ("9E", "group 15")],
)
def test_the_address_of_a_lamp_is_told_in_words(code: str, words: str) -> None:
    assert lamp(f"{code}FD3200").address == words


@pytest.mark.parametrize("code", ["03", "7F", "81", "A0", "FC", "FD"])
def test_a_byte_that_is_no_address_is_refused(code: str) -> None:
    for port, payload in ((23, STATUS_HEAD + "00" + code + "FD3200"), (25, code + "0200")):
        with pytest.raises(DecodeError, match="is no address"):
            decoded(port, payload)


@pytest.mark.parametrize("level", ["65", "FE"])
def test_a_level_above_100_is_refused(level: str) -> None:
    with pytest.raises(DecodeError, match="allowed: 0 to 100") as error:
        lamp(f"FEFD{level}00")
    assert error.value.offset == 12


def test_each_bit_of_the_dali_status_is_told() -> None:
    # IEC 62386-102 QUERY STATUS, as device reference 2.1.2 lists it.
    faults = {
        0: "gear failure",
        1: "lamp failure",
        3: "limit error",
        5: "reset state",
        6: "missing short address",
        7: "power cycle seen",
    }
    for bit, words in faults.items():
        state = lamp(f"FEFD32{1 << bit:02x}")
        assert (state.faults, state.lamp_on, state.fading) == ((words,), False, False)
    assert lamp("FEFD3214").lamp_on
    assert lamp("FEFD3214").fading


def test_a_status_without_an_answer_of_the_driver_claims_nothing() -> None:
    state = lamp("FEFD32FF")
    assert (state.faults, state.lamp_on, state.fading) == ((), None, None)


def test_an_old_status_carries_its_light_sensor_and_alerts_where_its_flags_say_so() -> None:
    reading = decoded(23, "00" + "F37F205E" + "84" + "320916" + "16" + "D2" + "F0")
    assert isinstance(reading, StatusReading)
    assert reading.sensors == {"ldr_on": True, "dig_on": False, "open_drain_on": True, "ldr": 210}
    assert reading.faults == (
        "voltage alert in 24 h",
        "lamp error alert in 24 h",
        "power alert in 24 h",
        "power factor alert in 24 h",
    )


@pytest.mark.parametrize("payload", ["02", "0100", STATUS_HEAD, STATUS_HEAD + "00FE21"])
def test_a_status_that_is_not_whole_is_refused(payload: str) -> None:
    with pytest.raises(DecodeError):
        decoded(23, payload)


def test_an_unknown_power_factor_is_none() -> None:
    reading = decoded(26, "00" + "FF10FF" + "FF105D")
    assert isinstance(reading, UsageReading)
    assert [entry.power_factor for entry in reading.entries] == [None, 0.93]


def test_the_energy_counter_is_read_up_to_its_wrap() -> None:
    reading = decoded(25, "FF01FFFFFFFF")
    assert isinstance(reading, UsageReading)
    assert reading.entries[0].energy_wh == 4_294_967_295


def test_a_usage_report_of_firmware_1_1_begins_with_00() -> None:
    with pytest.raises(DecodeError, match="usage header 0xff"):
        decoded(26, "ff03ed0000000000")


@pytest.mark.parametrize(
    ("tail", "supply", "drivers", "unaddressed"),
    [
        ("0000" + "1001", "16 V, internal", 1, False),
        ("0000" + "FF82", "bus error, external", 2, True),
        ("0000" + "7000", "undocumented 0x70, internal", 0, False),
    ],
)
def test_a_start_tells_the_state_of_the_dali_bus(
    tail: str, supply: str, drivers: int, *, unaddressed: bool
) -> None:
    boot = decoded(99, BOOT_HEAD + tail)
    assert isinstance(boot, BootReading)
    assert (boot.dali_supply, boot.drivers, boot.unaddressed_driver) == (
        supply,
        drivers,
        unaddressed,
    )
    assert boot.reset_reasons == ()


def test_a_start_with_an_interface_that_nobody_knows_still_names_the_node() -> None:
    boot = decoded(99, BOOT_HEAD + "08" + "3C" + "0000" + "0A")
    assert isinstance(boot, BootReading)
    assert (boot.serial, boot.interface) == ("5083000D", "undocumented 0x08")
    assert boot.features == ("dig", "ldr", "open drain", "metering")
    assert boot.reset_reasons == ("watchdog", "undocumented bit 3")


def test_a_refusal_with_a_code_that_nobody_knows_is_still_a_refusal() -> None:
    assert decoded(99, "133255") == RejectionReading(
        f_port=50, code=0x55, reason="undocumented 0x55"
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("86", "profile steps not sorted"),
        ("81", "profile ids out of sequence"),
        ("03", "too short"),
    ],
)
def test_the_reason_of_a_refusal_is_told_in_words(code: str, reason: str) -> None:
    refusal = decoded(99, "1332" + code)
    assert isinstance(refusal, RejectionReading)
    assert refusal.reason == reason


@pytest.mark.parametrize("payload", ["1332", "13320a00", "01", BOOT_HEAD, "99"])
def test_a_system_packet_that_is_not_whole_is_refused(payload: str) -> None:
    with pytest.raises(DecodeError):
        decoded(99, payload)


@pytest.mark.parametrize(
    ("payload", "state"),
    [("8601", "no fix"), ("8602", "internal error"), ("86FF", "internal error")],
)
def test_gnss_without_a_fix_says_why(payload: str, state: str) -> None:
    assert decoded(61, payload) == EventReading(kind="gnss", values={"state": state})


def test_a_light_step_is_told() -> None:
    assert decoded(61, "8503") == EventReading(kind="light step", values={"step": 3})


@pytest.mark.parametrize(
    "payload",
    [
        "8200",  # no such event
        "803006000000",  # a counter of three bytes
        "81300079",
        "8320",  # an alert of no driver
        "83200302",  # 03 is no address
        "8402",
        "8603",  # no such state
        "8600" + "0000C842" + "00000000" + "EE68B466",  # latitude 100
        "8600" + "0000C07F" + "00000000" + "EE68B466",  # not a number
        "85030000",
    ],
)
def test_an_event_that_the_protocol_does_not_allow_is_refused(payload: str) -> None:
    with pytest.raises(DecodeError):
        decoded(61, payload)


def test_memory_is_read_with_its_size() -> None:
    # `07 addr bank loc size data`: the reply form of nasys/nas-codecs 4691977.
    assert decoded(60, "070400030607edface82e5") == EventReading(
        kind="memory",
        values={"address": "dali 2", "bank": 0, "location": 3, "data": "07edface82e5"},
    )
    assert decoded(60, "07") == EventReading(kind="memory read failed", values={})


@pytest.mark.parametrize(
    "payload", ["01FE64", "01FEFF", "09FF640F", "04A300", "0AFF", "0B", "0C00"]
)
def test_a_command_is_repeated_as_it_was_sent(payload: str) -> None:
    echo = decoded(60, payload)

    assert isinstance(echo, EchoReading)
    assert PROFILE.encode_downlink(echo.meaning).echo == (60, echo.payload)


def test_a_request_that_is_repeated_is_an_echo_too() -> None:
    echo = decoded(60, "0502")
    assert isinstance(echo, EchoReading)
    assert echo.meaning["status"] is True


@pytest.mark.parametrize("payload", ["00FE", "02", "06FF", "0348A1", "0F", "0C02", "070400030607"])
def test_a_reply_that_the_protocol_does_not_know_is_refused(payload: str) -> None:
    with pytest.raises(DecodeError):
        decoded(60, payload)


def test_an_error_tells_port_byte_and_problem() -> None:
    with pytest.raises(DecodeError) as error:
        decoded(50, "210002FE3E0006142190")
    assert str(error.value) == (
        "port 50, byte 9 of 210002fe3e0006142190 (10 bytes):"
        " level = 144; allowed: a whole number from 0 to 100, or none"
    )
