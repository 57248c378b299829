"""Read a published series of carbon intensity as CSV: the national one, or one of all regions.

Two layouts are known (reference energy.md 3; ../shared/data/README.md):

* ``from,to,forecast,actual,index``: the national series, or one region's, with start and end.
* ``time,region,name,ci,...``: forecasts of all regions; ``region`` is NESO's id.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from lighting.energy.carbon_errors import IntensityFileError, IntensityValueError
from lighting.energy.half_hours import half_hour_of, start_of
from lighting.energy.intensity import (
    IntensityRow,
    Merged,
    Region,
    merged,
)

_PERIODS = ("from", "to", "forecast", "actual")
_REGIONS = ("time", "region", "ci")
_EMPTY = frozenset({"", "null", "nan", "none"})
"""How a value that is not there is written, in small letters: by hand, JSON, pandas and Python."""
_CELL_MAX = 40

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one row is read; ``naive_is_utc`` is said by who imports the file, never guessed."""

    region: Region
    naive_is_utc: bool


def read_intensity_csv(
    text: str, *, document: str, region: Region, naive_is_utc: bool = False
) -> Merged:
    """Return the rows of ``region`` in ``text``; ``document`` names the file in errors.

    Times without a zone are refused unless ``naive_is_utc`` says that they are UTC.

    Raises:
        IntensityFileError: another layout, a row that cannot be read, or no row of the region;
            names every line, and nothing is taken.
    """
    reader = csv.reader(StringIO(text.removeprefix("\ufeff")))
    problems: list[str] = []
    rows: list[IntensityRow] = []
    try:
        columns = [name.strip() for name in next(reader, [])]
        read = _reader_of(columns, document)
        layout = _Layout(region, naive_is_utc)
        for cells in reader:
            row = _read(read, columns, cells, layout, f"line {reader.line_num}: ", problems)
            if row is not None:
                rows.append(row)
    except csv.Error as exc:
        raise IntensityFileError(document, [f"line {reader.line_num}: is no CSV: {exc}"]) from exc
    if not rows and not problems:
        problems.append(f"has no row of region {region.value} ({region.words})")
    if problems:
        raise IntensityFileError(document, problems)
    return merged(rows)


Reader = Callable[[Cells, _Layout], IntensityRow | None]


class _CellError(Exception):
    """What is wrong with a cell."""


def _reader_of(columns: list[str], document: str) -> Reader:
    for names, read in ((_PERIODS, _period), (_REGIONS, _region)):
        if all(columns.count(name) == 1 for name in names):
            return read
    found = ", ".join(name[:_CELL_MAX] for name in columns[:20]) or "none"
    layouts = f"{', '.join(_PERIODS)}, or {', '.join(_REGIONS)}"
    raise IntensityFileError(document, [f"its columns are {found}; expected {layouts}, each once"])


def _read(
    read: Reader,
    columns: list[str],
    cells: list[str],
    layout: _Layout,
    place: str,
    problems: list[str],
) -> IntensityRow | None:
    if not cells:
        return None  # an empty line
    try:
        return read(_named(columns, cells), layout)
    except (_CellError, IntensityValueError) as exc:
        problems.append(f"{place}{exc}")
        return None


def _named(columns: list[str], cells: list[str]) -> Cells:
    if len(cells) != len(columns):
        raise _CellError(f"has {len(cells)} cells, expected {len(columns)}")
    return dict(zip(columns, map(str.strip, cells), strict=True))


def _period(cells: Cells, layout: _Layout) -> IntensityRow:
    half_hour = _half_hour(cells, "from", layout)
    if _half_hour(cells, "to", layout) != half_hour + 1:
        raise _CellError(f"to {cells['to'][:_CELL_MAX]!r} is not half an hour after from")
    return IntensityRow(half_hour, _grams(cells, "forecast"), _grams(cells, "actual"))


def _region(cells: Cells, layout: _Layout) -> IntensityRow | None:
    text = cells["region"]
    if not text.isdecimal():
        allowed = f"NESO's id, such as {Region.YORKSHIRE.value}"
        raise _CellError(f"region is {text[:_CELL_MAX]!r}; allowed: {allowed}")
    if int(text) != layout.region:
        return None
    return IntensityRow(_half_hour(cells, "time", layout), _grams(cells, "ci"), None)


def _half_hour(cells: Cells, name: str, layout: _Layout) -> int:
    text = cells[name]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _CellError(
            f"{name} {text[:_CELL_MAX]!r} is no time such as 2023-01-01 00:00:00+00:00"
        ) from None
    if at.tzinfo is None:
        if not layout.naive_is_utc:
            raise _CellError(f"{name} {text!r} has no zone; if the file's times are UTC, say so")
        at = at.replace(tzinfo=UTC)
    half_hour = half_hour_of(at)
    if start_of(half_hour) != at:
        raise _CellError(f"{name} {text!r} is not the start of a half-hour")
    return half_hour


def _grams(cells: Cells, name: str) -> float | None:
    text = cells[name]
    if text.casefold() in _EMPTY:
        return None
    try:
        return float(text)
    except ValueError:
        raise _CellError(f"{name} is {text[:_CELL_MAX]!r}; allowed: gCO2/kWh, or empty") from None
