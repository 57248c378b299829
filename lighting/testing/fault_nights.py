"""A made night of many lanterns as arrays: healthy with noise, and with faults put in.

For tests and the bench of the detector. Lanterns report hourly; powers are of the model's line with
noise, in whole watts as a meter tells them; some reports are lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lighting.faults.asked import Asked, Daylight, asked_of, seconds
from lighting.faults.kinds import FaultKind
from lighting.faults.night import NightSeen
from lighting.faults.rows import Meters, Statuses, Values, no_meters, no_statuses, no_values
from lighting.identifiers import LanternId
from schedules.compiler import compile_night
from schedules.library import library_text
from schedules.night import Night
from schedules.policy_text import parse_policy
from schedules.site import Site

EVENING = date(2026, 11, 22)
LEEDS = Site(latitude_deg=53.8, longitude_deg=-1.55, zone="Europe/London")
POLICIES = ("dusk-to-dawn", "hampshire", "leeds-part-night")
WATTS = np.array([np.nan, 18.0, 28.0, 40.0, 62.0, 110.0])
"""The first is of a lantern whose wattage nobody knows."""

NEAR_MIN = 17.0
HOUR_S = 3600
LOST, NOISE, SENSITIVE = 0.05, 0.02, 0.05
"""Reports that are lost, spread of power, lanterns in sensitive places: parts of the whole."""

UNKNOWN_W = 40.0
"""What a lantern draws whose wattage nobody knows [W]."""

LEVELS = 101


def power_lines(full_w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return powers [W] by level: 0.5 W off, a line from 5 % at 1 % to full at 100 %."""
    known_w = np.where(np.isnan(full_w), 100.0, full_w)
    level = np.arange(LEVELS)
    lines = known_w[:, None] * (0.05 + 0.95 * (level - 1) / 99)
    lines[:, 0] = 0.5
    return np.asarray(lines)


@dataclass(slots=True)
class MadeNight:
    """A night under construction; each of its report arrays has a row for a lantern's hour."""

    lanterns: int
    base: NightSeen
    level: NDArray[np.int64]
    power_w: NDArray[np.float64]
    voltage_v: NDArray[np.float64]
    failed: NDArray[np.bool_]
    manual: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    boots: list[tuple[int, int]]
    tilts: list[tuple[int, int, float]]

    @property
    def who(self) -> NDArray[np.int64]:
        """The lantern of each row."""
        return self.base.meters.lantern

    def put(self, kind: FaultKind, lanterns: Sequence[int], *, from_s: float = 0.0) -> None:
        """Let ``lanterns`` have a fault from ``from_s`` on [s since 1970]."""
        rows = np.isin(self.who, lanterns) & (self.base.meters.at_s >= from_s)
        lit = rows & (self.level > 0)
        top_w = self._full()[self.who]
        hour = (self.base.meters.at_s - self.base.asked.base_s) // HOUR_S
        match kind:
            case FaultKind.LAMP:
                self.power_w[lit], self.failed[lit] = 0.0, True
            case FaultKind.UNLIT:
                self.power_w[lit], self.level[lit] = 0.0, 0
            case FaultKind.DAY_BURNER | FaultKind.DIMMING:
                where = rows if kind is FaultKind.DAY_BURNER else lit
                self.power_w[where] = np.round(top_w[where])
            case FaultKind.CYCLING:
                self.power_w[lit & (hour % 2 == 0)] = 0.0
            case FaultKind.POWER:
                self.power_w[lit] = np.round(self.power_w[lit] * 1.6 + 2)
            case FaultKind.VOLTAGE:
                self.voltage_v[rows] = 201.0
            case FaultKind.TILT:
                start_s = max(int(from_s), self.base.asked.base_s)
                self.tilts += [
                    (each, start_s + n * HOUR_S, 31.0) for each in lanterns for n in (1, 2)
                ]
            case _:
                raise ValueError(f"{kind.value} is no fault of a lantern's night")

    def _full(self) -> NDArray[np.float64]:
        full_w = self.base.full_w
        return np.where(np.isnan(full_w), UNKNOWN_W, full_w)

    def seen(self) -> NightSeen:
        """Return what the detector sees of it."""
        rows = self.base.meters
        keep = self.kept
        who, at_s = rows.lantern[keep], rows.at_s[keep]
        return replace(
            self.base,
            statuses=Statuses(
                lantern=who,
                at_s=at_s,
                level=self.level[keep],
                manual=self.manual[keep],
                lamp_failed=self.failed[keep],
            ),
            meters=Meters(
                lantern=who,
                at_s=at_s + 30,
                power_w=self.power_w[keep],
                voltage_v=self.voltage_v[keep],
            ),
            boots=_values([(who, at, 1.0) for who, at in sorted(self.boots)]),
            tilts=_values(sorted(self.tilts)),
        )


def _values(rows: Sequence[tuple[int, int, float]]) -> Values:
    return Values(
        lantern=np.array([row[0] for row in rows], dtype=np.int64),
        at_s=np.array([row[1] for row in rows], dtype=np.int64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
    )


def healthy_night(
    lanterns: int,
    *,
    seed: int,
    site: Site = LEEDS,
    evening: date = EVENING,
    policies: Sequence[str] = POLICIES,
) -> MadeNight:
    """Return a night in which every lantern does what its policy asks, reported with noise."""
    rng = np.random.default_rng(seed)
    night = Night(site=site, evening=evening)
    base = _quiet(lanterns, _asked(night, policies), len(policies), rng)
    return reported(base, night, rng)


def reported(base: NightSeen, night: Night, rng: np.random.Generator) -> MadeNight:
    """Return a night in which every lantern of ``base`` reports hourly that it does as asked."""
    hours = round((night.end - night.start).total_seconds() / HOUR_S)
    who = np.repeat(np.arange(base.lanterns, dtype=np.int64), hours)
    offset_s = rng.integers(0, HOUR_S - 60, base.lanterns)
    at_s = base.asked.base_s + np.tile(np.arange(hours) * HOUR_S, base.lanterns) + offset_s[who]
    level = base.asked.look_up(base.timeline[who], at_s).level.copy()
    true_w = power_lines(np.where(np.isnan(base.full_w), UNKNOWN_W, base.full_w))[who, level]
    power_w = np.round(true_w * rng.normal(1.0, NOISE, len(who)))
    volts = rng.integers(226, 241, len(who)).astype(np.float64)
    none = np.zeros(len(who), dtype=np.bool_)
    return MadeNight(
        lanterns=base.lanterns,
        base=replace(base, meters=Meters(lantern=who, at_s=at_s, power_w=power_w, voltage_v=volts)),
        level=level,
        power_w=power_w,
        voltage_v=volts,
        failed=none.copy(),
        manual=none.copy(),
        kept=rng.random(len(who)) >= LOST,
        boots=[],
        tilts=[],
    )


def _asked(night: Night, policies: Sequence[str]) -> Asked:
    timelines = [
        compile_night(parse_policy(library_text(name), document=name), night) for name in policies
    ]
    changes = [each.changes for each in timelines]
    light = [
        Daylight(evening_s=seconds(each[0].at) - 900.0, morning_s=seconds(each[-1].at) + 900.0)
        if each
        else Daylight(evening_s=np.inf, morning_s=-np.inf)
        for each in changes
    ]
    return asked_of(timelines, [NEAR_MIN] * len(timelines), light)


def _quiet(lanterns: int, asked: Asked, timelines: int, rng: np.random.Generator) -> NightSeen:
    """Return lanterns of which nobody has said anything yet."""
    full_w = rng.choice(WATTS, lanterns)
    return NightSeen(
        ids=[LanternId(f"made:{number:06d}") for number in range(lanterns)],
        sensitive=rng.random(lanterns) < SENSITIVE,
        timeline=rng.integers(0, timelines, lanterns),
        asked=asked,
        model=np.arange(lanterns),
        powers_w=power_lines(full_w),
        full_w=full_w,
        proved_s=np.full(lanterns, asked.base_s - HOUR_S),
        overridden=(),
        statuses=no_statuses(),
        meters=no_meters(),
        boots=no_values(),
        tilts=no_values(),
    )
