"""What a NAS UL20xx node (firmware 1.1) does with a configuration: takes it, or says why not.

The device's side of the protocol, written from the byte layouts that NAS publishes and not from
``firmware_profiles``: two readers of the same bytes who must agree. Where the documents are silent
the choice is marked.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from schedules.level import FULL, Level
from schedules.program import ClockStep, DayProgram, Program, SunSide, SunStep

INACTIVE = 0xFF
PROFILES_MAX = 8
STEPS_MAX = 9
"""The documents do not say how many steps fit; the vendor's encoder refuses ten."""

LAST_STEP_TIME = 143
"""23:50 in units of ten minutes."""

WHOLE_LAMP = frozenset({0xFE, 0xFF})
"""DALI broadcast, and all devices."""

_FADES_S = tuple(round(0.5 * 2 ** (index / 2), 2) for index in range(16))
_CALENDAR = struct.Struct("<BBBhh")
_PROFILE = struct.Struct("<BBBBBB")


class Header(IntEnum):
    """First byte of the configurations that this model acts on."""

    STATUS_INTERVAL = 0x07
    CLOCK = 0x09
    USAGE_INTERVAL = 0x0B
    BOOT_DELAY = 0x0D
    CALENDAR = 0x20
    PROFILE = 0x21
    FADE = 0x22
    FALLBACK = 0x25
    CLEAR = 0xFF


_FIXED_LENGTHS: dict[int, int] = {
    Header.STATUS_INTERVAL: 5,
    Header.CLOCK: 5,
    Header.USAGE_INTERVAL: 6,
    Header.BOOT_DELAY: 3,
    Header.FADE: 2,
    Header.FALLBACK: 2,
}
_STORED_UNREAD = frozenset({0x15, 0x16, 0x23, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x52})
"""Taken and echoed, but without effect on a virtual lantern's light."""


class RejectedError(Exception):
    """The node refuses a downlink; ``reason`` is the code it gives."""

    UNKNOWN_PORT = 0x02
    SHORT = 0x03
    LONG = 0x04
    VALUE = 0x05
    UNKNOWN_HEADER = 0x0A
    NO_SUCH_ADDRESS = 0x0C
    PROFILE_ID_SEQUENCE = 0x81
    DAYS = 0x83
    STEP_COUNT = 0x84
    STEP_VALUE = 0x85
    STEPS_UNSORTED = 0x86

    def __init__(self, reason: int) -> None:
        self.reason = reason
        super().__init__(f"rejected: {reason:#04x}")


def check(*, reason: int, holds: bool) -> None:
    """Refuse with ``reason`` unless the condition holds.

    Raises:
        RejectedError: it does not hold.
    """
    if not holds:
        raise RejectedError(reason)


def check_length(payload: bytes, length: int) -> None:
    """Refuse a payload that is not ``length`` bytes long.

    Raises:
        RejectedError: it is shorter or longer.
    """
    check(reason=RejectedError.SHORT, holds=len(payload) >= length)
    check(reason=RejectedError.LONG, holds=len(payload) <= length)


@dataclass(slots=True)
class Registers:
    """A node's lasting configuration, by register; outlives a restart."""

    held: dict[str, bytes] = field(default_factory=dict)

    def take(self, payload: bytes) -> None:
        """Apply one configuration (port 50).

        Raises:
            RejectedError: the node would refuse it.
        """
        check(reason=RejectedError.SHORT, holds=bool(payload))
        header = payload[0]
        if header in _FIXED_LENGTHS:
            check_length(payload, _FIXED_LENGTHS[header])
            self._take_fixed(payload)
        elif header == Header.CALENDAR:
            _sun_steps(payload)
            self.held["calendar"] = payload
        elif header == Header.PROFILE:
            self._take_profile(payload)
        elif header == Header.CLEAR:
            self._clear(payload)
        elif header in _STORED_UNREAD:
            self.held[f"{header:02x}"] = payload
        else:
            raise RejectedError(RejectedError.UNKNOWN_HEADER)

    def program(self) -> Program:
        """Return what the registers add up to; what was never set is as from the factory.

        The factory's fallback level is not documented; 100 % here.
        """
        calendar = self.held.get("calendar", bytes(7))
        _, _, _, latitude, longitude = _CALENDAR.unpack_from(calendar)
        profiles = sorted(name for name in self.held if name.startswith("profile "))
        return Program(
            latitude_deg=latitude / 100,
            longitude_deg=longitude / 100,
            sun_steps=_sun_steps(calendar),
            day_programs=tuple(_day_program(self.held[name]) for name in profiles),
            fade_s=_FADES_S[self.held["fade"][1]] if "fade" in self.held else _FADES_S[0],
            fallback_level=self.fallback_level,
        )

    @property
    def fallback_level(self) -> Level:
        """The level when nothing else says one [percent]."""
        return Level(self.held["fallback"][1]) if "fallback" in self.held else FULL

    def light(self) -> tuple[tuple[str, bytes], ...]:
        """Return the registers that the light depends on, as a key for sharing its computation."""
        return tuple(sorted((k, v) for k, v in self.held.items() if k[0] in "cfp"))

    def seconds(self, name: str, default: int) -> int:
        """Return an interval [s] that starts a register after its header, or ``default``."""
        held = self.held.get(name)
        return default if held is None else int.from_bytes(held[1:5], "little")

    def _take_fixed(self, payload: bytes) -> None:
        header, first = payload[0], payload[1]
        if header == Header.FALLBACK:
            check(reason=RejectedError.VALUE, holds=first <= FULL)
            self.held["fallback"] = payload
        elif header == Header.FADE:
            check(reason=RejectedError.VALUE, holds=first < len(_FADES_S) or first == INACTIVE)
            if first != INACTIVE:
                self.held["fade"] = payload
        elif header == Header.STATUS_INTERVAL:
            check(reason=RejectedError.VALUE, holds=int.from_bytes(payload[1:], "little") > 0)
            self.held["status interval"] = payload
        elif header == Header.USAGE_INTERVAL:
            self.held["usage interval"] = payload

    def _take_profile(self, payload: bytes) -> None:
        check(reason=RejectedError.SHORT, holds=len(payload) >= _PROFILE.size)
        _, number, count, address, days, _ = _PROFILE.unpack_from(payload)
        known = sum(name.startswith("profile ") for name in self.held)
        check(
            reason=RejectedError.PROFILE_ID_SEQUENCE, holds=number <= min(known, PROFILES_MAX - 1)
        )
        check(reason=RejectedError.NO_SUCH_ADDRESS, holds=address in WHOLE_LAMP)
        check(reason=RejectedError.DAYS, holds=days > 0)
        check(reason=RejectedError.STEP_COUNT, holds=0 < count <= STEPS_MAX)
        check_length(payload, _PROFILE.size + 2 * count)
        times, levels = payload[_PROFILE.size :: 2], payload[_PROFILE.size + 1 :: 2]
        check(reason=RejectedError.STEP_VALUE, holds=max(times) <= LAST_STEP_TIME)
        check(reason=RejectedError.STEP_VALUE, holds=all(map(_is_level, levels)))
        check(reason=RejectedError.STEPS_UNSORTED, holds=list(times) == sorted(set(times)))
        self.held[f"profile {number}"] = payload

    def _clear(self, payload: bytes) -> None:
        check(reason=RejectedError.SHORT, holds=len(payload) > 1)
        if payload[1] == Header.PROFILE:
            check_length(payload, 3)
            check(reason=RejectedError.NO_SUCH_ADDRESS, holds=payload[2] in WHOLE_LAMP)
            self.held = {k: v for k, v in self.held.items() if not k.startswith("profile ")}
        elif payload[1] in _STORED_UNREAD:
            self.held.pop(f"{payload[1]:02x}", None)
        else:
            raise RejectedError(RejectedError.UNKNOWN_HEADER)


def _is_level(byte: int) -> bool:
    return byte <= FULL or byte == INACTIVE


def _sun_steps(payload: bytes) -> tuple[SunStep, ...]:
    check(reason=RejectedError.SHORT, holds=len(payload) >= _CALENDAR.size)
    counts = payload[1]
    dawns, dusks = counts & 0x0F, counts >> 4
    check_length(payload, _CALENDAR.size + 2 * (dawns + dusks))
    pairs = list(struct.iter_unpack("<bB", payload[_CALENDAR.size :]))
    check(reason=RejectedError.VALUE, holds=all(_is_level(level) for _, level in pairs))
    sides = ((SunSide.DUSK, pairs[dawns:]), (SunSide.DAWN, pairs[:dawns]))
    return tuple(
        SunStep(side=side, zenith_deg=90 + sixths / 6, level=Level(level))
        for side, steps in sides
        for sixths, level in steps
        if level != INACTIVE
    )


def _day_program(payload: bytes) -> DayProgram:
    days = payload[4]
    times, levels = payload[_PROFILE.size :: 2], payload[_PROFILE.size + 1 :: 2]
    return DayProgram(
        weekdays=frozenset(day for day in range(1, 8) if days >> day & 1),
        steps=tuple(
            ClockStep(minute=10 * time, level=None if level == INACTIVE else Level(level))
            for time, level in zip(times, levels, strict=True)
        ),
    )
