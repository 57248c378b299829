"""Program <-> frames: what a node holds to follow a policy, as the packets that make it so.

The frames leave nothing to the node's past: every register that the light depends on is written or
cleared. *What the firmware does not say*, in README.md, has the reason for each choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from firmware_profiles.errors import DecodeError, EncodeError
from firmware_profiles.fields import Values
from firmware_profiles.frame import Frame
from firmware_profiles.nas_ul20xx_1_1.addresses import ALL
from firmware_profiles.nas_ul20xx_1_1.config import PORT, PROFILES_MAX, STEPS_MAX
from firmware_profiles.nas_ul20xx_1_1.downlinks import (
    PAYLOAD_MAX,
    decode_downlink,
    downlink,
    slot_of,
)
from firmware_profiles.nas_ul20xx_1_1.fields import (
    DAY_WORDS,
    FADES_S,
    LEVEL_MAX,
    STEP_GRID_MIN,
    step_text,
)
from firmware_profiles.packet import PACKET
from firmware_profiles.wire import checked_int
from schedules.level import Level
from schedules.program import (
    MINUTES_A_DAY,
    ClockStep,
    DayProgram,
    Program,
    SunSide,
    SunStep,
)

# 7 bytes of calendar before the steps, 2 for each step, and both sides alike: 11 a side fit the
# slowest data rate. The packet itself could count 15 a side.
SUN_STEPS_MAX: Final = (PAYLOAD_MAX - 7) // 2 // 2

_FLAGS: Final = {
    "prefers_location": False,  # the position is the one that the proof was made for
    "clamps_profiles": False,
    "clamps_dig": False,
    "ignores_gnss": True,
}
_CLEAR_HOLIDAYS: Final[Values] = {PACKET: "clear holidays"}
_CLEAR_PROFILES: Final[Values] = {PACKET: "clear profiles", "address": ALL}
_REGISTERS: Final = ("fallback", "holidays", "fade", "calendar", "profiles")
_MINUTE_LAST: Final = MINUTES_A_DAY - STEP_GRID_MIN


# A city holds a few hundred programs at a time: its grid cells times its policies.
@lru_cache(maxsize=1024)
def encode_program(program: Program) -> tuple[Frame, ...]:
    """Return the frames that make a node of unknown state hold exactly ``program``, in order.

    Raises:
        EncodeError: the program does not fit; the error names the part.
    """
    _check(program)
    meanings: tuple[Values, ...] = (
        {PACKET: "fallback", "level": program.fallback_level},
        _CLEAR_HOLIDAYS,
        {PACKET: "fade", "fade_s": program.fade_s},
        _calendar(program),
        _CLEAR_PROFILES,
        *(_profile(number, day) for number, day in enumerate(program.day_programs)),
    )
    return tuple(downlink(meaning) for meaning in meanings)


def decode_program(frames: Sequence[Frame]) -> Program:
    """Return the program that a node holds after taking ``frames`` in order.

    Raises:
        DecodeError: a frame is none of a program, a register is missing, or what they make up is
            no program (a clamp is set, days overlap, a day has no step at 00:00, …).
    """
    held = _replay(frames)
    profiles = _numbered(held)
    if held["holidays"] != _CLEAR_HOLIDAYS or held["profiles"] != _CLEAR_PROFILES:
        raise _no_program("holidays or profiles are not cleared for all")
    calendar = held["calendar"]
    if any(calendar[flag] != wanted for flag, wanted in _FLAGS.items()):
        raise _no_program("the calendar's flags are not those of a program")
    program = Program(
        latitude_deg=calendar["latitude_deg"],
        longitude_deg=calendar["longitude_deg"],
        sun_steps=tuple(_sun_steps(calendar)),
        day_programs=tuple(_day_program(profile) for profile in profiles),
        fade_s=held["fade"]["fade_s"],
        fallback_level=Level(held["fallback"]["level"]),
    )
    try:
        _check(program)
    except EncodeError as exc:
        raise _no_program(str(exc)) from exc
    return program


# --- Program -> packets ---------------------------------------------------------------------------


def _calendar(program: Program) -> Values:
    def rows(side: SunSide) -> list[Values]:
        return [
            {"zenith_deg": step.zenith_deg, "level": step.level}
            for step in program.sun_steps
            if step.side is side
        ]

    return {
        PACKET: "calendar",
        **_FLAGS,
        "latitude_deg": program.latitude_deg,
        "longitude_deg": program.longitude_deg,
        "dawn": rows(SunSide.DAWN),
        "dusk": rows(SunSide.DUSK),
    }


def _profile(number: int, day: DayProgram) -> Values:
    return {
        PACKET: "profile",
        "id": number,
        "address": ALL,
        "days": [DAY_WORDS[weekday] for weekday in sorted(day.weekdays)],
        "steps": [{"at": step_text(step.minute), "level": step.level} for step in day.steps],
    }


# --- packets -> Program ---------------------------------------------------------------------------


def _replay(frames: Iterable[Frame]) -> dict[str, Values]:
    """Return what each register holds after the frames: the last one wins, a clear empties."""
    held: dict[str, Values] = {}
    for frame in frames:
        meaning = decode_downlink(frame.f_port, frame.payload)
        slot = slot_of(meaning)
        if slot not in _REGISTERS and meaning[PACKET] != "profile":
            problem = f"{meaning[PACKET]} is no part of a program"
            raise DecodeError(frame.f_port, frame.payload, 0, problem)
        if slot == "profiles":
            held = {name: values for name, values in held.items() if name in _REGISTERS}
        held[slot] = meaning
    missing = [name for name in _REGISTERS if name not in held]
    if missing:
        raise _no_program(f"nothing was said about {', '.join(missing)}")
    return held


def _numbered(held: Mapping[str, Values]) -> list[Values]:
    """Return the profiles by id. The ids must leave no gap: the node refuses them otherwise."""
    profiles = [values for name, values in held.items() if name not in _REGISTERS]
    profiles.sort(key=lambda profile: -1 if profile["id"] is None else profile["id"])
    if [profile["id"] for profile in profiles] != list(range(len(profiles))):
        raise _no_program("the profile ids do not count up from 0")
    return profiles


def _sun_steps(calendar: Values) -> Iterable[SunStep]:
    for side in (SunSide.DUSK, SunSide.DAWN):
        for row in calendar[side.value]:
            yield SunStep(side=side, zenith_deg=row["zenith_deg"], level=row["level"])


def _day_program(profile: Values) -> DayProgram:
    if profile["address"] != ALL or DAY_WORDS[0] in profile["days"]:
        raise _no_program(f"profile {profile['id']} is not for all outputs, or is for holidays")
    return DayProgram(
        weekdays=frozenset(DAY_WORDS.index(word) for word in profile["days"]),
        steps=tuple(
            ClockStep(minute=_minute(row["at"]), level=row["level"]) for row in profile["steps"]
        ),
    )


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _no_program(problem: str) -> DecodeError:
    return DecodeError(PORT, b"", 0, f"the frames are no program: {problem}")


# --- what packets alone cannot know ---------------------------------------------------------------


def _check(program: Program) -> None:
    """Check what the packets by themselves would let pass."""
    if program.fade_s not in FADES_S:
        known = ", ".join(f"{fade_s:g}" for fade_s in FADES_S)
        raise EncodeError("fade_s", program.fade_s, f"{known} seconds")
    for side in SunSide:
        _check_side(side, [step for step in program.sun_steps if step.side is side])
    if len(program.day_programs) > PROFILES_MAX:
        count = f"{len(program.day_programs)} day programs"
        raise EncodeError("day_programs", count, f"{PROFILES_MAX} at most")
    taken: set[int] = set()
    for index, day in enumerate(program.day_programs):
        try:
            _check_day(day, taken)
        except EncodeError as exc:
            raise exc.inside(f"day_programs[{index}]") from exc
        taken |= day.weekdays


def _check_side(side: SunSide, steps: Sequence[SunStep]) -> None:
    if len(steps) > SUN_STEPS_MAX:
        allowed = f"{SUN_STEPS_MAX} at most, for the calendar to fit {PAYLOAD_MAX} bytes"
        raise EncodeError(f"{side.value} steps", f"{len(steps)} steps", allowed)
    for step in steps:
        checked_int(f"{side.value} level", step.level, 0, LEVEL_MAX)
    way = 1 if side is SunSide.DUSK else -1
    for before, after in pairwise(steps):
        if not way * before.zenith_deg < way * after.zenith_deg:
            order = "dusk by growing, dawn by falling zenith, each once"
            raise EncodeError(f"{side.value} zenith_deg", after.zenith_deg, order)


def _check_day(day: DayProgram, taken: set[int]) -> None:
    if not day.weekdays or not day.weekdays <= set(range(1, 8)):
        raise EncodeError("weekdays", sorted(day.weekdays), "one or more of 1 (Monday) to 7")
    if day.weekdays & taken:
        both = sorted(day.weekdays & taken)
        raise EncodeError("weekdays", both, "each weekday in one day program only")
    if not day.steps or len(day.steps) > STEPS_MAX:
        raise EncodeError("steps", f"{len(day.steps)} steps", f"1 to {STEPS_MAX}")
    for step in day.steps:
        minute = checked_int("minute", step.minute, 0, _MINUTE_LAST)
        if minute % STEP_GRID_MIN:
            raise EncodeError("minute", minute, f"a multiple of {STEP_GRID_MIN}")
    if day.steps[0].minute != 0:
        first = day.steps[0].minute
        raise EncodeError("first minute", first, "0: what holds before a first step is not known")
