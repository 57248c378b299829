"""Judge: the life of a rule at a place, from the values measured there. Pure and repeatable.

    idle ──begins──▶ pending ──held long enough──▶ raised ──until begins──▶ recovering
      ▲                 │                             ▲                         │
      └──no longer──────┘                             └───────no longer─────────┤
      └───────────────────────until has held long enough───────────────────────┘

The state is decided at the times of the values, so it does not matter when or how often somebody
looks: the same values give the same turns. An alert is over when ``until`` holds and ``when`` does
not. Nothing known is neither: an alert does not end because its sensor fell silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lighting.sensing.rules.condition import Clause, Condition, Either, Every, Missing, clauses_of
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.track import Track

Tracks = Mapping[Clause, Track]
"""Every measurement of a rule's ``when`` and ``until`` at one place."""


class Phase(StrEnum):
    """Where a rule stands at a place."""

    IDLE = "idle"
    PENDING = "pending"
    RAISED = "raised"
    RECOVERING = "recovering"

    @property
    def is_raised(self) -> bool:
        """Whether an alert is open."""
        return self in {Phase.RAISED, Phase.RECOVERING}


@dataclass(frozen=True, slots=True)
class Turn:
    """An alert was raised, or cleared, by what was measured at ``at``."""

    at: datetime
    raised: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What happened in a stretch of time, and where the rule stands at its end since when."""

    turns: tuple[Turn, ...]
    phase: Phase
    since: datetime


def judge(
    rule: Rule, tracks: Tracks, *, since: datetime, now: datetime, raised: bool = False
) -> Judged:
    """Return what happened after ``since`` to ``now``.

    ``raised`` is whether an alert is open at ``since``, which is then not before it was raised.
    """
    phase, phase_since = Phase.RAISED if raised else Phase.IDLE, since
    turns: list[Turn] = []
    for at in _instants(rule, tracks, since, now):
        new = _next(phase, rule, tracks, at)
        if new.is_raised != phase.is_raised:
            turns.append(Turn(at, new.is_raised))
        if new is not phase:
            phase, phase_since = new, at
    return Judged(tuple(turns), phase, phase_since)


def _next(phase: Phase, rule: Rule, tracks: Tracks, at: datetime) -> Phase:
    """Return the phase that follows ``phase`` at ``at``: the table above."""
    if not phase.is_raised:
        if is_true(rule.when, tracks, at):
            return Phase.RAISED
        return Phase.PENDING if is_true(rule.when, tracks, at, begun=True) else Phase.IDLE
    if is_true(rule.when, tracks, at):
        return Phase.RAISED
    if is_true(rule.until, tracks, at):
        return Phase.IDLE
    return Phase.RECOVERING if is_true(rule.until, tracks, at, begun=True) else Phase.RAISED


def is_true(condition: Condition, tracks: Tracks, at: datetime, *, begun: bool = False) -> bool:
    """Return whether ``condition`` holds at ``at``; with ``begun`` holds need not be over yet."""
    match condition:
        case Every(parts):
            return all(is_true(part, tracks, at, begun=begun) for part in parts)
        case Either(parts):
            return any(is_true(part, tracks, at, begun=begun) for part in parts)
        case _:
            step = tracks[condition].at(at)
            if step is None:
                return False
            return step.since is not None if begun else step.holds


def _instants(rule: Rule, tracks: Tracks, since: datetime, now: datetime) -> list[datetime]:
    """Return the times at which something may change, after ``since`` to ``now``.

    What was missing before ``since`` is missing at it: no value will come to say so.
    """
    found = {at for track in tracks.values() for at in track.instants if since < at <= now}
    if any(isinstance(clause, Missing) for clause in clauses_of(rule.when)):
        found.add(since)
    return sorted(found)
