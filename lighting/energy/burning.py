"""Rules of burning hours: how long the lamps of a baseline burned, as it is written and read.

| text | meaning |
|---|---|
| `4100 h/year` | a stated yearly figure, spread over nights in proportion to sunset to sunrise |
| `sun -3` | lit while the sun's centre is below that altitude [degrees] |
| `photocell 70/35` | on below the first illuminance [lx], off above the second (unverified) |
| `sun -3 off 00:00-05:30` | the same, but off between two times of the local clock (part-night) |
| `photocell 70/35 off 00:00-05:30 GMT` | off between two times of GMT, as some cells keep it |
| `policy kent-part-night@1` | as a saved policy revision has it |
"""

import re
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from math import isfinite

from lighting.energy.baseline_errors import BurningRuleError
from schedules.lux import ELEVATION_DEG_BY_LUX

HOURS_PER_YEAR_MAX = 8784.0
"""The hours of a leap year: no lamp burns longer."""

ALTITUDE_DEG_MIN, ALTITUDE_DEG_MAX = -18.0, 10.0
"""Night is complete at -18 degrees (astronomical twilight); a lamp that waits for more is a slip,
and so is one that is on with the sun more than 10 degrees up. The upper limit is our own."""

FORMS = (
    '"4100 h/year", "sun -3", "photocell 70/35", either of these two with " off 00:00-05:30" or '
    '" off 00:00-05:30 GMT", or "policy NAME@REVISION"'
)

_STATED = re.compile(r"(\d+(?:\.\d+)?) h/year")
_SUN = re.compile(r"sun (-?\d+(?:\.\d+)?)(?: off (.+))?")
_PHOTOCELL = re.compile(r"photocell (\d+)/(\d+)(?: off (.+))?")
_OFF = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)( GMT)?")
_POLICY = re.compile(r"policy ([^@\s]+)@([1-9]\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHours:
    """A yearly figure [h] that somebody states, such as a regime's annual hours."""

    hours_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartNight:
    """Off from ``off`` until ``on``: local times, or GMT all year round where ``gmt``."""

    off: time
    on: time
    gmt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SunBelow:
    """Lit while the sun's centre is below ``altitude_deg`` [degrees above the horizon]."""

    altitude_deg: float
    part_night: PartNight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photocell:
    """Lit by a photocell: on below ``on_lux`` in the evening, off above ``off_lux`` [lx].

    The sun's altitudes for these are general knowledge, unverified (``schedules.lux``).
    """

    on_lux: int
    off_lux: int
    part_night: PartNight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHours:
    """Lit as a saved policy revision asks."""

    policy: str
    revision: int


SunRule = SunBelow | Photocell
BurningRule = StatedHours | SunRule | PolicyHours


def parse_burning(text: str) -> BurningRule:
    """Return the rule that ``text`` states.

    Raises:
        BurningRuleError: it is none, or states what cannot be.
    """
    if found := _STATED.fullmatch(text):
        return _stated(text, float(found[1]))
    if found := _SUN.fullmatch(text):
        return _sun(text, float(found[1]), found[2])
    if found := _PHOTOCELL.fullmatch(text):
        return _photocell(text, (int(found[1]), int(found[2])), found[3])
    if found := _POLICY.fullmatch(text):
        return PolicyHours(policy=found[1], revision=int(found[2]))
    raise BurningRuleError(text, FORMS)


def burning_text(rule: BurningRule) -> str:
    """Return ``rule`` as ``parse_burning`` reads it."""
    match rule:
        case StatedHours(hours_per_year=hours):
            return f"{_plain(hours)} h/year"
        case SunBelow(altitude_deg=altitude_deg, part_night=part):
            return f"sun {_plain(altitude_deg)}{_off_text(part)}"
        case Photocell(on_lux=on, off_lux=off, part_night=part):
            return f"photocell {on}/{off}{_off_text(part)}"
        case PolicyHours(policy=policy, revision=revision):
            return f"policy {policy}@{revision}"


def burning_note(rule: BurningRule) -> str:
    """Return what is not verified about a rule, or an empty text."""
    if isinstance(rule, Photocell):
        return "unverified: the sun's altitude at these lux is a clear-sky estimate"
    return ""


def _plain(value: float) -> str:
    """Return a number without exponent: the fewest digits that make it the same number again."""
    return f"{Decimal(f'{value!r}'):f}".removesuffix(".0")


def _stated(text: str, hours: float) -> StatedHours:
    if not (isfinite(hours) and 0 < hours <= HOURS_PER_YEAR_MAX):
        raise BurningRuleError(text, f"more than 0 and at most {HOURS_PER_YEAR_MAX:g} h/year")
    return StatedHours(hours_per_year=hours)


def _sun(text: str, altitude_deg: float, off: str | None) -> SunBelow:
    if not ALTITUDE_DEG_MIN <= altitude_deg <= ALTITUDE_DEG_MAX:
        limits = f"{ALTITUDE_DEG_MIN:g} to {ALTITUDE_DEG_MAX:g} degrees"
        raise BurningRuleError(text, f"an altitude of the sun from {limits}")
    return SunBelow(altitude_deg=altitude_deg, part_night=_part_night(text, off))


def _photocell(text: str, luxes: tuple[int, int], off: str | None) -> Photocell:
    if any(lux not in ELEVATION_DEG_BY_LUX for lux in luxes):
        known = ", ".join(str(lux) for lux in sorted(ELEVATION_DEG_BY_LUX))
        raise BurningRuleError(text, f"illuminances {known} lx; for others state the altitude")
    return Photocell(on_lux=luxes[0], off_lux=luxes[1], part_night=_part_night(text, off))


def _part_night(text: str, off: str | None) -> PartNight | None:
    if off is None:
        return None
    found = _OFF.fullmatch(off)
    try:
        times = [time.fromisoformat(each) for each in found.groups()[:2]] if found else []
    except ValueError:
        times = []
    if found is None or not times or times[0] == times[1]:
        raise BurningRuleError(text, "two different times such as off 00:00-05:30")
    return PartNight(off=times[0], on=times[1], gmt=found[3] is not None)


def _off_text(part: PartNight | None) -> str:
    if part is None:
        return ""
    return f" off {part.off:%H:%M}-{part.on:%H:%M}{' GMT' if part.gmt else ''}"
