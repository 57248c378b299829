"""A meter administrator's half-hourly file, as CSV: which columns, which clock; nothing is filled.

No layout of such a file is known here (its own form, D0379, goes between systems): which columns
hold what is for the user to say. Two shapes: *wide*, a row for each settlement date and a column
for each period, and *long*, a row for each date and period. Dates are UTC days of 48 periods, or
local days of 46, 48 or 50.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from lighting.settlement.errors import SettlementValueError
from lighting.settlement.half_hours import PERIODS_IN_A_UTC_DAY, civil_day, utc_day
from lighting.settlement.tables import Faults, number, table_rows, whole

PERIODS_MAX = 50
"""Periods of the longest local day: the one on which UK clocks go back."""


class Shape(Enum):
    """How half-hours stand in the file."""

    WIDE = "wide"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape:
    """Which columns hold what. ``zone`` None: settlement dates are UTC days.

    ``period_prefix`` stands before the number of a period in the name of a wide file's columns;
    ``kwh_per_unit`` is what a figure is to be multiplied by to be kWh (1000 for MWh).
    """

    shape: Shape = Shape.WIDE
    date_column: str = "settlement_date"
    date_format: str = "%Y-%m-%d"
    period_prefix: str = "hh"
    period_column: str = "period"
    value_column: str = "kwh"
    kwh_per_unit: float = 1.0
    zone: ZoneInfo | None = None

    def half_hours(self, day: date) -> range:
        """Return the half-hours of a settlement date, period 1 first."""
        return utc_day(day) if self.zone is None else civil_day(day, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A figure that is not used, and where it stands."""

    line: int
    day: date
    period: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorFile:
    """Energy [kWh] by half-hour; days in the file; what is missing, and what is not used and why.

    ``missing`` are periods that a day in the file has and the file leaves empty.
    """

    kwh: Mapping[int, float]
    days: tuple[date, ...]
    missing: tuple[tuple[date, int], ...]
    duplicates: tuple[Odd, ...]
    negatives: tuple[Odd, ...]
    beyond: tuple[Odd, ...]


@dataclass(frozen=True, slots=True)
class _Figure:
    line: int
    day: date
    period: int
    value: float


def read_administrator_file(text: str, shape: FileShape) -> AdministratorFile:
    """Read a file. Negative figures, and those of periods that a day does not have, are not used.

    A period that is there twice is used once if both figures are equal, else not at all; it is
    listed either way.

    Raises:
        SettlementFileError: columns are missing, or a cell is no date, period or number.
    """
    faults = Faults("half-hourly file")
    days: dict[date, None] = {}
    figures = _wide if shape.shape is Shape.WIDE else _long
    sorting = _Sorting(shape)
    for each in figures(text, shape, faults, days):
        sorting.take(each)
    faults.check()
    return sorting.sorted(days)


@dataclass(slots=True)
class _Sorting:
    """Figures, put where they belong."""

    shape: FileShape
    found: dict[tuple[date, int], list[_Figure]] = field(default_factory=lambda: defaultdict(list))
    negatives: list[Odd] = field(default_factory=list)
    beyond: list[Odd] = field(default_factory=list)
    seen: set[tuple[date, int]] = field(default_factory=set)

    def take(self, figure: _Figure) -> None:
        """Keep a figure, or note why it is not used."""
        self.seen.add((figure.day, figure.period))
        periods = len(self.shape.half_hours(figure.day))
        if figure.period > periods:
            self.beyond.append(_odd(figure, f"the day has {periods} periods"))
        elif figure.value < 0:
            self.negatives.append(_odd(figure, f"{figure.value:g} is negative"))
        else:
            self.found[figure.day, figure.period].append(figure)

    def sorted(self, days: Mapping[date, None]) -> AdministratorFile:
        """Return the file; ``days`` are all of its dates, also those without a figure."""
        kwh: dict[int, float] = {}
        duplicates: list[Odd] = []
        for (day, period), figures in self.found.items():
            values = {figure.value for figure in figures}
            if len(values) == 1:
                half_hour = self.shape.half_hours(day)[period - 1]
                kwh[half_hour] = values.pop() * self.shape.kwh_per_unit
                problem = "there again, with the same figure: used once"
            else:
                problem = f"there with {len(values)} different figures: not used"
            duplicates += [_odd(figure, problem) for figure in figures[1:]]
        missing = [
            (day, period)
            for day in sorted(days)
            for period in range(1, len(self.shape.half_hours(day)) + 1)
            if (day, period) not in self.seen
        ]
        return AdministratorFile(
            kwh=kwh,
            days=tuple(sorted(days)),
            missing=tuple(missing),
            duplicates=tuple(duplicates),
            negatives=tuple(self.negatives),
            beyond=tuple(self.beyond),
        )


def _odd(figure: _Figure, problem: str) -> Odd:
    return Odd(line=figure.line, day=figure.day, period=figure.period, problem=problem)


def _wide(text: str, shape: FileShape, faults: Faults, days: dict[date, None]) -> Iterator[_Figure]:
    columns = {f"{shape.period_prefix}{n}": n for n in range(1, PERIODS_MAX + 1)}
    usual, more = list(columns)[:PERIODS_IN_A_UTC_DAY], list(columns)[PERIODS_IN_A_UTC_DAY:]
    for row in table_rows(text, (shape.date_column, *usual), faults, optional=more):
        day = faults.read(row, shape.date_column, _day(shape))
        if day is None:
            continue
        days[day] = None
        for column, period in columns.items():
            value = _figure(row.cells[column], column, faults, row.line)
            if value is not None:
                yield _Figure(row.line, day, period, value)


def _long(text: str, shape: FileShape, faults: Faults, days: dict[date, None]) -> Iterator[_Figure]:
    columns = (shape.date_column, shape.period_column, shape.value_column)
    for row in table_rows(text, columns, faults):
        day = faults.read(row, shape.date_column, _day(shape))
        period = faults.read(row, shape.period_column, whole("period", 1, PERIODS_MAX))
        value = _figure(row.cells[shape.value_column], shape.value_column, faults, row.line)
        if day is None or period is None:
            continue
        days[day] = None
        if value is not None:
            yield _Figure(row.line, day, period, value)


def _figure(text: str, column: str, faults: Faults, line: int) -> float | None:
    """Return the figure of a cell; None where it is empty, or wrong and noted."""
    if not text:
        return None
    try:
        return number(column, low=float("-1e300"))(text)
    except SettlementValueError:
        faults.add(line, column, f"{text[:64]!r}", "a finite number, or empty for a missing one")
        return None


def _day(shape: FileShape) -> Callable[[str], date]:
    def parse(text: str) -> date:
        try:
            return datetime.strptime(text, shape.date_format).date()  # noqa: DTZ007 - a date only
        except ValueError:
            raise SettlementValueError("settlement date", text, shape.date_format) from None

    return parse
