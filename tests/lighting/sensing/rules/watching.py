"""Short words for tests of rules: a rule from its text, values by the minute, what it judges."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from lighting.sensing.rules.condition import clauses_of
from lighting.sensing.rules.judge import Judged, Tracks, judge
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.rule_text import parse_rules
from lighting.sensing.rules.track import Point, track

MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)

Minutes = Sequence[tuple[float, float]]
"""Values by the minute after midnight at which they were measured."""


def rule_of(when: str, until: str | None = None, gap: str = "90 min") -> Rule:
    """Return the rule that says this."""
    ends = "" if until is None else f'until = "{until}"\n'
    (rule,) = parse_rules(f'[r]\nwhen = "{when}"\n{ends}gap = "{gap}"\n', document="d")
    return rule


def minute(count: float) -> datetime:
    """Return a time by the minutes since midnight."""
    return MIDNIGHT + timedelta(minutes=count)


def points(values: Minutes) -> list[Point]:
    """Return values as a channel."""
    return [Point(minute(at), value) for at, value in values]


def tracks_of(rule: Rule, channels: Mapping[str, Sequence[Minutes]]) -> Tracks:
    """Return the tracks of a rule over channels by quantity."""
    clauses = (*clauses_of(rule.when), *clauses_of(rule.until))
    return {
        clause: track(
            clause, [points(each) for each in channels.get(clause.quantity.key, [])], rule.gap
        )
        for clause in clauses
    }


def judged(
    rule: Rule,
    channels: Mapping[str, Sequence[Minutes]],
    *,
    since: float = -1,
    now: float = 1440,
    raised: bool = False,
) -> Judged:
    """Return what a rule makes of channels by quantity."""
    return judge(
        rule, tracks_of(rule, channels), since=minute(since), now=minute(now), raised=raised
    )


def turns(rule: Rule, values: Minutes, quantity: str = "surface_temperature") -> list[float]:
    """Return the minutes at which an alert was raised, cleared, raised, ... by one channel."""
    found = judged(rule, {quantity: [values]}).turns
    assert [turn.raised for turn in found] == [number % 2 == 0 for number in range(len(found))]
    return [(turn.at - MIDNIGHT) / timedelta(minutes=1) for turn in found]
