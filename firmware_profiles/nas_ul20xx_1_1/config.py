"""Port 50: every configuration of firmware 1.1 that we know, as tables that serve both directions.

The node repeats a configuration on port 50 once it has accepted and applied it. Asked on port 49
(``requests.py``), it tells the one it holds in the same form.
"""

from typing import Final

from firmware_profiles.fields import Choice, Flags, Float, Hex, Number, Scaled
from firmware_profiles.nas_ul20xx_1_1.addresses import ANALOG, Address
from firmware_profiles.nas_ul20xx_1_1.fields import (
    FADE,
    LEVEL,
    LEVEL_MAX,
    NOT_SET,
    BootDelay,
    Chain,
    Days,
    Location,
    Moment,
    StepTime,
)
from firmware_profiles.nas_ul20xx_1_1.firmware_1_0 import CONFIGS_1_0
from firmware_profiles.packet import Counted, Items, Packet, PacketTable
from firmware_profiles.wire import I8, I16, U8, U16, U32

PORT: Final = 50

# Limits. The count bytes could say more; the vendor's encoder refuses ten, so nine is what is
# known to work. Dusk and dawn counts are nibbles. Profile ids and multicast slots: the vendor's
# encoder and decoder name 0 to 7 and 0 to 3. Light steps: the status reasons name 0 to 7.
PROFILES_MAX: Final = 8
STEPS_MAX: Final = 9
HOLIDAYS_MAX: Final = 9
SUN_STEPS_MAX: Final = 15
LIGHT_STEPS_MAX: Final = 8
MULTICAST_SLOTS: Final = 4
STATUS_INTERVAL_S: Final = (60, 86_400)

ZENITH_PER_DEG: Final = 6  # steps of 1/6 degree, counted from 90 degrees
POSITION_PER_DEG: Final = 100

_ZENITH: Final = Scaled(
    "zenith_deg", I8, per=ZENITH_PER_DEG, low=I8.low, high=I8.high, origin=90 * ZENITH_PER_DEG
)
_SUN_STEP: Final = (_ZENITH, LEVEL)
_SLOT: Final = Number("slot", U8, 0, MULTICAST_SLOTS - 1)
_KEY_BYTES: Final = 16


def _alert_limit(name: str) -> Number:
    """Return a limit of a metering alert; None (FFFF) switches that alert off."""
    return Number(name, U16, 0, U16.high - 1, none=U16.high)


LIGHTING: Final = (
    Packet(
        PORT,
        b"\x20",
        "calendar",
        (
            Counted(
                (
                    Items("dawn", _SUN_STEP, most=SUN_STEPS_MAX),
                    Items("dusk", _SUN_STEP, most=SUN_STEPS_MAX),
                ),
                between=(
                    Flags(
                        {
                            "prefers_location": 0,
                            "clamps_profiles": 1,
                            "clamps_dig": 2,
                            "ignores_gnss": 3,
                        }
                    ),
                    Scaled("latitude_deg", I16, per=POSITION_PER_DEG, low=-9_000, high=9_000),
                    Scaled("longitude_deg", I16, per=POSITION_PER_DEG, low=-18_000, high=18_000),
                ),
            ),
        ),
    ),
    Packet(
        PORT,
        b"\x21",
        "profile",
        (
            Number("id", U8, 0, PROFILES_MAX - 1, none=NOT_SET),
            Counted(
                (Items("steps", (StepTime(), LEVEL), most=STEPS_MAX, order="at"),),
                between=(Address(), Days(), Flags({})),
            ),
        ),
    ),
    Packet(PORT, b"\x22", "fade", (FADE,)),
    Packet(
        PORT,
        b"\x23",
        "holidays",
        (
            Counted(
                (
                    Items(
                        "dates",
                        (Number("month", U8, 1, 12), Number("day", U8, 1, 31)),
                        most=HOLIDAYS_MAX,
                    ),
                )
            ),
        ),
    ),
    Packet(PORT, b"\x25", "fallback", (Number("level", U8, 0, LEVEL_MAX),)),
)

SENSORS: Final = (
    Packet(
        PORT,
        b"\x28",
        "dig input",
        (
            # 00 and 01 are seen in the vendor's vectors; FF alone switches the input off.
            Number("input", U8, 0, NOT_SET - 1),
            Flags(
                {
                    "button": 0,
                    "high_or_rising": 1,
                    "notify_on": 2,
                    "notify_off": 3,
                    "reserved_4": 4,  # without a known meaning, but set in the vendor's vector
                    "d4i_motion": 7,
                }
            ),
            Address(),
            Number("active_level", U8, 0, LEVEL_MAX, none=NOT_SET),
            Number("inactive_level", U8, 0, LEVEL_MAX, none=NOT_SET),
            Number("on_delay_s", U16, 0, U16.high),
            Number("off_delay_s", U16, 0, U16.high),
        ),
    ),
    Packet(PORT, b"\x28\xff", "dig input off"),
    Packet(
        PORT,
        b"\x29",
        "light sensor",
        (
            Counted(
                (Items("steps", (Float("lux", 0, 1e6), LEVEL), most=LIGHT_STEPS_MAX),),
                between=(
                    Flags(
                        {
                            "notifies_each_step": 0,
                            "clamps_profile": 1,
                            "clamps_dig": 2,
                            "interpolates": 3,
                        }
                    ),
                    Number("measured_for_s", U8, 0, U8.high),
                    Address(),
                ),
            ),
        ),
    ),
    Packet(PORT, b"\x29\xff", "light sensor off"),
)

METERING: Final = (
    Packet(
        PORT,
        b"\x0b",
        "usage interval",
        (
            Number("interval_s", U32, 1, U32.high, none=0),
            Number("mains_v", U8, 0, NOT_SET - 1, none=NOT_SET),
        ),
    ),
    Packet(
        PORT,
        b"\x16\x01",
        "metering alerts",
        (
            _alert_limit("power_w_min"),
            _alert_limit("power_w_max"),
            _alert_limit("voltage_v_min"),
            _alert_limit("voltage_v_max"),
            Scaled("power_factor_min", U8, per=100, low=0, high=100, none=NOT_SET),
        ),
    ),
    Packet(
        PORT,
        b"\x24",
        "dali monitor",
        (
            Flags({"sends_alert": 0, "corrects_level": 1, "scans_bus": 2}),
            Number("interval_s", U16, 1, U16.high, none=0),
        ),
    ),
)

NODE: Final = (
    Packet(PORT, b"\x07", "status interval", (Number("interval_s", U32, *STATUS_INTERVAL_S),)),
    Packet(PORT, b"\x09", "clock", (Moment(),)),
    Packet(PORT, b"\x0d", "boot delay", (BootDelay(),)),
    Packet(PORT, b"\x15", "led", (Flags({"on": 0}),)),
    Packet(PORT, b"\x26", "location", (Location(),)),
    Packet(
        PORT,
        b"\x27",
        "lumalink",
        (Choice("advertises", {0: "never", 1: "first commission", 2: "every boot", 3: "always"}),),
    ),
    Packet(
        PORT,
        b"\x2a",
        "dim notify",
        (
            Number("random_delay_s", U8, 0, (NOT_SET - 1) * 5, step=5, none=NOT_SET),
            Number("packet_limit_s", U8, 0, U8.high * 60, step=60),
        ),
    ),
    Packet(
        PORT,
        b"\x2b",
        "interface",
        (Choice("interface", {0: "dali", 1: ANALOG, NOT_SET: "factory default"}),),
    ),
    Packet(
        PORT,
        b"\x52",
        "multicast",
        (
            _SLOT,
            Hex("dev_addr", 4, turned=True),
            Hex("nwk_s_key", _KEY_BYTES),
            Hex("app_s_key", _KEY_BYTES),
        ),
    ),
    Packet(PORT, b"\x53", "multicast counter", (_SLOT, Number("f_cnt", U32, 0, U32.high))),
)

CLEARS: Final = (
    Packet(PORT, b"\xff\x21", "clear profiles", (Address(),)),
    Packet(PORT, b"\xff\x23", "clear holidays"),
    Packet(PORT, b"\xff\x28", "clear dig input"),
    Packet(PORT, b"\xff\x29", "clear light sensor"),
    Packet(
        PORT,
        b"\xff\x52",
        "clear multicast",
        (Choice("slot", {**{slot: slot for slot in range(MULTICAST_SLOTS)}, NOT_SET: "all"}),),
    ),
    Packet(PORT, b"\xff\xff", "factory reset", (Hex("serial", 4, turned=True, upper=True),)),
)

_CHAINED: Final = PacketTable((*LIGHTING, *SENSORS, *METERING, *NODE, *CLEARS, *CONFIGS_1_0))
CONFIGS: Final = (*_CHAINED.packets, Packet(PORT, b"\xfe", "chain", (Chain(_CHAINED),)))
