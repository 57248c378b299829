"""What rules are judged by: the rules in force, the devices there are, what they measured."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_profiles.devices.device import Use
from firmware_profiles.devices.library import all_devices
from lighting.identifiers import DevEui
from lighting.sensing.add_on import AddOnStore
from lighting.sensing.alerts.alert import RuleRevision
from lighting.sensing.alerts.store import AlertStore
from lighting.sensing.rules.condition import Missing
from lighting.sensing.rules.judge import Tracks
from lighting.sensing.rules.place import Device, Watched
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.rule_text import parse_rules
from lighting.sensing.rules.track import Point, track
from lighting.sensing.series import Place, Quality, SeriesKey, SeriesStore
from schedules.errors import PolicyError

_LOG = logging.getLogger(__name__)

_MOMENT = timedelta(milliseconds=1)
"""The database's resolution: the end of a history is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A rule of the newest revision of its document."""

    rule: Rule
    revision: RuleRevision


async def rules_in_force(alerts: AlertStore) -> list[InForce]:
    """Return the rules of the newest revision of every document.

    A text that was saved and cannot be read any more (by an older program) is told and left out.
    """
    found: list[InForce] = []
    for revision in await alerts.newest_rules():
        try:
            rules = parse_rules(revision.text, document=revision.name)
        except PolicyError as exc:
            _LOG.error("saved rules that cannot be read, and raise nothing: %s", exc)
            continue
        found += [InForce(rule=rule, revision=revision) for rule in rules]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What add-ons measured, and what kinds of them there are."""

    series: SeriesStore
    add_ons: AddOnStore

    async def uses(self, places: Sequence[Place]) -> dict[str, frozenset[Use]]:
        """Return what the models of these places are for; nothing, of one that is not known."""
        shipped = {model.device_id: model for model in all_devices()}
        imported = {each.model.device_id: each.model for each in await self.add_ons.models()}
        models = {**shipped, **imported}
        wanted = {place.model_id for place in places}
        return {each: frozenset(models[each].uses) for each in wanted if each in models}


async def devices_of(sensed: Sensed) -> list[Device]:
    """Return every add-on that sits somewhere, with its uses and the newest values it brought."""
    places = await sensed.series.places()
    uses = await sensed.uses(places)
    newest: dict[DevEui, dict[SeriesKey, datetime]] = {}
    for sample in await sensed.series.latest([place.dev_eui for place in places]):
        newest.setdefault(sample.key.dev_eui, {})[sample.key] = sample.at
    return [
        Device(
            place=place,
            uses=uses.get(place.model_id, frozenset()),
            newest=newest.get(place.dev_eui, {}),
        )
        for place in places
    ]


def since_when(devices: Sequence[Device]) -> dict[DevEui, datetime]:
    """Return since when add-ons are where they are, so far as that is known."""
    places = (device.place for device in devices)
    return {place.dev_eui: place.since for place in places if place.since is not None}


async def read_tracks(
    series: SeriesStore,
    rule: Rule,
    place: Watched,
    there: Mapping[DevEui, datetime],
    *,
    since: datetime,
    now: datetime,
) -> Tracks:
    """Return how each measurement of ``rule`` stood at a place, as far as ``since`` to ``now``.

    What an add-on measured before it came to be ``there`` says nothing of this place. A series that
    several measurements ask for, such as ``when`` and ``until``, is read once.
    """
    starts: dict[SeriesKey, datetime] = {}
    for clause, newest in place.series.items():
        for key, at in newest.items():
            # Of what is missing, the last value is to be told, however old it is.
            start = (
                min(since - rule.reach, at) if isinstance(clause, Missing) else since - rule.reach
            )
            starts[key] = min(start, starts.get(key, start))
    channels = {
        key: await _points(series, key, start=max(start, there.get(key.dev_eui, start)), end=now)
        for key, start in starts.items()
    }
    return {
        clause: track(clause, [channels[key] for key in keys], rule.gap)
        for clause, keys in place.series.items()
    }


async def _points(
    series: SeriesStore, key: SeriesKey, *, start: datetime, end: datetime
) -> Sequence[Point]:
    """Return the values that can be used: a flagged one neither raises nor ends anything."""
    samples = await series.history(key, start=start, end=end + _MOMENT)
    return [
        Point(sample.at, sample.value)
        for sample in samples
        if sample.quality is Quality.GOOD and sample.at <= end
    ]
