"""Places: at which lanterns a rule is judged, and by which series."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians

from firmware_profiles.devices.device import Use
from lighting.identifiers import LanternId
from lighting.sensing.rules.condition import Clause, clauses_of
from lighting.sensing.rules.rule import Near, Rule, Where
from lighting.sensing.series import Place, SeriesKey

_METRES_A_DEGREE = 111_195.0
"""Of a sphere of 6,371 km; within 50 km the error is below 0.5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An add-on as rules see it: where it is, what it is for, its series and their newest values.

    Only a series that has had a value is one: a device that never spoke measures nothing yet.
    """

    place: Place
    uses: frozenset[Use]
    newest: Mapping[SeriesKey, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A lantern at which a rule is judged; ``series`` are those that answer each measurement.

    Each with the time of its newest value.
    """

    place: Place
    series: Mapping[Clause, Mapping[SeriesKey, datetime]]


def watched(rule: Rule, devices: Sequence[Device]) -> Iterator[Watched]:
    """Yield the lanterns at which ``rule`` is judged, in order of id.

    They are those where a device that ``where`` covers measures what the rule asks for at the
    place itself. What it asks for ``within`` a distance is answered by the nearest lantern that
    measures it; of those that fell silent only if none other is in reach.
    """
    clauses = tuple(dict.fromkeys((*clauses_of(rule.when), *clauses_of(rule.until))))
    local = {clause.quantity.key for clause in clauses if clause.within_m is None}
    around = {clause: _Around(clause, devices, rule) for clause in clauses if clause.within_m}
    anchors: dict[LanternId, list[Device]] = {}
    for device in devices:
        if any(key.quantity in local for key in device.newest) and covers(rule.where, device):
            anchors.setdefault(device.place.lantern_id, []).append(device)
    for lantern_id in sorted(anchors):
        here = anchors[lantern_id]
        place = here[0].place
        series = {
            clause: _series(clause, around[clause].nearest(place) if clause in around else here)
            for clause in clauses
        }
        yield Watched(place=place, series=series)


def covers(where: Where, device: Device) -> bool:
    """Return whether a rule looks at ``device``."""
    place = device.place
    return (
        (not where.roads or place.road.casefold() in where.roads)
        and (not where.wards or place.ward.casefold() in where.wards)
        and (not where.lanterns or place.lantern_id in where.lanterns)
        and (not where.uses or bool(where.uses & device.uses))
        and (where.near is None or distance_m(where.near, place) <= where.near.within_m)
    )


def distance_m(one: Near | Place, other: Place) -> float:
    """Return the distance [m] of two places that are near each other."""
    middle = radians((one.latitude_deg + other.latitude_deg) / 2)
    east = (one.longitude_deg - other.longitude_deg + 180) % 360 - 180
    north = one.latitude_deg - other.latitude_deg
    return hypot(east * cos(middle), north) * _METRES_A_DEGREE


def _series(clause: Clause, devices: Iterable[Device]) -> dict[SeriesKey, datetime]:
    found = (each for device in devices for each in device.newest.items())
    return {key: newest for key, newest in found if key.quantity == clause.quantity.key}


class _Around:
    """The devices that may answer a measurement ``within`` a distance, found by latitude."""

    def __init__(self, clause: Clause, devices: Sequence[Device], rule: Rule) -> None:
        self._within_m = clause.within_m or 0.0
        self._gap = rule.gap
        found = ((_newest(clause, device), device) for device in devices)
        measuring = [(newest, device) for newest, device in found if newest is not None]
        self._devices = sorted(measuring, key=lambda each: each[1].place.latitude_deg)
        self._latitudes = [device.place.latitude_deg for _, device in self._devices]

    def nearest(self, place: Place) -> list[Device]:
        """Return the devices of the nearest lantern that measures it and speaks."""
        reach_deg = self._within_m / _METRES_A_DEGREE
        first = bisect_left(self._latitudes, place.latitude_deg - reach_deg)
        last = bisect_right(self._latitudes, place.latitude_deg + reach_deg)
        found = [
            (away_m, newest, device)
            for newest, device in self._devices[first:last]
            if (away_m := distance_m(place, device.place)) <= self._within_m
        ]
        if not found:
            return []
        heard_since = max(newest for _, newest, _ in found) - self._gap
        speaking = [
            (away_m, device.place.lantern_id)
            for away_m, newest, device in found
            if newest >= heard_since
        ]
        _, nearest = min(speaking)
        return [device for _, _, device in found if device.place.lantern_id == nearest]


def _newest(clause: Clause, device: Device) -> datetime | None:
    times = (at for key, at in device.newest.items() if key.quantity == clause.quantity.key)
    return max(times, default=None)
