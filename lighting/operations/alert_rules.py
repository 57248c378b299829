"""RuleBook: save rules that people wrote, say where they look, try them on what was measured."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from lighting.errors import NotFoundError, RefusedError
from lighting.operations.judge_rules import steps_of
from lighting.operations.rule_sources import (
    InForce,
    Sensed,
    devices_of,
    read_tracks,
    since_when,
)
from lighting.sensing.alerts.alert import NewAlert, RuleRevision
from lighting.sensing.alerts.store import AlertStore, Ending
from lighting.sensing.rules.judge import judge
from lighting.sensing.rules.place import watched
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.rule_text import NAME_ALLOWED, is_name, parse_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An alert that a rule would have raised, and how it would have ended (None: it had not)."""

    alert: NewAlert
    ending: Ending | None = None


class RuleBook:
    """The rules of a city."""

    def __init__(
        self, alerts: AlertStore, sensed: Sensed, channels: Collection[str], zone: str
    ) -> None:
        self._alerts = alerts
        self._sensed = sensed
        self._channels = channels
        self._zone = zone

    def check(self, name: str, text: str) -> list[Rule]:
        """Return the rules of a document, which may tell the channels that there are.

        Raises:
            PolicyError: the document is wrong; carries every problem with its line.
            RefusedError: ``name`` is no name, or a rule tells a channel that is not there.
        """
        if not is_name(name):
            raise RefusedError(f"{name[:64]!r} is no name for rules; allowed: {NAME_ALLOWED}")
        rules = parse_rules(text, document=name)
        for rule in rules:
            for channel in rule.tell:
                if channel not in self._channels:
                    raise RefusedError(self._no_channel(rule, channel))
        return rules

    async def save(
        self, name: str, text: str, *, at: datetime, by: str
    ) -> tuple[list[Rule], RuleRevision]:
        """Check a document and save it as a new revision; it is in force from then on.

        Raises:
            PolicyError, RefusedError: as ``check``; nothing is saved.
        """
        rules = self.check(name, text)
        return rules, await self._alerts.save_rules(name, text, at=at, by=by)

    async def get(self, name: str, revision: int | None = None) -> RuleRevision:
        """Return saved rules, the newest revision if none is named.

        Raises:
            NotFoundError: there are none.
        """
        found = await self._alerts.find_rules(name, revision)
        if found is None:
            key = name if revision is None else f"{name} revision {revision}"
            raise NotFoundError("alert rules", key)
        return found

    async def places(self, rules: Sequence[Rule]) -> dict[str, int]:
        """Return at how many places each rule looks now, by its id."""
        devices = await devices_of(self._sensed)
        return {rule.rule_id: sum(1 for _ in watched(rule, devices)) for rule in rules}

    async def try_out(
        self, name: str, text: str, *, start: datetime, end: datetime, at: datetime
    ) -> list[Tried]:
        """Return what the rules of a document would have raised from ``start`` to ``end``.

        They are judged on what was stored of the devices that sit somewhere now, since they sit
        there; nothing is written.

        Raises:
            PolicyError, RefusedError: as ``check``, or the times are the wrong way round.
        """
        if start >= end:
            raise RefusedError(f"the time from {start} to {end} is empty; turn it round")
        rules = self.check(name, text)
        revision = RuleRevision(name=name, revision=0, text=text, saved_at=at, saved_by="")
        devices = await devices_of(self._sensed)
        there = since_when(devices)
        tried: list[Tried] = []
        for rule in rules:
            each = InForce(rule=rule, revision=revision)
            for place in watched(rule, devices):
                tracks = await read_tracks(
                    self._sensed.series, rule, place, there, since=start, now=end
                )
                judged = judge(rule, tracks, since=start, now=end)
                tried += _paired(list(steps_of(each, place, tracks, judged, self._zone)))
        return sorted(tried, key=lambda one: (one.alert.raised_at, one.alert.rule_id))

    def _no_channel(self, rule: Rule, channel: str) -> str:
        near = get_close_matches(channel, list(self._channels), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        known = ", ".join(sorted(self._channels)) or "none: the alerts file names no channel"
        return (
            f"rule {rule.rule_id} tells {channel!r}, which is no channel{hint}; channels: {known}"
        )


def _paired(steps: Sequence[NewAlert | Ending]) -> list[Tried]:
    tried: list[Tried] = []
    for step in steps:
        if isinstance(step, NewAlert):
            tried.append(Tried(alert=step))
        elif tried:
            tried[-1] = Tried(alert=tried[-1].alert, ending=step)
    return tried
