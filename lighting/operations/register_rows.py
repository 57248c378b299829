"""Rows of a CSV file of devices, read into what is asked; keys go in and are never repeated."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from typing import Any, TypeVar

from lighting.errors import RequestError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.csv_rows import csv_rows
from lighting.inventory.errors import CouncilFileError, listed
from lighting.inventory.mapping import CsvPart
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.rows import Rejected, RowProblem, SourceRow, row_problem
from lighting.inventory.sockets import Position
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.secret_text import (
    HIDDEN,
    holds_key,
    without_secrets,
    without_token,
)
from lighting.registration.eui import typed_join_eui
from lighting.registration.keys import RootKeys
from lighting.registration.label import read_label
from lighting.registration.tr005 import Tr005

REQUIRED = ("dev_eui", "device_id")
SECRET = ("app_key", "nwk_key")
PLAIN = ("stream_id", "application_id", "serial", "owner", "permit", "photo")
COLUMNS = (*REQUIRED, "lantern_id", "position", "join_eui", *SECRET, *PLAIN, "accept")
"""``dev_eui`` may hold a TR005 code, ``position`` is such as ``bottom`` or ``bottom-2``.

``accept`` is the reason why who registers the file answers for what cannot be proved of a fit.
"""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row that says what to do. ``cells`` are its texts without the keys."""

    row: int
    asked: RegisterAsked
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns as the reader of CSV files wants them."""

    name: str = "bulk registration"
    csv: CsvPart = field(default_factory=CsvPart)
    none: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """Return every column that is read."""
        return COLUMNS

    def required_columns(self) -> tuple[str, ...]:
        """Return the columns without which the file is refused."""
        return REQUIRED


def read_rows(data: bytes, *, by: str) -> Iterator[ReadRow | Rejected]:
    """Return the rows of a file, to be read one by one; a DevEUI that comes twice is refused.

    Raises:
        CouncilFileError: no CSV text, a column is missing, or one that is not known: it may be a
            key under another name, which would be lost in silence.
    """
    _refuse_unknown_columns(data)
    return _each_once(csv_rows(BytesIO(data), _Columns()), by)


def shown(name: str, value: str) -> str:
    """Return a cell as a report may repeat it."""
    return HIDDEN if name in SECRET or holds_key(value) else without_token(value)


def _refuse_unknown_columns(data: bytes) -> None:
    first = data.partition(b"\n")[0].decode("utf-8-sig", errors="replace")
    try:
        header = next(csv.reader(StringIO(first)), [])
    except csv.Error:
        return  # told by the reader of the file
    names = [" ".join(cell.split()) for cell in header]
    unknown = [name for name in names if name not in COLUMNS]
    if unknown and any(name in names for name in REQUIRED):
        raise CouncilFileError(
            f"columns not known: {listed([shown('', name) for name in unknown])}",
            f"rename or remove them; known are {', '.join(COLUMNS)}",
        )


def _each_once(rows: Iterator[SourceRow | Rejected], by: str) -> Iterator[ReadRow | Rejected]:
    seen: dict[DevEui, int] = {}
    for source in rows:
        if isinstance(source, Rejected):
            yield _unshown(source)
            continue
        read = _Reader(source).read(by)
        if isinstance(read, ReadRow):
            first = seen.setdefault(read.asked.dev_eui, read.row)
            if first != read.row:
                read = _twice(read, first)
        yield read


def _unshown(rejected: Rejected) -> Rejected:
    """Return what the reader refused without the value: it may hold a key, or a part of one."""
    return replace(
        rejected, problems=tuple(replace(each, value=HIDDEN) for each in rejected.problems)
    )


def _twice(read: ReadRow, first: int) -> Rejected:
    problem = row_problem(
        read.row,
        field="dev_eui",
        value=read.cells["dev_eui"],
        problem=f"row {first} has it already",
        cure="keep one of the two rows",
    )
    return Rejected(row=read.row, problems=(problem,))


class _Reader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, source: SourceRow) -> None:
        self._row = source.row
        self._cells = source.cells
        self._problems: list[RowProblem] = []

    def read(self, by: str) -> ReadRow | Rejected:
        """Return what the row asks for, or every reason why it cannot be read."""
        label = self._take("dev_eui", read_label)
        device_id = self._take("device_id", str)
        position = self._take("position", _position, None)
        join_eui = self._take("join_eui", typed_join_eui, None)
        keys = self._keys()
        code = label if isinstance(label, Tr005) else None
        if code and join_eui and code.join_eui != join_eui:
            self._wrong("join_eui", "is not the one of the code in dev_eui", "remove one of them")
        if self._problems or label is None or device_id is None:
            return Rejected(row=self._row, problems=tuple(self._problems))
        place, number = position or (None, 1)
        lantern, reason = self._cells.get("lantern_id"), self._cells.get("accept")
        asked = RegisterAsked(
            dev_eui=label.dev_eui if isinstance(label, Tr005) else label,
            device_id=device_id,
            by=by,
            lantern_id=None if lantern is None else LanternId(lantern),
            position=place,
            number=number,
            join_eui=join_eui or (code.join_eui if code else None),
            keys=keys,
            label=f"{code.vendor_id:04x}{code.vendor_profile_id:04x}" if code else "",
            acceptance=Acceptance(by=by, reason=reason) if reason else None,
            **self._plain(code),
        )
        cells = {name: shown(name, text) for name, text in self._cells.items()}
        return ReadRow(row=self._row, asked=asked, cells=cells)

    def _plain(self, code: Tr005 | None) -> dict[str, Any]:
        plain = {name: self._cells.get(name, "") for name in PLAIN}
        if code and code.serial and not plain["serial"]:
            plain["serial"] = code.serial
        return plain

    def _keys(self) -> RootKeys | None:
        app_key, nwk_key = (self._cells.get(name) for name in SECRET)
        if app_key is None:
            if nwk_key is not None:
                self._wrong("app_key", "is missing beside the nwk_key", "give both, or neither")
            return None
        for name, text in (("app_key", app_key), ("nwk_key", nwk_key)):
            if text is not None:
                self._take(name, RootKeys.from_hex)
        return None if self._problems else RootKeys.from_hex(app_key, nwk_key)

    def _take(
        self, name: str, parse: Callable[[str], Value], default: Value | None = None
    ) -> Value | None:
        text = self._cells.get(name)
        if text is None:
            if name in REQUIRED:
                self._wrong(name, "is missing", "give a value")
            return default
        try:
            return parse(text)
        except RequestError as exc:
            problem, _, cure = without_secrets(str(exc), text).partition("; ")
            self._wrong(name, problem, cure or "correct it")
            return default

    def _wrong(self, name: str, problem: str, cure: str) -> None:
        value = shown(name, self._cells.get(name, ""))
        self._problems.append(
            row_problem(self._row, field=name, value=value, problem=problem, cure=cure)
        )


class _PositionError(RequestError):
    """A text that is no position."""


def _position(text: str) -> tuple[Position, int]:
    word, dash, number = text.casefold().partition("-")
    if word not in set(Position) or (dash and not (number.isdecimal() and 0 < int(number) < 100)):  # noqa: PLR2004 - two digits
        raise _PositionError(f"is no position; give {', '.join(Position)}, or such as bottom-2")
    return Position(word), int(number) if number else 1
