"""A virtual lantern obeys the bytes it is sent.

Bytes and reason codes: NAS's published codecs and documents (nasys/nas-codecs, docs.nasys.no), as
collected in the device reference. What it says is read by our firmware profile, a second opinion.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from firmware_profiles.reading import (
    BootReading,
    RejectionReading,
    StatusReading,
    UsageReading,
)
from firmware_profiles.registry import profile_for
from lighting.identifiers import DevEui
from lighting.testing.lantern_spec import LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.virtual_lantern import Saying, VirtualLantern
from schedules.level import Level
from schedules.program import ClockStep, DayProgram, Program, SunSide, SunStep

MakeLantern = Callable[..., VirtualLantern]
NAS = profile_for("nas_ul20xx_1_1")
HOUR_S = 3600.0

# Vectors of the reference: London, dusk and dawn at 93 degrees; and every day 00:00 50 %,
# 05:00 back to the calendar, 22:00 75 %.
CALENDAR = bytes.fromhex("2011071e14f3ff12001264")
PART_NIGHT = bytes.fromhex("210003feff0000321eff844b")


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-01-{text}:00+00:00").timestamp()


NOON = at("10T12:00")


def run(node: VirtualLantern, until_s: float) -> list[Saying]:
    said: list[Saying] = []
    while node.next_s <= until_s:
        said += node.wake(node.next_s)
    return said + node.wake(until_s)


def follow_part_night(node: VirtualLantern) -> None:
    for payload in (CALENDAR, PART_NIGHT):
        assert node.hear(50, payload, NOON) == [(50, payload)]


def test_it_follows_calendar_and_profile_through_a_night(make_lantern: MakeLantern) -> None:
    node = make_lantern()
    follow_part_night(node)
    levels = {}
    for time in ("10T13:00", "10T18:00", "10T22:30", "11T03:00", "11T06:00", "11T09:00"):
        run(node, at(time))
        levels[time[3:]] = node.level
    assert levels == {
        "13:00": 0,
        "18:00": 100,
        "22:30": 75,
        "03:00": 50,
        "06:00": 100,
        "09:00": 0,
    }


def test_it_holds_the_very_program_that_our_firmware_profile_wrote(
    make_lantern: MakeLantern,
) -> None:
    program = Program(
        latitude_deg=53.8,
        longitude_deg=-1.55,
        sun_steps=(
            SunStep(side=SunSide.DUSK, zenith_deg=90.5, level=Level(100)),
            SunStep(side=SunSide.DAWN, zenith_deg=91.5, level=Level(0)),
        ),
        day_programs=(
            DayProgram(
                weekdays=frozenset({1, 2, 3, 4, 5}),
                steps=(ClockStep(minute=0, level=Level(40)), ClockStep(minute=330, level=None)),
            ),
            DayProgram(weekdays=frozenset({6, 7}), steps=(ClockStep(minute=0, level=Level(60)),)),
        ),
        fade_s=64.0,
        fallback_level=Level(70),
    )
    node = make_lantern()
    for frame in NAS.encode_program(program):
        assert node.hear(frame.f_port, frame.payload, NOON) == [frame.echo]
    assert node.registers.program() == program


def test_without_a_program_it_burns_at_its_fallback_level(make_lantern: MakeLantern) -> None:
    node = make_lantern()
    assert node.level == 100
    node.hear(50, bytes.fromhex("2532"), NOON)
    assert node.level == 50


@pytest.mark.parametrize(
    ("f_port", "payload", "reason"),
    [
        (77, "00", 0x02),
        (50, "2011071e14f3ff1200", 0x03),
        (50, "256400", 0x04),
        (50, "2565", 0x05),
        (50, "0a", 0x0A),
        (50, "2100030eff0000321eff844b", 0x0C),
        (50, "210203feff0000321eff844b", 0x81),
        (50, "210003fe000000321eff844b", 0x83),
        (50, "21000afeff00" + "0032" * 10, 0x84),
        (50, "210001feff009032", 0x85),
        (50, "210002feff00843200ff", 0x86),
        (60, "09fe6500", 0x05),
    ],
)
def test_a_bad_downlink_is_rejected_with_the_reason_nas_gives(
    make_lantern: MakeLantern, f_port: int, payload: str, reason: int
) -> None:
    node = make_lantern()
    before = dict(node.registers.held)
    [(port, said)] = node.hear(f_port, bytes.fromhex(payload), NOON)
    assert (port, said) == (99, bytes([0x13, f_port, reason]))
    [reading] = NAS.decode_uplink(port, said)
    assert isinstance(reading, RejectionReading)
    assert (reading.f_port, reading.code) == (f_port, reason)
    assert node.registers.held == before


def test_a_timed_override_ends_by_itself_after_five_minutes(make_lantern: MakeLantern) -> None:
    node = make_lantern()
    follow_part_night(node)
    run(node, at("10T23:00"))
    assert node.hear(60, bytes.fromhex("09fe6405"), at("10T23:00")) == [
        (60, bytes.fromhex("09fe6405"))
    ]
    run(node, at("10T23:04"))
    assert node.level == 100
    run(node, at("10T23:06"))
    assert node.level == 75


@pytest.mark.parametrize(("f_port", "payload"), [(60, "01feff"), (51, "fe")])
def test_a_manual_override_holds_until_resumed_or_restarted(
    make_lantern: MakeLantern, f_port: int, payload: str
) -> None:
    node = make_lantern()
    follow_part_night(node)
    node.hear(60, bytes.fromhex("01fe00"), at("10T23:00"))
    run(node, at("10T23:59"))
    assert node.level == 0
    node.hear(f_port, bytes.fromhex(payload), at("10T23:59"))
    assert node.level == 75


def test_a_cleared_profile_leaves_the_calendar(make_lantern: MakeLantern) -> None:
    node = make_lantern()
    follow_part_night(node)
    node.hear(50, bytes.fromhex("ff21ff"), NOON)
    run(node, at("11T03:00"))
    assert node.level == 100


def test_it_reads_back_what_it_holds(make_lantern: MakeLantern) -> None:
    node = make_lantern()
    follow_part_night(node)
    assert node.hear(49, bytes.fromhex("20"), NOON) == [(50, CALENDAR)]


def test_its_meter_adds_up_the_energy_of_each_level(make_lantern: MakeLantern) -> None:
    # 75 % of a lamp with 4 W at 1 % and 40 W at 100 %: 4 + 36 x 74/99 = 30.909 W;
    # 50 %: 4 + 36 x 49/99 = 21.818 W. Two hours of the first, five of the second.
    node = make_lantern()
    follow_part_night(node)
    run(node, at("10T22:00"))
    before_wh = node.energy_wh
    run(node, at("11T05:00"))
    assert node.energy_wh - before_wh == pytest.approx(2 * 30.909 + 5 * 21.818, abs=0.01)


def test_it_reports_status_and_usage_in_bytes_that_our_profile_reads(
    make_lantern: MakeLantern,
) -> None:
    node = make_lantern(status_interval_s=600, usage_interval_s=900)
    follow_part_night(node)
    said = run(node, at("10T23:00"))
    readings = [NAS.decode_uplink(*saying)[0] for saying in said]
    status = [r for r in readings if isinstance(r, StatusReading)][-1]
    usage = [r for r in readings if isinstance(r, UsageReading)][-1]
    assert status.lamps[0].level == 75
    assert status.relay_closed is True
    assert status.at is not None
    assert at("10T22:50") <= status.at.timestamp() <= at("10T23:00")
    assert usage.entries[0].power_w == 31
    assert usage.entries[0].energy_wh is not None
    assert usage.entries[0].energy_wh <= node.energy_wh


@pytest.mark.parametrize(("ask", "kind"), [("0501", UsageReading), ("0502", StatusReading)])
def test_it_reports_when_asked(make_lantern: MakeLantern, ask: str, kind: type) -> None:
    [saying] = make_lantern().hear(60, bytes.fromhex(ask), NOON)
    assert isinstance(NAS.decode_uplink(*saying)[0], kind)


def test_it_sets_its_intervals_as_told(make_lantern: MakeLantern) -> None:
    node = make_lantern(notify_s=0)
    node.hear(50, bytes.fromhex("0758020000"), NOON)
    node.hear(50, bytes.fromhex("0b00000000ff"), NOON)
    run(node, NOON + HOUR_S)
    said = run(node, NOON + 3 * HOUR_S)
    assert [port for port, _ in said] == [23] * 12


def test_it_says_who_it_is_after_it_has_joined() -> None:
    spec = LanternSpec(
        dev_eui=DevEui("70b3d57e5083000d"),
        application_id="lights",
        latitude_deg=51.5,
        longitude_deg=-0.13,
        power_w=40,
    )
    said = VirtualLantern(spec, LightPlans(), rng=random.Random(1)).power_on(NOON)
    boot = NAS.decode_uplink(*said[0])[0]
    assert isinstance(boot, BootReading)
    assert (boot.serial.upper(), boot.firmware) == ("5083000D", "1.1.1")
    assert boot.at == datetime.fromtimestamp(NOON, UTC)


def test_its_energy_counter_wraps_at_32_bits(make_lantern: MakeLantern) -> None:
    node = make_lantern(energy_wh=2.0**32 - 10)
    run(node, NOON + HOUR_S)
    [saying] = node.hear(60, bytes.fromhex("0501"), NOON + HOUR_S)
    [reading] = NAS.decode_uplink(*saying)
    assert isinstance(reading, UsageReading)
    assert reading.entries[0].energy_wh == 30


def test_lanterns_that_hold_the_same_share_one_plan(make_lantern: MakeLantern) -> None:
    plans = LightPlans()
    spec = make_lantern().spec
    for _ in range(5):
        node = VirtualLantern(spec, plans, rng=random.Random(1))
        node.power_on(NOON)
        follow_part_night(node)
    assert len(plans) == 3  # nothing, the calendar, the calendar with the profile
