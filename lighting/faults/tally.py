"""Tally: for every lantern, how often something was shown bad, and how often good since then."""

from dataclasses import dataclass

import numpy as np

from lighting.faults.rows import Flags, Places, Seconds

NEVER_S = np.iinfo(np.int64).min
"""The time of what never happened."""

NO_ROW = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts by lantern; ``first`` and ``last`` are rows of the reports in ``bad``.

    ``bad`` counts those in a row up to the end (or all, where that was asked for), ``total`` all.
    """

    bad: Places
    total: Places
    first: Places
    last: Places
    first_s: Seconds
    last_s: Seconds
    good_after: Places
    last_good_s: Seconds

    def told(self) -> Flags:
        """Tell which lanterns this says anything about."""
        told: Flags = (self.total > 0) | (self.good_after > 0)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Rows (sorted by lantern and time) and what each of them shows."""

    lantern: Places
    at_s: Seconds
    rows: Flags


def tally(lanterns: int, bad: Shown, good: Shown, *, in_a_row: bool = True) -> Tally:
    """Count what is bad, and what is good after the last bad, for each of ``lanterns``.

    ``in_a_row``: bad reports count only as far as no good one has come after them.
    """
    total, last_bad_s = _counted(lanterns, bad)
    well = np.flatnonzero(good.rows)
    last_good_s = _latest(lanterns, good.lantern[well], good.at_s[well])
    row = np.flatnonzero(bad.rows)
    if in_a_row:
        row = row[bad.at_s[row] > last_good_s[bad.lantern[row]]]
    who = bad.lantern[row]
    first, last = _none(lanterns, NO_ROW), _none(lanterns, NO_ROW)
    first[who[::-1]] = row[::-1]  # of an index that repeats, the last value stays
    last[who] = row
    first_s = _none(lanterns, NEVER_S)
    first_s[who[::-1]] = bad.at_s[row[::-1]]
    well = well[good.at_s[well] > last_bad_s[good.lantern[well]]]
    return Tally(
        bad=np.bincount(who, minlength=lanterns),
        total=total,
        first=first,
        last=last,
        first_s=first_s,
        last_s=last_bad_s,
        good_after=np.bincount(good.lantern[well], minlength=lanterns),
        last_good_s=last_good_s,
    )


def _counted(lanterns: int, shown: Shown) -> tuple[Places, Seconds]:
    row = np.flatnonzero(shown.rows)
    who = shown.lantern[row]
    return np.bincount(who, minlength=lanterns), _latest(lanterns, who, shown.at_s[row])


def _latest(lanterns: int, who: Places, at_s: Seconds) -> Seconds:
    latest = _none(lanterns, NEVER_S)
    latest[who] = at_s
    return latest


def _none(size: int, value: int) -> Places:
    return np.full(size, value, dtype=np.int64)
