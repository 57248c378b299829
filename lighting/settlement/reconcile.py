"""Our half-hourly kWh beside a meter administrator's: what differs, where, and what is not there.

Only half-hours that both have are compared; none is filled in on either side. A difference is
theirs less ours: positive where more was settled than we worked out.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lighting.settlement.administrator_file import AdministratorFile, FileShape
from lighting.settlement.half_hours import start_of
from lighting.units import KilowattHours


@dataclass(frozen=True, slots=True, kw_only=True)
class OurHalfHour:
    """Our billing view of a half-hour [kWh], and how much of it rests on the default."""

    kwh: float
    default_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Sums over half-hours that both sides have [kWh]."""

    half_hours: int
    ours_kwh: KilowattHours
    ours_default_kwh: KilowattHours
    theirs_kwh: KilowattHours

    @property
    def difference_kwh(self) -> KilowattHours:
        """Theirs less ours."""
        return KilowattHours(self.theirs_kwh - self.ours_kwh)

    @property
    def difference_percent(self) -> float | None:
        """The difference in percent of theirs; None where theirs is nothing."""
        return None if not self.theirs_kwh else 100 * self.difference_kwh / self.theirs_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """One half-hour's two figures [kWh]."""

    half_hour: int
    ours_kwh: float
    theirs_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The comparison by settlement date, in all, and the half-hours that differ most.

    ``only_theirs`` and ``only_ours`` are half-hours that one side alone has, ours only on days that
    are in their file; ``theirs`` has what their file lacks or has twice or negative.
    """

    by_day: Mapping[date, Compared]
    total: Compared
    worst: tuple[Worst, ...]
    only_theirs: tuple[int, ...]
    only_ours: tuple[int, ...]
    theirs: AdministratorFile


def reconcile_files(
    ours: Mapping[int, OurHalfHour],
    theirs: AdministratorFile,
    shape: FileShape,
    *,
    worst: int = 10,
) -> Reconciliation:
    """Compare half-hours by half-hours; days are those of their file's clock."""
    day_of = {half_hour: day for day in theirs.days for half_hour in shape.half_hours(day)}
    both = sorted(ours.keys() & theirs.kwh.keys())
    days: dict[date, list[int]] = defaultdict(list)
    for half_hour in both:
        days[day_of[half_hour]].append(half_hour)
    furthest = sorted(both, key=lambda h: (-abs(theirs.kwh[h] - ours[h].kwh), h))
    return Reconciliation(
        by_day={day: _compared(days[day], ours, theirs.kwh) for day in theirs.days},
        total=_compared(both, ours, theirs.kwh),
        worst=tuple(
            Worst(half_hour=h, ours_kwh=ours[h].kwh, theirs_kwh=theirs.kwh[h])
            for h in furthest[:worst]
            if theirs.kwh[h] != ours[h].kwh
        ),
        only_theirs=tuple(sorted(theirs.kwh.keys() - ours.keys())),
        only_ours=tuple(sorted((ours.keys() & day_of.keys()) - theirs.kwh.keys())),
        theirs=theirs,
    )


def _compared(
    half_hours: list[int], ours: Mapping[int, OurHalfHour], theirs: Mapping[int, float]
) -> Compared:
    return Compared(
        half_hours=len(half_hours),
        ours_kwh=KilowattHours(sum(ours[h].kwh for h in half_hours)),
        ours_default_kwh=KilowattHours(sum(ours[h].default_kwh for h in half_hours)),
        theirs_kwh=KilowattHours(sum(theirs[h] for h in half_hours)),
    )


def half_hour_text(half_hour: int) -> str:
    """Return the start of a half-hour as people and programs read it, in UTC."""
    return start_of(half_hour).strftime("%Y-%m-%dT%H:%MZ")
