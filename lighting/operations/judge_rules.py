"""Judge rules: look at what was measured, raise alerts and end them.

What a look finds follows from the rules, the stored values and the alerts there are. Nothing is
kept in memory but what saves work, so a look that was cut off is simply done again: what it wrote
is there, what it did not is found once more.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lighting.identifiers import DevEui, LanternId
from lighting.operations.rule_sources import (
    InForce,
    Sensed,
    devices_of,
    read_tracks,
    rules_in_force,
    since_when,
)
from lighting.sensing.alerts.alert import Alert, AlertPlace, NewAlert
from lighting.sensing.alerts.share import NO_SHARES, Share
from lighting.sensing.alerts.store import AlertStore, Course, Ending
from lighting.sensing.flags import LATE_AFTER
from lighting.sensing.rules.condition import Missing
from lighting.sensing.rules.judge import Judged, Tracks, judge
from lighting.sensing.rules.place import Watched, watched
from lighting.sensing.rules.reason import findings, reason

_LOG = logging.getLogger(__name__)

LATE = LATE_AFTER + timedelta(minutes=5)
"""How far each look goes back: for all values that are not flagged as late, and our own pace."""

LOOK_AGAIN = timedelta(hours=1)
"""So often a place is judged though nothing new came, for values that arrived out of order."""

Key = tuple[str, LanternId]
Newest = Mapping[Key, Alert]


@dataclass(frozen=True, slots=True)
class _Look:
    """One look: when, and the alerts that there are."""

    at: datetime
    newest: Newest
    judged: Mapping[str, datetime]
    there: Mapping[DevEui, datetime]

    def since(self, each: InForce, alert: Alert | None) -> datetime:
        """Return from when on a rule is judged at a place whose newest alert is ``alert``."""
        known = self.judged.get(each.rule.rule_id, self.at) - LATE
        turned = known if alert is None else alert.cleared_at or alert.raised_at
        return max(each.revision.saved_at, known, turned)


class RuleWatch:
    """Judges all rules at all places."""

    def __init__(
        self,
        sensed: Sensed,
        alerts: AlertStore,
        zone: str,
        shares: Mapping[str, Share] = NO_SHARES,
    ) -> None:
        self._shares = shares
        self._sensed = sensed
        self._alerts = alerts
        self._zone = zone
        self._seen: dict[Key, object] = {}
        """What was there when a place was last judged: if all is the same, so is the outcome."""

    async def tend(self, at: datetime) -> list[Alert]:
        """Judge everything as it is known at ``at``; return the alerts after each of their turns.

        Raises:
            StoreError: the database could not be read or written; the next look does it again.
        """
        rules = await rules_in_force(self._alerts)
        newest = await self._alerts.newest_alerts()
        if not rules and not any(alert.is_open for alert in newest.values()):
            return []
        devices = await devices_of(self._sensed)
        look = _Look(at, newest, await self._alerts.judged_until(), since_when(devices))
        courses: list[Course] = []
        signs: dict[Key, object] = {}
        for each in rules:
            for place in watched(each.rule, devices):
                key = (each.rule.rule_id, place.place.lantern_id)
                signs[key] = _sign(each, place, newest.get(key), at)
                if signs[key] != self._seen.get(key):
                    courses += await self._course(each, place, look)
        waited_for = {each.place.lantern_id for each in devices if not each.newest}
        rule_ids = {each.rule.rule_id for each in rules}
        courses += _ended(newest, signs.keys(), rule_ids, waited_for, at)
        until = {each.rule.rule_id: at for each in rules}
        written = await self._alerts.write(courses, until, at=at, shares=self._shares)
        self._seen = signs  # only now: what was not kept was not seen
        for alert in written:
            told = f"raised: {alert.reason}" if alert.is_open else f"over: {alert.cleared_why}"
            _LOG.info("%s at %s %s", alert.rule_id, alert.place.lantern_id, told)
        return written

    async def _course(self, each: InForce, place: Watched, look: _Look) -> Iterator[Course]:
        rule_id, lantern_id = each.rule.rule_id, place.place.lantern_id
        alert = look.newest.get((rule_id, lantern_id))
        since = look.since(each, alert)
        tracks = await read_tracks(
            self._sensed.series, each.rule, place, look.there, since=since, now=look.at
        )
        raised = alert is not None and alert.is_open
        judged = judge(each.rule, tracks, since=since, now=look.at, raised=raised)
        steps = tuple(steps_of(each, place, tracks, judged, self._zone))
        after = None if alert is None else alert.alert_id
        course = Course(rule_id=rule_id, lantern_id=lantern_id, after=after, steps=steps)
        return iter([course] if steps else [])


def steps_of(
    each: InForce, place: Watched, tracks: Tracks, judged: Judged, zone: str
) -> Iterator[NewAlert | Ending]:
    """Yield the turns of a rule at a place as alerts and their ends, with their reasons."""
    rule = each.rule
    for turn in judged.turns:
        if not turn.raised:
            told = findings(rule.until, tracks, place, at=turn.at, zone=zone)
            yield Ending(at=turn.at, why=reason(told))
            continue
        told = findings(rule.when, tracks, place, at=turn.at, zone=zone)
        yield NewAlert(
            rule_id=rule.rule_id,
            revision=each.revision.revision,
            severity=rule.severity,
            place=_place(place),
            raised_at=turn.at,
            reason=reason(told),
            findings=told,
            note=rule.note,
            tell=rule.tell,
        )


def _place(watched_at: Watched) -> AlertPlace:
    place = watched_at.place
    return AlertPlace(
        lantern_id=place.lantern_id,
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        road=place.road,
        ward=place.ward,
    )


def _sign(each: InForce, place: Watched, alert: Alert | None, at: datetime) -> object:
    """Return what the outcome depends on, so far as it shows without reading values."""
    newest = [
        (clause, key, time, isinstance(clause, Missing) and at - time >= clause.hold)
        for clause, series in place.series.items()
        for key, time in series.items()
    ]
    state = None if alert is None else (alert.alert_id, alert.is_open)
    return each.revision.revision, newest, state, int(at.timestamp() // LOOK_AGAIN.total_seconds())


def _ended(
    newest: Newest,
    watching: Collection[Key],
    rule_ids: Collection[str],
    waited_for: Collection[LanternId],
    at: datetime,
) -> Iterator[Course]:
    """Yield the ends of open alerts that nothing can end any more.

    Where an add-on is ``waited_for`` that has not spoken yet, as after a swap, an alert stays on.
    """
    for (rule_id, lantern_id), alert in newest.items():
        if not alert.is_open or (rule_id, lantern_id) in watching:
            continue
        if rule_id in rule_ids and lantern_id in waited_for:
            continue
        why = "the rule does not look here any more, or nothing measures this here"
        if rule_id not in rule_ids:
            why = "the rule was taken out of the rules"
        step = Ending(at=at, why=why)
        yield Course(rule_id=rule_id, lantern_id=lantern_id, after=alert.alert_id, steps=(step,))
