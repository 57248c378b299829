"""The detector's rules once more, one lantern at a time and without arrays: slow, and easy to read.

A reference for tests and the bench: ``lighting.faults.detect`` must find the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan

from lighting.faults.detect import EXPLAINED_BY
from lighting.faults.kinds import COMING_AND_GOING, FaultKind
from lighting.faults.night import NO_TIMELINE, NightSeen
from lighting.faults.rows import UNKNOWN_LEVEL
from lighting.faults.rules import FaultRules

Plain = tuple[FaultKind, int, int]
"""What is found: kind, first and last report that shows it [s since 1970]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One status or meter row of one lantern; what it lacks is None."""

    at_s: int
    decided: bool
    asked: int
    inside: bool
    day: bool
    level: int | None = None
    manual: bool = False
    lamp_failed: bool = False
    power_w: float | None = None
    voltage_v: float | None = None


class PlainDetector:
    """Finds the faults of one lantern after the other."""

    def __init__(self, seen: NightSeen, rules: FaultRules) -> None:
        self._seen = seen
        self._rules = rules
        self._rows = {
            name: _by_lantern(rows.lantern)
            for name, rows in (
                ("statuses", seen.statuses),
                ("meters", seen.meters),
                ("boots", seen.boots),
                ("tilts", seen.tilts),
            )
        }

    def find(self, place: int) -> set[Plain]:
        """Return what the lantern at ``place`` shows."""
        rules = self._rules
        statuses = [self._status(place, row) for row in self._rows["statuses"].get(place, ())]
        meters = [
            report
            for row in self._rows["meters"].get(place, ())
            if (report := self._meter(place, row, statuses))
        ]
        channels = [
            *_words(statuses, rules),
            *self._powers(place, meters),
            *self._others(place, statuses),
        ]
        shown: dict[FaultKind, list[int]] = {}
        ever = {kind for kind, bad, _, needs, _ in channels if len(bad) >= needs}
        for kind, bad, good, needs, clears in channels:
            loose = kind in COMING_AND_GOING
            row = [at for at in bad if loose or all(well < at for well in good)]
            if len(row) >= needs and sum(at > row[-1] for at in good) < clears:
                shown.setdefault(kind, []).extend((row[0], row[-1]))
        return {
            (kind, min(times), max(times))
            for kind, times in shown.items()
            if not any(other in ever for other in EXPLAINED_BY.get(kind, ()))
        }

    def _report(self, place: int, at_s: int, **told: object) -> Report:
        seen, rules = self._seen, self._rules
        timeline = int(seen.timeline[place])
        if timeline == NO_TIMELINE:
            return Report(at_s=at_s, decided=False, asked=0, inside=False, day=False, **told)  # type: ignore[arg-type]  # the caller's fields
        table = seen.asked
        first, end = int(table.first[timeline]), int(table.first[timeline + 1])
        start = int(table.keys[first])
        changes = [int(key) - start + table.base_s for key in table.keys[first + 1 : end]]
        past = [number for number, at in enumerate(changes) if at <= at_s]
        near = any(abs(at - at_s) <= float(table.near_s[timeline]) for at in changes)
        late_s = rules.override_margin_min * 60
        held = any(
            place in each.lanterns and each.start_s <= at_s <= each.end_s + late_s
            for each in seen.overridden
        )
        return Report(
            at_s=at_s,
            decided=at_s >= int(seen.proved_s[place]) and not near and not held,
            asked=int(table.levels[first + len(past)]),
            inside=0 < len(past) < len(changes),
            day=at_s < table.evening_s[timeline] or at_s >= table.morning_s[timeline],
            **told,  # type: ignore[arg-type]  # the caller's fields
        )

    def _status(self, place: int, row: int) -> Report:
        rows = self._seen.statuses
        level = int(rows.level[row])
        return self._report(
            place,
            int(rows.at_s[row]),
            level=None if level == UNKNOWN_LEVEL else level,
            manual=bool(rows.manual[row]),
            lamp_failed=bool(rows.lamp_failed[row]),
        )

    def _meter(self, place: int, row: int, statuses: Sequence[Report]) -> Report | None:
        rows = self._seen.meters
        power_w, voltage_v = float(rows.power_w[row]), float(rows.voltage_v[row])
        report = self._report(
            place,
            int(rows.at_s[row]),
            power_w=None if isnan(power_w) else power_w,
            voltage_v=None if isnan(voltage_v) else voltage_v,
        )
        before = [each for each in statuses if each.at_s <= report.at_s][-1:]
        after = [each for each in statuses if each.at_s > report.at_s][:1]
        stray = any(_strays(each) for each in (*before, *after))
        if report.decided and (stray or report.power_w is None):
            fields = {name: getattr(report, name) for name in Report.__slots__}
            return Report(**(fields | {"decided": False}))
        return report

    def _powers(self, place: int, meters: Sequence[Report]) -> Iterator["_Channel"]:
        seen, rules = self._seen, self._rules
        model = [float(w) for w in seen.powers_w[int(seen.model[place])]]
        known = not isnan(float(seen.full_w[place]))
        dark_w, off_w = model[0] + rules.dark_w, model[0] + rules.power_w
        scale = 1.0 if known else rules.unknown_full_w / model[100]
        lit = [m for m in meters if m.decided and m.asked > 0]
        tellable = [m for m in lit if model[m.asked] * scale >= dark_w + rules.power_w]
        dark = [m for m in tellable if _watts(m) <= dark_w]
        shining = [m for m in tellable if _watts(m) > dark_w]
        off = [m for m in meters if m.decided and m.asked == 0]
        yield _channel(FaultKind.LAMP, dark, shining, rules.readings, rules.healthy)
        by_day, by_night = ([m for m in off if m.day], [m for m in off if m.inside and not m.day])
        yield _channel(
            FaultKind.DAY_BURNER,
            [m for m in by_day if _watts(m) > off_w],
            [m for m in by_day if _watts(m) <= off_w],
            rules.readings,
            rules.healthy,
        )
        dims_not, dims = self._dimming([m for m in lit if _watts(m) > dark_w], model)
        yield _channel(
            FaultKind.DIMMING,
            sorted([*dims_not, *(m for m in by_night if _watts(m) > off_w)], key=_at),
            sorted([*dims, *(m for m in by_night if _watts(m) <= off_w)], key=_at),
            rules.readings,
            rules.healthy,
        )
        held = [m for m in shining if m.asked >= rules.power_level and m not in dims_not and known]
        odd = [
            m
            for m in held
            if abs(_watts(m) - model[m.asked])
            > max(rules.power_ratio * model[m.asked], rules.power_w)
        ]
        agree = [m for m in held if m not in odd]
        yield _channel(FaultKind.POWER, odd, agree, rules.power_readings, rules.healthy)
        lights = sorted([*dark, *shining], key=_at)
        turns = [b for a, b in pairwise(lights) if (a in dark) != (b in dark)]
        steady = [m for m in shining if m not in turns]
        yield _channel(FaultKind.CYCLING, turns, steady, rules.switches, rules.healthy_steady)
        volts = [m for m in meters if m.voltage_v is not None and m.voltage_v > 0]
        low = [m for m in volts if m.voltage_v is not None and m.voltage_v < rules.low_voltage_v]
        fine = [m for m in volts if m not in low]
        yield _channel(FaultKind.VOLTAGE, low, fine, rules.power_readings, rules.healthy_steady)

    def _dimming(
        self, lit: Sequence[Report], model: Sequence[float]
    ) -> tuple[list[Report], list[Report]]:
        highest = max((m.asked for m in lit), default=0)
        top = [_watts(m) for m in lit if m.asked == highest]
        dims_not: list[Report] = []
        dims: list[Report] = []
        for m in lit:
            top_w = sum(top) / len(top)
            asked_w = top_w * (1 - model[m.asked] / model[highest])
            if m.asked < highest and asked_w >= self._rules.dimming_step_w:
                enough = top_w - _watts(m) >= self._rules.dimming_share * asked_w
                (dims if enough else dims_not).append(m)
        return dims_not, dims

    def _others(self, place: int, statuses: Sequence[Report]) -> Iterator["_Channel"]:
        seen, rules = self._seen, self._rules
        boots = [int(seen.boots.at_s[row]) for row in self._rows["boots"].get(place, ())]
        all_s = [each.at_s for each in statuses]
        yield FaultKind.CYCLING, boots, all_s, rules.boots, rules.healthy_steady
        rows = self._rows["tilts"].get(place, ())
        tilts = [(int(seen.tilts.at_s[row]), float(seen.tilts.value[row])) for row in rows]
        leaning = [at_s for at_s, deg in tilts if deg >= rules.tilt_deg]
        straight = [at_s for at_s, deg in tilts if deg < rules.tilt_deg]
        yield FaultKind.TILT, leaning, straight, rules.readings, rules.healthy


_Channel = tuple[FaultKind, list[int], list[int], float, float]


def _words(statuses: Sequence[Report], rules: FaultRules) -> Iterator[_Channel]:
    def told(
        kind: FaultKind, bad: Callable[[Report], bool], good: Callable[[Report], bool]
    ) -> _Channel:
        shown = [each for each in statuses if bad(each)]
        well = [each for each in statuses if good(each)]
        return _channel(kind, shown, well, rules.readings, rules.healthy)

    def is_lit(each: Report) -> bool:
        return bool(each.level)

    def on(each: Report) -> bool:
        return _decides(each) and each.asked > 0

    def off(each: Report) -> bool:
        return _decides(each) and each.asked == 0 and each.day

    yield told(FaultKind.LAMP, lambda e: e.lamp_failed, lambda e: is_lit(e) and not e.lamp_failed)
    yield told(FaultKind.UNLIT, lambda e: on(e) and not is_lit(e), lambda e: on(e) and is_lit(e))
    yield told(
        FaultKind.DAY_BURNER, lambda e: off(e) and is_lit(e), lambda e: off(e) and not is_lit(e)
    )


def _channel(
    kind: FaultKind, bad: Iterable[Report], good: Iterable[Report], needs: float, clears: float
) -> _Channel:
    return kind, [each.at_s for each in bad], [each.at_s for each in good], needs, clears


def _decides(status: Report) -> bool:
    return status.decided and status.level is not None and not status.manual


def _strays(status: Report) -> bool:
    return status.manual or (_decides(status) and status.level != status.asked)


def _watts(meter: Report) -> float:
    return float("nan") if meter.power_w is None else meter.power_w


def _at(report: Report) -> int:
    return report.at_s


def _by_lantern(lanterns: Iterable[int]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, lantern in enumerate(lanterns):
        rows.setdefault(int(lantern), []).append(row)
    return rows
