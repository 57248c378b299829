"""Cost of half-hours by a tariff: exact sums; what no tariff covers is counted, never priced.

Energy is rounded to millionths of a watt-hour once; everything after that is exact, so the lines
add up to the total, and the parts of a period to the whole. A day's standing charge falls on its
first half-hour, so that any division of time counts every day once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lighting.energy.half_hours import start_of
from lighting.energy.tariff import MICRO, Rates, Tariff, TariffPeriod, checked_energy

_EXACT = Context(prec=100, traps=[Inexact])
"""Digits enough for any sum of pounds here; a result that were rounded would raise instead."""

_MICRO_WH_PER_KWH = Decimal(1000 * MICRO)
_PER_CENT = Decimal("0.01")
ZERO = Decimal(0)


class Charge(StrEnum):
    """What a line of a bill is for."""

    UNIT = "unit rate"
    DUOS = "distribution (DUoS)"
    LEVY = "climate change levy"
    STANDING = "standing charge"
    VAT = "VAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One line: ``quantity`` in ``unit`` (kWh, days, or GBP that VAT is on) times ``rate``.

    ``rate`` is GBP for one unit, and percent for VAT. ``first`` and ``end`` are the validity of
    the tariff's period (local dates, ``end`` not included).
    """

    charge: Charge
    band: str
    first: date
    end: date
    quantity: Decimal
    unit: str
    rate: Decimal
    gbp: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Lines of a cost, and what no tariff covers: half-hours, their energy, and where they are.

    ``notes`` say what is not in the figures.
    """

    title: str
    lines: tuple[CostLine, ...]
    priced_half_hours: int
    priced_kwh: Decimal
    no_tariff_half_hours: int
    no_tariff_kwh: Decimal
    no_tariff: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def total_gbp(self) -> Decimal | None:
        """The exact sum of the lines [GBP]; None where no half-hour has a tariff."""
        return _sum(line.gbp for line in self.lines) if self.priced_half_hours else None

    def of_charge(self, charge: Charge) -> Decimal:
        """Return the exact sum of the lines for one charge [GBP]."""
        return _sum(line.gbp for line in self.lines if line.charge is charge)


@dataclass(frozen=True, slots=True)
class _Local:
    """When a half-hour starts on the wall clock."""

    day: date
    month: int
    weekday: int
    slot: int


@dataclass(slots=True)
class _Priced:
    """Places of half-hours, by band, of one period; and how many days begin in them."""

    period: TariffPeriod
    places: list[int]
    unit: Mapping[int, list[int]]
    duos: Mapping[int, list[int]]
    days: int


class Prices:
    """A tariff laid over a stretch of half-hours, to cost any number of series with."""

    def __init__(self, tariff: Tariff, *, first: int, half_hours: int, zone: str) -> None:
        """Lay ``tariff`` over ``half_hours`` from number ``first``, by wall clocks in ``zone``."""
        self._tariff = tariff
        self._first = first
        self._count = half_hours
        tz = ZoneInfo(zone)
        local = [_local(first + number, tz) for number in range(-1, half_hours)]
        begins = [before.day != now.day for before, now in pairwise(local)]
        self._priced = [_laid(period, local[1:], begins) for period in tariff.periods]
        covered = {place for priced in self._priced for place in priced.places}
        self._outside = [place for place in range(half_hours) if place not in covered]

    def half_hours_by_band(self) -> list[tuple[TariffPeriod, dict[str, int], dict[str, int]]]:
        """Return, for each period, in how many half-hours each unit rate and DUoS band holds."""
        return [
            (
                priced.period,
                _counts(priced.period.unit_rates, priced.unit),
                _counts(priced.period.duos, priced.duos),
            )
            for priced in self._priced
        ]

    def cost(self, energy_wh: NDArray[np.float64]) -> Cost:
        """Return the cost of ``energy_wh`` [Wh], shape (half-hours,), one value a half-hour.

        Energy may be negative (a saving that is none).

        Raises:
            EnergyValueError: an energy is not a finite number.
            ValueError: there are not as many values as half-hours.
        """
        if len(energy_wh) != self._count:
            raise ValueError(f"{len(energy_wh)} values for {self._count} half-hours")
        micro_wh = checked_energy(energy_wh)
        used = [priced for priced in self._priced if priced.places]
        outside = _kwh(micro_wh, self._outside)
        return Cost(
            title=self._tariff.title,
            lines=tuple(line for priced in used for line in _lines(priced, micro_wh)),
            priced_half_hours=self._count - len(self._outside),
            priced_kwh=_EXACT.subtract(_kwh(micro_wh, range(self._count)), outside),
            no_tariff_half_hours=len(self._outside),
            no_tariff_kwh=outside,
            no_tariff=_stretches(self._outside, self._first),
            notes=tuple(note for priced in used for note in _notes(priced.period)),
            sources=tuple(dict.fromkeys(priced.period.source for priced in used)),
        )


def _local(half_hour: int, tz: ZoneInfo) -> _Local:
    at = start_of(half_hour).astimezone(tz)
    return _Local(at.date(), at.month - 1, at.weekday(), at.hour * 2 + at.minute // 30)


def _laid(period: TariffPeriod, local: Sequence[_Local], begins: Sequence[bool]) -> _Priced:
    places = [n for n, at in enumerate(local) if period.first <= at.day < period.end]
    return _Priced(
        period=period,
        places=places,
        unit=_by_band(period.unit_rates, local, places),
        duos=_by_band(period.duos, local, places),
        days=sum(begins[place] for place in places),
    )


def _by_band(
    rates: Rates | None, local: Sequence[_Local], places: Sequence[int]
) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    if rates is not None:
        for place in places:
            at = local[place]
            found[int(rates.plan[at.month, at.weekday, at.slot])].append(place)
    return dict(sorted(found.items()))


def _counts(rates: Rates | None, places: Mapping[int, list[int]]) -> dict[str, int]:
    bands = () if rates is None else rates.bands
    return {band.name: len(places.get(number, ())) for number, band in enumerate(bands)}


def _lines(priced: _Priced, micro_wh: Sequence[int]) -> list[CostLine]:
    period = priced.period
    lines = _band_lines(period, Charge.UNIT, period.unit_rates, priced.unit, micro_wh)
    if period.duos is not None:
        lines += _band_lines(period, Charge.DUOS, period.duos, priced.duos, micro_wh)
    if period.climate_levy_gbp_per_kwh is not None:
        energy = _kwh(micro_wh, priced.places)
        lines.append(_line(period, Charge.LEVY, "", energy, period.climate_levy_gbp_per_kwh))
    days = Decimal(priced.days)
    lines.append(_line(period, Charge.STANDING, "", days, period.standing_gbp_per_day))
    if period.vat_percent is not None:
        taxed = _sum(line.gbp for line in lines)
        lines.append(_line(period, Charge.VAT, "", taxed, period.vat_percent))
    return lines


def _band_lines(
    period: TariffPeriod,
    charge: Charge,
    rates: Rates,
    places: Mapping[int, list[int]],
    micro_wh: Sequence[int],
) -> list[CostLine]:
    return [
        _line(
            period,
            charge,
            rates.bands[number].name,
            _kwh(micro_wh, there),
            rates.bands[number].gbp_per_kwh,
        )
        for number, there in places.items()
    ]


_UNITS = {Charge.STANDING: "days", Charge.VAT: "GBP"}


def _line(
    period: TariffPeriod, charge: Charge, band: str, quantity: Decimal, rate: Decimal
) -> CostLine:
    gbp = _EXACT.multiply(quantity, rate)
    return CostLine(
        charge=charge,
        band=band,
        first=period.first,
        end=period.end,
        quantity=quantity,
        unit=_UNITS.get(charge, "kWh"),
        rate=rate,
        gbp=_EXACT.multiply(gbp, _PER_CENT) if charge is Charge.VAT else gbp,
    )


def _kwh(micro_wh: Sequence[int], places: Iterable[int]) -> Decimal:
    return _EXACT.divide(Decimal(sum(micro_wh[place] for place in places)), _MICRO_WH_PER_KWH)


def _sum(parts: Iterable[Decimal]) -> Decimal:
    total = ZERO
    for part in parts:
        total = _EXACT.add(total, part)
    return total


def _notes(period: TariffPeriod) -> list[str]:
    since = f"from {period.first.isoformat()}"
    missing = {
        "VAT": period.vat_percent,
        "climate change levy": period.climate_levy_gbp_per_kwh,
        "DUoS of its own": period.duos,
    }
    return [f"{since}: no {name} is stated" for name, value in missing.items() if value is None]


def _stretches(places: Sequence[int], first: int) -> tuple[tuple[int, int], ...]:
    """Return (first, end) of the stretches of half-hours at ``places``."""
    found: list[tuple[int, int]] = []
    for place in places:
        number = first + place
        if found and found[-1][1] == number:
            found[-1] = found[-1][0], number + 1
        else:
            found.append((number, number + 1))
    return tuple(found)
