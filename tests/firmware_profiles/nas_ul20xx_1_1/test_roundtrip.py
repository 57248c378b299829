"""Any program that the target allows goes to frames and comes back the same."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from schedules.level import Level
from schedules.program import ClockStep, DayProgram, Program, SunSide, SunStep

TARGET = PROFILE.target
levels = st.integers(0, 100).map(Level)


@st.composite
def sun_steps(draw: st.DrawFn, side: SunSide) -> tuple[SunStep, ...]:
    """Draw sun steps in the order in which the sun reaches them."""
    lowest, highest = round(TARGET.zenith_deg_min * 6), round(TARGET.zenith_deg_max * 6)
    sixths = draw(st.sets(st.integers(lowest, highest), max_size=TARGET.sun_steps_max))
    ordered = sorted(sixths, reverse=side is SunSide.DAWN)
    return tuple(SunStep(side=side, zenith_deg=n / 6, level=draw(levels)) for n in ordered)


@st.composite
def day_programs(draw: st.DrawFn) -> tuple[DayProgram, ...]:
    """Draw day programs that share no weekday; each begins at 00:00."""
    owners = draw(st.lists(st.integers(0, 7), min_size=7, max_size=7))
    programs = []
    for owner in sorted(set(owners) - {7}):  # days of owner 7 have no program
        later = draw(st.sets(st.integers(1, 143), max_size=TARGET.clock_steps_max - 1))
        steps = tuple(
            ClockStep(minute=tens * 10, level=draw(levels | st.none()))
            for tens in [0, *sorted(later)]
        )
        weekdays = frozenset(day for day, whose in enumerate(owners, start=1) if whose == owner)
        programs.append(DayProgram(weekdays=weekdays, steps=steps))
    return tuple(programs)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw any program that the target allows."""
    return Program(
        latitude_deg=draw(st.integers(-9_000, 9_000)) / 100,
        longitude_deg=draw(st.integers(-18_000, 18_000)) / 100,
        sun_steps=draw(sun_steps(SunSide.DUSK)) + draw(sun_steps(SunSide.DAWN)),
        day_programs=draw(day_programs()),
        fade_s=draw(st.sampled_from(TARGET.fades_s)),
        fallback_level=draw(levels),
    )


@given(programs())
def test_a_program_comes_back_from_its_frames(program: Program) -> None:
    frames = PROFILE.encode_program(program)

    assert PROFILE.decode_program(frames) == program
    assert all(len(frame.payload) <= PROFILE.payload_max for frame in frames)


@given(programs(), programs())
def test_a_program_replaces_the_one_before_it_whole(old: Program, new: Program) -> None:
    frames = (*PROFILE.encode_program(old), *PROFILE.encode_program(new))

    assert PROFILE.decode_program(frames) == new


@given(programs())
def test_every_frame_says_in_plain_values_what_it_says_in_bytes(program: Program) -> None:
    for frame in PROFILE.encode_program(program):
        meaning = PROFILE.decode_downlink(frame.f_port, frame.payload)

        assert PROFILE.encode_downlink(meaning) == frame
