"""ReportDocument: what a savings report says, before any file format.

Every number is rounded here, once, and carries its unit: a format that prints a figure prints what
every other format prints. Nothing in a document is markup, whatever a name may look like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from lighting.energy.errors import EnergyValueError

PRINTED_ROWS_MAX = 100
"""Rows of a table that pages (HTML, PDF) print; files for programs have all of them."""

UNKNOWN = "unknown"


class How(StrEnum):
    """How a figure is known: what a meter counted and what a model worked out are never one."""

    METERED = "metered"
    MODELLED = "modelled"
    MIXED = "metered and modelled"
    COUNTED = "counted"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it is shown: rounded to ``decimals``, in ``unit``; None where it is unknown."""

    value: float | None
    unit: str
    decimals: int

    @property
    def plain(self) -> str:
        """The number without unit or separators, for programs: ``15601234.0``; "" if unknown."""
        return "" if self.value is None else f"{self.value:.{self.decimals}f}"

    @property
    def text(self) -> str:
        """The number for people, without its unit: ``15,601,234.0``."""
        return UNKNOWN if self.value is None else f"{self.value:,.{self.decimals}f}"

    @property
    def with_unit(self) -> str:
        """The number for people with its unit: ``15.6 GWh``."""
        return f"{self.text} {self.unit}".strip()


def figure(value: float | None, unit: str, decimals: int) -> Figure:
    """Return ``value`` rounded to ``decimals``: the only place where a report rounds.

    Raises:
        EnergyValueError: it is not a finite number.
    """
    if value is None:
        return Figure(value=None, unit=unit, decimals=decimals)
    try:
        rounded = round(value, decimals) + 0.0  # never -0.0
        float(rounded).as_integer_ratio()
    except (OverflowError, ValueError):
        raise EnergyValueError(value) from None
    return Figure(value=rounded, unit=unit, decimals=decimals)


def count(number: int, unit: str = "") -> Figure:
    """Return a whole number of things."""
    return Figure(value=number, unit=unit, decimals=0)


Cell = str | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's name, the unit of its figures, and how they are known."""

    name: str
    unit: str = ""
    how: How | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns; the first cell of a row is its name. ``note`` is told under it.

    Of more than ``printed_max`` rows, pages print the first ones and the last.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    printed_max: int = PRINTED_ROWS_MAX

    @property
    def printed_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that pages print: all, or the first ones and the last (often the total)."""
        if len(self.rows) <= self.printed_max:
            return self.rows
        return (*self.rows[: self.printed_max - 1], self.rows[-1])

    @property
    def printed_note(self) -> str:
        """The note, and how many rows pages leave out."""
        left_out = len(self.rows) - len(self.printed_rows)
        if not left_out:
            return self.note
        told = (
            f"{left_out:,} of {len(self.rows):,} rows are not printed here; the XLSX, CSV and JSON"
            " files of this report have all of them."
        )
        return f"{self.note} {told}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A Vega-Lite specification that draws what the table ``table`` (its key) says."""

    title: str
    alt: str
    table: str
    spec: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure of the summary: how it is known, its evidence, and its 90 % interval if stated."""

    name: str
    figure: Figure
    how: How
    evidence: str = ""
    low: Figure | None = None
    high: Figure | None = None

    @property
    def interval(self) -> str:
        """The interval for people: ``33 to 42 %``, or that none is stated; a count needs none."""
        if self.low is None or self.high is None:
            return "–" if self.how is How.COUNTED else "not stated"
        return f"{self.low.text} to {self.high.with_unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report: pictures, and the tables that say the same."""

    title: str
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A part that this report does not have, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """A savings report over the nights ``first`` to ``last`` (dates of their evenings).

    ``statement`` is what a savings statement must carry (IPMVP, reference energy.md 6.1), by name.
    ``edition`` is told by the content alone: two reports that say the same have the same.
    """

    title: str
    first: date
    last: date
    headline: str
    key_figures: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
    absent: tuple[Absent, ...]
    statement: tuple[tuple[str, str], ...]
    method: tuple[str, ...]
    attribution: str
    edition: str = ""

    @property
    def period(self) -> str:
        """The nights that it is about, in words."""
        if self.first == self.last:
            return f"Night of {_day(self.first)}"
        return f"Nights of {_day(self.first)} to {_day(self.last)}"

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in order."""
        return tuple(table for section in self.sections for table in section.tables)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in order."""
        return tuple(chart for section in self.sections for chart in section.charts)

    def of_edition(self, edition: str) -> "ReportDocument":
        """Return the same document with its edition."""
        return replace(self, edition=edition)


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
