"""What a lantern does when nobody commands it: full power from dusk to dawn, by its regime.

A node that lost its program, or never had one, falls back to its photocell or its own sun at full
design level (reference energy.md, "What matters most" 10 and section 7.2). So this is the light
behind the kWh called *default*: neither a meter nor evidence of a program stands behind them.
"""

from dataclasses import dataclass
from functools import lru_cache

from schedules.compiler import compile_night
from schedules.level import FULL
from schedules.lux import LUX_PAIRS
from schedules.night import Night
from schedules.policy import Policy
from schedules.policy_text import parse_policy
from schedules.timeline import Span

CONTINUOUS = "continuous"
DUSK_TO_DAWN = "dusk-dawn"
"""Regimes that inventories name besides the lux pairs of photocells (Camden's does)."""

_POLICY = """\
lamplighter_policy = 1
name = "default"
title = "Full light from dusk to dawn"
[switching]
{switching}
[[nights]]
steps = [{{ at = "on", level = 100 }}]
"""
_SUN = 'on = "sunset"\noff = "sunrise"'


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultLight:
    """The spans that fill one night, and in words what they rest on."""

    spans: tuple[Span, ...]
    basis: str


def default_light(regime: str, night: Night) -> DefaultLight:
    """Return what a lantern of this switch regime does in a night when nobody commands it.

    ``regime`` is the inventory's text: ``35/18`` and the other lux pairs, ``Continuous``,
    ``Dusk-Dawn``. Of any other, and of none, the lamp is taken to burn from sunset to sunrise.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
    """
    asked = regime.strip().lower()
    if asked == CONTINUOUS:
        span = Span(start=night.start, end=night.end, level=FULL)
        return DefaultLight(spans=(span,), basis="full power day and night, by its regime")
    spans = tuple(compile_night(_policy(asked), night).spans())
    if asked in LUX_PAIRS:
        words = f"full power by a photocell of {asked} lx, a clear-sky estimate, unverified"
    elif asked == DUSK_TO_DAWN:
        words = "full power from sunset to sunrise, by its regime"
    else:
        words = "full power from sunset to sunrise; its regime is not known"
    return DefaultLight(spans=spans, basis=words)


@lru_cache(maxsize=16)
def _policy(asked: str) -> Policy:
    switching = f'lux = "{asked}"' if asked in LUX_PAIRS else _SUN
    return parse_policy(_POLICY.format(switching=switching), document="default light")
