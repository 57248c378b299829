"""One lantern and night for the causes of a saving: its baseline, what was asked, what it used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import fsum
from typing import cast

from lighting.energy.asked import AskedEnergy, asked_energy, asked_from_plain
from lighting.energy.baseline import Baseline, baseline_spans
from lighting.energy.burning import BurningRule, PolicyHours
from lighting.energy.burning_nights import lit_hours
from lighting.energy.causes import BaselineNight, UsedNight, micro_wh
from lighting.energy.consumption import clipped, modelled_kwh
from lighting.energy.power_model import UNVERIFIED_BASIS, default_power_model
from lighting.energy.snapshot import BaselineEntry, SnapshotHeader, SnapshotKind
from lighting.faults.kinds import FaultKind
from lighting.faults.store import FaultFilter, FaultStore
from lighting.identifiers import LanternId
from lighting.operations.expected import Expected
from lighting.operations.programs import Cell, cell_of
from lighting.units import WATT_HOURS_PER_KWH, Watts, kwh
from schedules.level import OFF
from schedules.night import Night
from schedules.timeline import NightTimeline, Span

Row = Mapping[str, object]
Stretch = tuple[datetime, datetime]

CANNOT_RECOMPUTE = "closed before nights kept what was asked, and cannot be worked out again"

_OUTAGES = (FaultKind.LAMP, FaultKind.UNLIT)
_PAGE = 1000

_WATT_DECIMALS = 6
"""As many as the importer keeps of the inventory's watts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A policy revision at a place (WGS 84 degrees)."""

    policy: str
    revision: int
    latitude_deg: float
    longitude_deg: float


class BaselineNights:
    """What a baseline's entries burned in a night; each rule, cell and night is worked out once."""

    def __init__(self, header: SnapshotHeader, expected: Expected) -> None:
        self._header = header
        self.expected = expected
        self._hours: dict[tuple[BurningRule, Cell, date], float] = {}
        self._asked: dict[tuple[BurningRule, Cell, date, float], AskedEnergy] = {}

    @property
    def place(self) -> tuple[float, float]:
        """Where a lantern counts that the inventory has no more (WGS 84 degrees)."""
        return self._header.latitude_deg, self._header.longitude_deg

    async def night(
        self,
        entry: BaselineEntry,
        place: tuple[float, float] | None,
        evening: date,
        *,
        today_w: float | None = None,
    ) -> BaselineNight:
        """Return an entry's night at ``place``, or at the header's; ``today_w`` is the new lamp's.

        Raises:
            NotFoundError: its hours are those of a policy revision that is not saved.
            StoreError: the database could not be read.
        """
        at = place or self.place
        if isinstance(entry.burning, PolicyHours):
            return await self._by_policy(entry, entry.burning, at, (evening, today_w))
        key = (entry.burning, cell_of(*at), evening)
        if key not in self._hours:
            night = Night(site=key[1].site(self._header.zone), evening=evening)
            self._hours[key] = lit_hours(entry.burning, night)
        return BaselineNight(full_w=entry.full_w, lit_hours=self._hours[key])

    async def _by_policy(
        self,
        entry: BaselineEntry,
        rule: PolicyHours,
        at: tuple[float, float],
        when: tuple[date, float | None],
    ) -> BaselineNight:
        evening, today_w = when
        then = await self._energy(rule, at, evening, entry.full_w)
        if self._header.kind is not SnapshotKind.EARLIER_POLICY:
            return BaselineNight(full_w=entry.full_w, lit_hours=then.lit_hours)
        now = await self._energy(rule, at, evening, today_w or entry.full_w)
        return BaselineNight(
            full_w=entry.full_w,
            lit_hours=then.lit_hours,
            dimmed_kwh=kwh(then.full_w, then.lit_hours) - then.lit_kwh,
            dimmed_today_kwh=kwh(now.full_w, now.lit_hours) - now.lit_kwh,
        )

    async def _energy(
        self, rule: PolicyHours, at: tuple[float, float], evening: date, full_w: float
    ) -> AskedEnergy:
        key = (rule, cell_of(*at), evening, full_w)
        if key not in self._asked:
            followed = Followed(
                policy=rule.policy, revision=rule.revision, latitude_deg=at[0], longitude_deg=at[1]
            )
            timeline = await self.expected.timeline(followed, evening)
            model = default_power_model(Watts(full_w))
            self._asked[key] = asked_energy(timeline.spans(), model)
        return self._asked[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStretches:
    """When lanterns were seen to be dark, or lit by day: [first seen, last seen) of each fault."""

    dark: Mapping[LanternId, Sequence[Stretch]]
    day_burning: Mapping[LanternId, Sequence[Stretch]]

    def touch(self, lantern_id: LanternId, timeline: NightTimeline) -> bool:
        """Tell whether any of them touches a night."""
        start, end = timeline.night.start, timeline.night.end
        every = (*self.dark.get(lantern_id, ()), *self.day_burning.get(lantern_id, ()))
        return any(low < end and start < high for low, high in every)


async def fault_stretches(faults: FaultStore) -> FaultStretches:
    """Return when which lanterns were seen to be dark or lit by day, over all faults ever kept.

    Raises:
        StoreError: the database could not be read.
    """
    dark: dict[LanternId, list[Stretch]] = {}
    burning: dict[LanternId, list[Stretch]] = {}
    for kind, into in ((_OUTAGES[0], dark), (_OUTAGES[1], dark), (FaultKind.DAY_BURNER, burning)):
        after: int | None = None
        where = FaultFilter(is_open=None, kind=kind)
        while page := await faults.find(where, after=after, limit=_PAGE):
            after = page[-1].fault_id
            for fault in page:
                for lantern_id in fault.lanterns:
                    into.setdefault(lantern_id, []).append((fault.first_seen, fault.last_seen))
    return FaultStretches(
        dark={key: _merged(each) for key, each in dark.items()},
        day_burning={key: _merged(each) for key, each in burning.items()},
    )


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time in stretches that do not overlap, in order."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def fault_energy(
    lantern_id: LanternId, spans: Iterable[Span], full_w: Watts, seen: FaultStretches
) -> tuple[float, float]:
    """Return what faults kept from burning, and what they burned unasked [kWh].

    A lantern that burns by day is taken to do so at full power: nobody dims it then.
    """
    model, night = default_power_model(full_w), tuple(spans)
    lit = [span for span in night if span.level > OFF]
    unlit = [span for span in night if span.level == OFF]
    outage = modelled_kwh(clipped(lit, seen.dark.get(lantern_id, ())), model)
    by_day = clipped(unlit, seen.day_burning.get(lantern_id, ()))
    extra_w = model.full_w - model.standby_w
    return outage, fsum(kwh(extra_w, span.hours) for span in by_day)


def used_of(row: Row, outage_kwh: float = 0.0, day_burning_kwh: float = 0.0) -> UsedNight:
    """Return what a stored night with known energy says was used."""
    names = ("metered_kwh", "metered_hours", "modelled_kwh", "modelled_hours")
    figures = {name: float(str(row[name])) for name in names}
    return UsedNight(**figures, outage_kwh=outage_kwh, day_burning_kwh=day_burning_kwh)


def asked_kept(row: Row) -> AskedEnergy | None:
    """Return what a stored night says was asked, or None if it is from before that was kept."""
    kept = cast(Mapping[str, float] | None, row.get("asked"))
    return None if kept is None else asked_from_plain(kept)


def asked_again(row: Row, timeline: NightTimeline) -> AskedEnergy | None:
    """Return what a night asked that did not keep it, or None where that cannot be told for sure.

    Its watts are those that its stored baseline rests on: full power from first to last light.
    Where nothing was metered, the model must give the stored energy again.
    """
    night = tuple(timeline.spans())
    hours = fsum(span.hours for span in baseline_spans(night, Baseline.ALL_NIGHT))
    baseline_wh = float(str(row["baseline_kwh"])) * WATT_HOURS_PER_KWH
    if not hours or not baseline_wh or row["power_basis"] != UNVERIFIED_BASIS:
        return None
    watts = Watts(round(baseline_wh / hours, _WATT_DECIMALS))
    asked = asked_energy(night, default_power_model(watts))
    same = micro_wh(asked.model_kwh) == micro_wh(float(str(row["modelled_kwh"])))
    return asked if same or float(str(row["metered_hours"])) else None
