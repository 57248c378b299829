"""Each field of each packet at its limits: below, at, and above.

The limits are those of section 2.1 of the device reference (nasys/nas-codecs 4691977); a full
integer range is a limit too. What encodes must decode to the same, what does not must say why.
"""

from copy import deepcopy
from typing import Any

import pytest

from firmware_profiles.errors import EncodeError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE

U16 = 0xFFFF
U32 = 0xFFFFFFFF
SUN_STEP = {"zenith_deg": 93.0, "level": 0}
BASES: dict[str, dict[str, Any]] = {
    "calendar": {
        "prefers_location": False,
        "clamps_profiles": False,
        "clamps_dig": False,
        "ignores_gnss": True,
        "latitude_deg": 53.8,
        "longitude_deg": -1.55,
        "dawn": [SUN_STEP],
        "dusk": [SUN_STEP],
    },
    "profile": {
        "id": 0,
        "address": "all",
        "days": ["mon"],
        "steps": [{"at": "00:00", "level": 50}],
    },
    "fade": {"fade_s": 0.5},
    "holidays": {"dates": [{"month": 12, "day": 25}]},
    "fallback": {"level": 100},
    "dig input": {
        "input": 0,
        "button": False,
        "high_or_rising": False,
        "notify_on": False,
        "notify_off": False,
        "reserved_4": False,
        "d4i_motion": False,
        "address": "all",
        "active_level": 100,
        "inactive_level": None,
        "on_delay_s": 0,
        "off_delay_s": 0,
    },
    "light sensor": {
        "notifies_each_step": False,
        "clamps_profile": False,
        "clamps_dig": False,
        "interpolates": False,
        "measured_for_s": 60,
        "address": "all",
        "steps": [{"lux": 35, "level": 100}],
    },
    "usage interval": {"interval_s": 3600, "mains_v": None},
    "metering alerts": {
        "power_w_min": None,
        "power_w_max": None,
        "voltage_v_min": None,
        "voltage_v_max": None,
        "power_factor_min": None,
    },
    "dali monitor": {
        "sends_alert": False,
        "corrects_level": False,
        "scans_bus": False,
        "interval_s": None,
    },
    "status interval": {"interval_s": 3600},
    "clock": {"at": None},
    "boot delay": {"range_s": 0},
    "led": {"on": True},
    "location": {"latitude_deg": 0.0, "longitude_deg": 0.0, "text": ""},
    "lumalink": {"advertises": "never"},
    "dim notify": {"random_delay_s": None, "packet_limit_s": 0},
    "interface": {"interface": "dali"},
    "multicast": {"slot": 0, "dev_addr": "00" * 4, "nwk_s_key": "00" * 16, "app_s_key": "00" * 16},
    "multicast counter": {"slot": 0, "f_cnt": 0},
    "clear profiles": {"address": "all"},
    "clear multicast": {"slot": "all"},
    "factory reset": {"serial": "00000000"},
    "read profiles": {"id": "all"},
    "read multicast": {"slot": "all"},
    "dim": {"lamps": [{"address": "all", "level": 50}]},
    "timed dim": {"lamps": [{"address": "all", "level": 50, "minutes": 10}]},
    "report": {"usage": True, "status": False, "dim_map": False, "gnss": False},
    "dali query": {"queries": [{"address": "dali 0", "query": 0}]},
    "dali command": {"bytes": "00"},
    "read memory": {"address": "dali 0", "bank": 0, "location": 0, "size": 6},
    "write memory": {"address": "dali 0", "bank": 0, "location": 0, "data": "00"},
    "address driver": {"address": "rescan"},
    "open drain": {"on": True},
    "calendar (1.0)": {
        "sunrise_offset_min": 0,
        "sunset_offset_min": 0,
        "latitude_deg": 0.0,
        "longitude_deg": 0.0,
    },
    "profile (1.0)": {
        "id": 0,
        "version": 0,
        "address": "all dali",
        "days": [],
        "steps": [{"at": "00:00", "level": 50}],
    },
    "defaults (1.0)": {"level": 0, "level_max": 100, "fade_s": 0.5},
    "ldr (1.0)": {"off_above": 0, "on_below": 0, "alerts": False},
    "dig input (1.0)": {
        "on_for_s": 0,
        "rising": False,
        "alerts": False,
        "address": "all",
        "level": 0,
    },
    "clear profiles (1.0)": {"address": "all", "id": 0},
    "chain": {"configs": [{"packet": "fallback", "level": 100}]},
}

# packet, path to the field, what fits, what does not.
LEVELS = ([0, 1, 99, 100, None], [-1, 101, 255, 50.0, True, "50"])
ADDRESSES = (
    ["all", "all dali", "analog", "dali 0", "dali 63", "group 0", "group 15"],
    ["dali -1", "dali 64", "group -1", "group 16", "everyone", 255, None, ["all"]],
)
FLAG = ([True, False], [0, 1, None, "true"])
LIMITS: list[tuple[str, tuple[str | int, ...], list[Any], list[Any]]] = [
    ("calendar", ("latitude_deg",), [-90, -89.99, 4.35, 89.99, 90], [-90.01, 90.01, 4.354, None]),
    ("calendar", ("longitude_deg",), [-180, -179.99, 179.99, 180], [-180.01, 180.01, 0.005]),
    ("calendar", ("dusk", 0, "zenith_deg"), [412 / 6, 413 / 6, 666 / 6, 667 / 6], [411 / 6]),
    ("calendar", ("dawn", 0, "zenith_deg"), [412 / 6, 90.5, 667 / 6], [668 / 6, 90.1, "90"]),
    ("calendar", ("dusk", 0, "level"), *LEVELS),
    ("calendar", ("ignores_gnss",), *FLAG),
    ("profile", ("id",), [0, 1, 6, 7, None], [-1, 8, 255]),
    ("profile", ("address",), *ADDRESSES),
    (
        "profile",
        ("days",),
        [[], ["holiday"], ["mon", "sun"]],
        ["mon", ["Monday"], [1], None, [[]], ["mon", "mon"]],
    ),
    ("profile", ("steps", 0, "at"), ["00:00", "00:10", "23:40", "23:50"], ["24:00", "22:45", 60]),
    ("profile", ("steps", 0, "level"), *LEVELS),
    ("fade", ("fade_s",), [0.5, 0.71, 64, 90.51, None], [0, 0.49, 0.7, 90.52, True]),
    ("holidays", ("dates", 0, "month"), [1, 2, 11, 12], [0, 13]),
    ("holidays", ("dates", 0, "day"), [1, 2, 30, 31], [0, 32]),
    ("fallback", ("level",), [0, 1, 99, 100], [-1, 101, 255, None]),
    ("dig input", ("input",), [0, 1, 253, 254], [-1, 255]),
    ("dig input", ("d4i_motion",), *FLAG),
    ("dig input", ("address",), *ADDRESSES),
    ("dig input", ("active_level",), *LEVELS),
    ("dig input", ("inactive_level",), *LEVELS),
    ("dig input", ("on_delay_s",), [0, 1, U16 - 1, U16], [-1, U16 + 1]),
    ("dig input", ("off_delay_s",), [0, 1, U16 - 1, U16], [-1, U16 + 1]),
    ("light sensor", ("measured_for_s",), [0, 1, 254, 255], [-1, 256]),
    ("light sensor", ("interpolates",), *FLAG),
    ("light sensor", ("address",), *ADDRESSES),
    ("light sensor", ("steps", 0, "lux"), [0, 0.001, 35.5, 1e6], [-0.001, 1_000_001, None]),
    ("light sensor", ("steps", 0, "level"), *LEVELS),
    ("usage interval", ("interval_s",), [1, 2, U32 - 1, U32, None], [-1, 0, U32 + 1]),
    ("usage interval", ("mains_v",), [0, 1, 253, 254, None], [-1, 255]),
    *(
        ("metering alerts", (name,), [0, 1, U16 - 2, U16 - 1, None], [-1, U16, 20.5])
        for name in ("power_w_min", "power_w_max", "voltage_v_min", "voltage_v_max")
    ),
    ("metering alerts", ("power_factor_min",), [0, 0.01, 0.99, 1, None], [-0.01, 1.01, 0.805]),
    ("dali monitor", ("interval_s",), [1, 2, U16 - 1, U16, None], [-1, 0, U16 + 1]),
    ("dali monitor", ("scans_bus",), *FLAG),
    ("status interval", ("interval_s",), [60, 61, 86_399, 86_400], [0, 59, 86_401, None]),
    (
        "clock",
        ("at",),
        ["2015-01-01T00:00:00Z", "2106-02-07T06:28:15Z", None],
        ["2014-12-31T23:59:59Z", "2106-02-07T06:28:16Z", "2020-01-16T15:23:31", "noon", 0, ""],
    ),
    ("boot delay", ("range_s",), [0, 1, U16 - 1, U16], [-1, U16 + 1]),
    ("led", ("on",), *FLAG),
    ("location", ("latitude_deg",), [-90, 90, 59.437022, None], [-90.0000001, 90.0000001]),
    ("location", ("longitude_deg",), [-180, 180, 24.753536, None], [-180.0000001, 180.0000001]),
    ("location", ("text",), ["", "Ö", "x" * 41], ["x" * 42, "x" * 256, "\ud800", None, 5]),
    ("lumalink", ("advertises",), ["never", "first commission", "every boot", "always"], ["?", 0]),
    ("dim notify", ("random_delay_s",), [0, 5, 1265, 1270, None], [-5, 1, 1271, 1275]),
    ("dim notify", ("packet_limit_s",), [0, 60, 15_240, 15_300], [-60, 90, 15_360, None]),
    ("interface", ("interface",), ["dali", "analog", "factory default"], ["relay", 0, None]),
    ("multicast", ("slot",), [0, 1, 2, 3], [-1, 4, None]),
    ("multicast", ("dev_addr",), ["00112233"], ["001122", "0011223344", "0011223g", "", 1]),
    ("multicast", ("nwk_s_key",), ["ab" * 16], ["ab" * 15, "ab" * 17, None]),
    ("multicast", ("app_s_key",), ["ab" * 16], ["ab" * 15, "ab" * 17, None]),
    ("multicast counter", ("slot",), [0, 3], [-1, 4]),
    ("multicast counter", ("f_cnt",), [0, 1, U32 - 1, U32], [-1, U32 + 1]),
    ("clear profiles", ("address",), *ADDRESSES),
    ("clear multicast", ("slot",), [0, 1, 2, 3, "all"], [-1, 4, 255, True]),
    ("factory reset", ("serial",), ["5083000D"], ["5083000", "5083000D00", None]),
    ("read profiles", ("id",), [0, 7, "all"], [-1, 8, 255, False]),
    ("read multicast", ("slot",), [0, 3, "all"], [-1, 4]),
    ("dim", ("lamps", 0, "address"), *ADDRESSES),
    ("dim", ("lamps", 0, "level"), *LEVELS),
    ("timed dim", ("lamps", 0, "address"), *ADDRESSES),
    ("timed dim", ("lamps", 0, "level"), *LEVELS),
    ("timed dim", ("lamps", 0, "minutes"), [1, 2, 254, 255], [-1, 0, 256, 1.5, None]),
    ("report", ("gnss",), *FLAG),
    ("dali query", ("queries", 0, "query"), [0, 255], [-1, 256]),
    ("dali command", ("bytes",), ["00", "ff" * 50], ["", "0", "ff" * 51]),
    ("read memory", ("bank",), [0, 255], [-1, 256]),
    ("read memory", ("location",), [0, 255], [-1, 256]),
    ("read memory", ("size",), [1, 255], [0, 256]),
    ("write memory", ("data",), ["00", "ff" * 47], ["", "ff" * 48, None]),
    ("address driver", ("address",), ["rescan", "dali 0", "dali 63"], ["all", "dali 64"]),
    ("open drain", ("on",), *FLAG),
    ("calendar (1.0)", ("sunrise_offset_min",), [-128, -127, 126, 127], [-129, 128]),
    ("calendar (1.0)", ("sunset_offset_min",), [-128, -127, 126, 127], [-129, 128]),
    ("calendar (1.0)", ("latitude_deg",), [-90, 4.35, 90], [-90.01, 90.01]),
    ("calendar (1.0)", ("longitude_deg",), [-180, 180], [-180.01, 180.01]),
    ("profile (1.0)", ("id",), [0, 254, None], [-1, 255]),
    ("profile (1.0)", ("version",), [0, 1, 238, 239], [-1, 240]),
    ("defaults (1.0)", ("level_max",), [0, 100, None], [-1, 101]),
    ("defaults (1.0)", ("level",), [0, 100], [-1, 101, None]),
    ("ldr (1.0)", ("off_above",), [0, 254, None], [-1, 255]),
    ("ldr (1.0)", ("on_below",), [0, 254, None], [-1, 255]),
    ("dig input (1.0)", ("on_for_s",), [0, U16 - 1, None], [-1, U16]),
    ("clear profiles (1.0)", ("id",), [0, 254], [-1, 255]),
    (
        "chain",
        ("configs",),
        [[{"packet": "led", "on": True}]],
        [[], None, [5], [{"packet": "chain"}]],
    ),
    ("chain", ("configs", 0, "packet"), ["fallback"], ["dim", "restart", None]),
]


def changed(packet: str, path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return the base meaning of a packet with one value replaced."""
    meaning = {"packet": packet, **deepcopy(BASES[packet])}
    inner: Any = meaning
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return meaning


@pytest.mark.parametrize(
    ("packet", "path", "value"),
    [(packet, path, value) for packet, path, good, _ in LIMITS for value in good],
)
def test_a_value_within_its_limits_comes_back_as_it_went(
    packet: str, path: tuple[str | int, ...], value: object
) -> None:
    meaning = changed(packet, path, value)

    frame = PROFILE.encode_downlink(meaning)

    assert PROFILE.decode_downlink(frame.f_port, frame.payload) == meaning


@pytest.mark.parametrize(
    ("packet", "path", "value"),
    [(packet, path, value) for packet, path, _, bad in LIMITS for value in bad],
)
def test_a_value_past_its_limits_is_refused_by_name(
    packet: str, path: tuple[str | int, ...], value: object
) -> None:
    with pytest.raises(EncodeError) as error:
        PROFILE.encode_downlink(changed(packet, path, value))
    assert error.value.field.startswith(packet)
    assert error.value.allowed


@pytest.mark.parametrize("packet", BASES)
def test_a_missing_field_is_named(packet: str) -> None:
    optional = {"defaults (1.0)": set(BASES["defaults (1.0)"]), "clear profiles (1.0)": {"id"}}
    for name in set(BASES[packet]) - optional.get(packet, set()):
        meaning = {"packet": packet, **BASES[packet]}
        del meaning[name]
        with pytest.raises(EncodeError, match=rf"{name} = '\(missing\)'"):
            PROFILE.encode_downlink(meaning)


@pytest.mark.parametrize("packet", BASES)
def test_a_field_that_a_packet_does_not_have_is_refused(packet: str) -> None:
    with pytest.raises(EncodeError, match="colour"):
        PROFILE.encode_downlink({"packet": packet, **BASES[packet], "colour": "amber"})


@pytest.mark.parametrize("name", ["unheard of", None, 32, ["calendar"]])
def test_a_packet_that_the_firmware_does_not_have_is_refused(name: object) -> None:
    with pytest.raises(EncodeError, match="calendar, profile, fade"):
        PROFILE.encode_downlink({"packet": name})
