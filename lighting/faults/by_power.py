"""What meters show: dark lamps, day burners, failed dimming, odd power, low voltage, cycling."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lighting.faults.channel import Channel, Words, clock
from lighting.faults.judged import JudgedMeters
from lighting.faults.kinds import COMING_AND_GOING, FaultKind
from lighting.faults.night import NightSeen
from lighting.faults.rows import Flags, Floats
from lighting.faults.rules import FaultRules
from lighting.faults.tally import Shown, tally


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """One night's meters, judged."""

    seen: NightSeen
    judged: JudgedMeters
    rules: FaultRules

    def shown(self, rows: Flags) -> Shown:
        """Return meter rows as what they show."""
        return Shown(lantern=self.seen.meters.lantern, at_s=self.seen.meters.at_s, rows=rows)

    def watts(self, row: int) -> str:
        """Say what a row shows: power, level asked, and what that level draws."""
        meters, judged = self.seen.meters, self.judged
        asked, expected_w = int(judged.asked.level[row]), float(judged.expected_w[row])
        about = "" if np.isnan(expected_w) else f", which draws about {expected_w:.1f} W"
        return (
            f"{clock(int(meters.at_s[row]))}: {meters.power_w[row]:g} W where"
            f" {asked} % is asked{about}"
        )

    def volts(self, row: int) -> str:
        """Say what a row shows of the mains."""
        meters = self.seen.meters
        return f"{clock(int(meters.at_s[row]))}: {meters.voltage_v[row]:g} V"

    def channel(self, kind: FaultKind, what: str, bad: Flags, good: Flags) -> Channel:
        """Return a channel of meter rows with the usual counts."""
        rules = self.rules
        return self.counted(kind, what, (bad, good), (rules.readings, rules.healthy), self.watts)

    def counted(
        self,
        kind: FaultKind,
        what: str,
        rows: tuple[Flags, Flags],
        counts: tuple[float, float],
        words: Words,
    ) -> Channel:
        """Return a channel of bad and good meter rows with its own counts and words."""
        bad, good = rows
        return Channel(
            kind=kind,
            what=what,
            tally=tally(
                self.seen.lanterns,
                self.shown(bad),
                self.shown(good),
                in_a_row=kind not in COMING_AND_GOING,
            ),
            needs=counts[0],
            clears=counts[1],
            words=words,
        )


def power_channels(seen: NightSeen, judged: JudgedMeters, rules: FaultRules) -> Iterator[Channel]:
    """Yield what the meters of a night show."""
    context = _Context(seen=seen, judged=judged, rules=rules)
    power_w = seen.meters.power_w
    tellable = judged.lit_asked & (judged.at_least_w >= judged.dark_w + rules.power_w)
    dark = tellable & (power_w <= judged.dark_w)
    shining = tellable & (power_w > judged.dark_w)
    yield context.channel(FaultKind.LAMP, "meter readings show no light", dark, shining)
    yield _day_burner(context)
    dims_not, dims = _dimming(context)
    yield context.channel(FaultKind.DIMMING, "meter readings do not go down", dims_not, dims)
    yield _odd_power(context, shining & ~dims_not)
    yield _voltage(context)
    yield _cycling(context, dark, shining)


def _day_burner(context: _Context) -> Channel:
    judged = context.judged
    by_day = judged.off_asked & judged.asked.day
    lit = context.seen.meters.power_w > judged.off_w
    return context.channel(
        FaultKind.DAY_BURNER, "meter readings by day show light", by_day & lit, by_day & ~lit
    )


def _dimming(context: _Context) -> tuple[Flags, Flags]:
    """Return the rows that do not go down with the level, and those that do.

    A lantern is held against itself: against its own power at the highest level that it was asked,
    so that a wrong wattage is no failure to dim.
    """
    seen, judged, rules = context.seen, context.judged, context.rules
    power_w, who, level = seen.meters.power_w, seen.meters.lantern, judged.asked.level
    lit = judged.lit_asked & (power_w > judged.dark_w)
    highest = np.zeros(seen.lanterns, dtype=np.int64)
    np.maximum.at(highest, who[lit], level[lit])
    top = lit & (level == highest[who])
    top_w = _mean(who[top], power_w[top], seen.lanterns)[who]
    shape_w = seen.powers_w[seen.model, highest][who]
    asked_w = top_w * (1 - judged.shape_w / shape_w)  # the reduction that the level asks for
    stepped = lit & (level < highest[who]) & (asked_w >= rules.dimming_step_w)
    dims = (top_w - power_w) >= rules.dimming_share * asked_w
    night_off = judged.off_asked & judged.asked.inside & ~judged.asked.day
    lit_still = power_w > judged.off_w
    return (
        np.asarray((stepped & ~dims) | (night_off & lit_still)),
        np.asarray((stepped & dims) | (night_off & ~lit_still)),
    )


def _mean(who: np.ndarray, value: Floats, lanterns: int) -> Floats:
    count = np.bincount(who, minlength=lanterns)
    total = np.bincount(who, weights=value, minlength=lanterns)
    return np.asarray(total / np.maximum(count, 1))


def _odd_power(context: _Context, shining: Flags) -> Channel:
    judged, rules = context.judged, context.rules
    known = shining & ~np.isnan(judged.expected_w) & (judged.asked.level >= rules.power_level)
    most_w = np.maximum(rules.power_ratio * judged.expected_w, rules.power_w)
    agrees = np.abs(context.seen.meters.power_w - judged.expected_w) <= most_w
    return context.counted(
        FaultKind.POWER,
        "meter readings stray from the model",
        (known & ~agrees, known & agrees),
        (rules.power_readings, rules.healthy),
        context.watts,
    )


def _voltage(context: _Context) -> Channel:
    rules, volts = context.rules, context.seen.meters.voltage_v
    known = volts > 0  # a node without mains could not tell; NaN is not more than 0 either
    low = known & (volts < rules.low_voltage_v)
    return context.counted(
        FaultKind.VOLTAGE,
        f"readings of the mains below {rules.low_voltage_v:g} V",
        (low, known & ~low),
        (rules.power_readings, rules.healthy_steady),
        context.volts,
    )


def _cycling(context: _Context, dark: Flags, shining: Flags) -> Channel:
    """Return changes between dark and lit from one reading to the next while light is asked."""
    rules, who = context.rules, context.seen.meters.lantern
    row = np.flatnonzero(dark | shining)
    changed = (who[row[1:]] == who[row[:-1]]) & (dark[row[1:]] != dark[row[:-1]])
    switched = np.zeros(len(who), dtype=np.bool_)
    switched[row[1:][changed]] = True
    return context.counted(
        FaultKind.CYCLING,
        "changes between dark and lit",
        (switched, shining & ~switched),
        (rules.switches, rules.healthy_steady),
        context.watts,
    )
