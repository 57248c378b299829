"""A program as frames: what is sent, in which order, and what is refused."""

from dataclasses import replace
from itertools import pairwise

import pytest

from firmware_profiles.errors import DecodeError, EncodeError
from firmware_profiles.frame import Frame
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from schedules.level import FULL, OFF, Level
from schedules.program import ClockStep, DayProgram, Program, SunSide, SunStep

EVERY_DAY = frozenset(range(1, 8))


def dusk(zenith_deg: float, level: int = 100) -> SunStep:
    return SunStep(side=SunSide.DUSK, zenith_deg=zenith_deg, level=Level(level))


def dawn(zenith_deg: float, level: int = 0) -> SunStep:
    return SunStep(side=SunSide.DAWN, zenith_deg=zenith_deg, level=Level(level))


def step(minute: int, level: int | None) -> ClockStep:
    return ClockStep(minute=minute, level=None if level is None else Level(level))


def day(weekdays: frozenset[int] = EVERY_DAY, *steps: ClockStep) -> DayProgram:
    return DayProgram(weekdays=weekdays, steps=steps or (step(0, 50),))


PART_NIGHT = (step(0, 50), step(300, None), step(1320, 75))
LONDON = Program(
    latitude_deg=51.5,
    longitude_deg=-0.13,
    sun_steps=(dusk(93), dawn(93)),
    day_programs=(day(EVERY_DAY, *PART_NIGHT),),
)


def hexes(program: Program) -> list[str]:
    return [frame.payload.hex() for frame in PROFILE.encode_program(program)]


def frame(payload: str, f_port: int = 50) -> Frame:
    return Frame(f_port=f_port, payload=bytes.fromhex(payload), slot="")


def test_a_program_is_sent_as_the_frames_of_the_reference() -> None:
    # Calendar and profile are the [RUN] frames of device reference 2.1.8, but for three choices of
    # ours: the calendar's flags (08: ignore GNSS, no clamps), all outputs (FF), no holiday bit.
    assert hexes(LONDON) == [
        "2564",
        "ff23",
        "2200",
        "201108" + "1e14f3ff12001264",
        "ff21ff",
        "210003fffe00" + "00321eff844b",
    ]


def test_each_frame_names_its_register_and_the_echo_that_proves_it() -> None:
    frames = PROFILE.encode_program(LONDON)

    slots = ["fallback", "holidays", "fade", "calendar", "profiles", "profile 0"]
    assert [f.slot for f in frames] == slots
    assert all(f.echo == (50, f.payload) and f.f_port == 50 for f in frames)
    assert not any(f.confirmed for f in frames)


def test_monday_is_bit_1_and_sunday_bit_7() -> None:
    for weekday in EVERY_DAY:
        program = replace(LONDON, day_programs=(day(frozenset({weekday})),))
        assert PROFILE.encode_program(program)[-1].payload[4] == 1 << weekday


def test_each_day_program_gets_the_next_profile_id() -> None:
    week = tuple(day(frozenset({weekday})) for weekday in EVERY_DAY)

    frames = PROFILE.encode_program(replace(LONDON, day_programs=week))

    assert [f.payload[1] for f in frames[5:]] == list(range(7))
    assert [f.slot for f in frames[5:]] == [f"profile {number}" for number in range(7)]


def test_a_program_without_day_programs_still_clears_those_of_the_past() -> None:
    assert hexes(replace(LONDON, day_programs=()))[-1] == "ff21ff"


def test_dawn_steps_go_before_dusk_steps_each_in_the_order_of_the_sun() -> None:
    steps = (dusk(92, 60), dusk(96), dawn(96, 50), dawn(91))

    calendar = hexes(replace(LONDON, sun_steps=steps))[3]

    assert calendar == "202208" + "1e14f3ff" + "2432" + "0600" + "0c3c" + "2464"


def test_levels_at_the_fallback_and_fade_go_through() -> None:
    frames = hexes(replace(LONDON, fallback_level=OFF, fade_s=90.51))
    assert (frames[0], frames[2]) == ("2500", "220f")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fade_s": 0.0}, "fade_s"),
        ({"fade_s": 0.6}, "fade_s"),
        ({"fallback_level": Level(101)}, "fallback.level"),
        ({"latitude_deg": 53.801}, "calendar.latitude_deg"),
        ({"latitude_deg": 90.01}, "calendar.latitude_deg"),
        ({"longitude_deg": float("nan")}, "calendar.longitude_deg"),
        ({"sun_steps": (dusk(93.1),)}, "calendar.dusk[0].zenith_deg"),
        ({"sun_steps": (dusk(112),)}, "calendar.dusk[0].zenith_deg"),
        ({"sun_steps": (dusk(93, 101),)}, "dusk level"),
        ({"sun_steps": (dusk(96), dusk(93))}, "dusk zenith_deg"),
        ({"sun_steps": (dusk(93), dusk(93))}, "dusk zenith_deg"),
        ({"sun_steps": (dawn(93), dawn(96))}, "dawn zenith_deg"),
        ({"sun_steps": tuple(dusk(90 + n) for n in range(12))}, "dusk steps"),
        ({"day_programs": (day(frozenset()),)}, "day_programs[0].weekdays"),
        ({"day_programs": (day(frozenset({0})),)}, "day_programs[0].weekdays"),
        ({"day_programs": (day(frozenset({8})),)}, "day_programs[0].weekdays"),
        ({"day_programs": (day(), day(frozenset({3})))}, "day_programs[1].weekdays"),
        ({"day_programs": (day(EVERY_DAY, step(10, 50)),)}, "day_programs[0].first minute"),
        ({"day_programs": (day(EVERY_DAY, step(0, 1), step(15, 1)),)}, "day_programs[0].minute"),
        ({"day_programs": (day(EVERY_DAY, step(0, 1), step(1440, 1)),)}, "day_programs[0].minute"),
        ({"day_programs": (day(EVERY_DAY, step(0, 1), step(-10, 1)),)}, "day_programs[0].minute"),
        ({"day_programs": (day(EVERY_DAY, step(0, 101)),)}, "profile.steps[0].level"),
        ({"day_programs": (DayProgram(weekdays=EVERY_DAY, steps=()),)}, "day_programs[0].steps"),
        (
            {"day_programs": (day(EVERY_DAY, *(step(n * 10, 1) for n in range(10))),)},
            "day_programs[0].steps",
        ),
        (
            {"day_programs": (day(EVERY_DAY, step(0, 1), step(20, 1), step(10, 1)),)},
            "profile.steps[2].at",
        ),
        ({"day_programs": (day(),) * 9}, "day_programs"),
    ],
)
def test_a_program_that_does_not_fit_is_refused_by_the_part(
    change: dict[str, object], field: str
) -> None:
    with pytest.raises(EncodeError) as error:
        PROFILE.encode_program(replace(LONDON, **change))  # type: ignore[arg-type] # by name
    assert error.value.field == field


CALENDAR = "201108" + "1e14f3ff12001264"
PROFILE_0 = "210003fffe00" + "00321eff844b"
WHOLE = ("2564", "ff23", "2200", CALENDAR, "ff21ff", PROFILE_0)


def test_frames_of_a_program_are_read_back_whatever_the_order_of_registers() -> None:
    shuffled = ("ff21ff", PROFILE_0, CALENDAR, "2200", "ff23", "2564")
    assert PROFILE.decode_program([frame(payload) for payload in shuffled]) == LONDON


def test_the_last_frame_of_a_register_wins() -> None:
    frames = [frame(payload) for payload in ("2500", *WHOLE, "2532")]
    assert PROFILE.decode_program(frames) == replace(LONDON, fallback_level=Level(50))


def test_clearing_the_profiles_empties_those_that_were_set_before() -> None:
    frames = [frame(payload) for payload in (*WHOLE, "ff21ff")]
    assert PROFILE.decode_program(frames) == replace(LONDON, day_programs=())


@pytest.mark.parametrize("missing", WHOLE[:5])
def test_frames_that_leave_a_register_to_the_past_are_no_program(missing: str) -> None:
    with pytest.raises(DecodeError, match="nothing was said about"):
        PROFILE.decode_program([frame(payload) for payload in WHOLE if payload != missing])


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ("07100e0000", "status interval is no part of a program"),
        ("2301010a", "not cleared"),  # a holiday is set
        ("ff210a", "not cleared"),  # the profiles of one driver
        ("22ff", "fade_s"),  # the driver's own fade
        ("201100" + CALENDAR[6:], "flags"),  # GNSS may move it
        ("20110a" + CALENDAR[6:], "flags"),  # clamps profiles
        ("201108" + "1e14f3ff12ff1264", "dawn level"),  # a sun step that is off
        ("210003fefe00" + PROFILE_0[12:], "not for all outputs"),
        ("210003ffff00" + PROFILE_0[12:], "holidays"),
        ("210003ff0000" + PROFILE_0[12:], "weekdays"),
        ("210002fffe00" + "1eff844b", "first minute"),
        ("210003fffe00" + "0032844b1eff", "does not come after"),
        ("2101" + PROFILE_0[4:], "each weekday in one day program only"),
        ("2102" + PROFILE_0[4:], "count up"),
        ("21ff" + PROFILE_0[4:], "count up"),
        ("99", "no packet is known"),
    ],
)
def test_frames_that_no_program_makes_are_refused(payload: str, problem: str) -> None:
    with pytest.raises(DecodeError, match=problem):
        PROFILE.decode_program([frame(p) for p in (*WHOLE, payload)])


def test_an_override_is_a_timed_dim_of_all_outputs() -> None:
    # `09 (addr level minutes)`, device reference 2.1.7; FF is every output, 2.1.1.
    override = PROFILE.encode_override(FULL, 15)

    assert (override.f_port, override.payload.hex()) == (60, "09ff640f")
    assert override.echo == (60, override.payload)


@pytest.mark.parametrize(
    ("level", "minutes"), [(101, 10), (-1, 10), (None, 10), (50, 0), (50, 256)]
)
def test_an_override_past_its_limits_is_refused(level: int, minutes: int) -> None:
    with pytest.raises(EncodeError):
        PROFILE.encode_override(Level(level), minutes)


def test_resuming_writes_the_register_of_the_override() -> None:
    resume = PROFILE.encode_resume()

    assert (resume.f_port, resume.payload.hex()) == (60, "01ffff")
    assert resume.slot == PROFILE.encode_override(FULL, 1).slot == "override"


def test_requests_are_answered_by_reports_and_not_by_echoes() -> None:
    status, usage = PROFILE.encode_status_request(), PROFILE.encode_meter_request()

    assert (status.f_port, status.payload.hex(), status.echo) == (60, "0502", None)
    assert (usage.f_port, usage.payload.hex(), usage.echo) == (60, "0501", None)
    assert status.slot != usage.slot


def test_the_target_is_what_the_reference_states() -> None:
    target = PROFILE.target
    assert (target.profiles_max, target.clock_steps_max, target.clock_grid_min) == (8, 9, 10)
    assert (round(target.zenith_deg_min, 2), round(target.zenith_deg_max, 2)) == (68.67, 111.17)
    assert (target.zenith_grid_deg, target.position_grid_deg) == (1 / 6, 0.01)
    assert (target.override_min_max, target.level_on_min) == (255, 2)
    # Steps of a square root of two, rounded to hundredths: device reference 2.1.1.
    assert target.fades_s[0] == 0.5
    for before, after in pairwise(target.fades_s):
        assert after / before == pytest.approx(2**0.5, rel=5e-3)
