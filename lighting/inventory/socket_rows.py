"""A CSV of sockets, row by row: every row becomes a Socket or is refused with every reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TypeVar

from firmware_profiles.devices.device import SocketStandard
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.csv_rows import csv_rows
from lighting.inventory.lantern_row import Findings
from lighting.inventory.mapping import CsvPart
from lighting.inventory.rows import Rejected, SourceRow
from lighting.inventory.sockets import (
    NUMBER_MAX,
    Figure,
    Limit,
    Position,
    Socket,
    SocketId,
    Wire,
    wiring_fault,
)

REQUIRED = ("lantern_id", "position", "standard", "wiring")
OPTIONAL = ("number", *Figure, "limits_source")

FIGURE_MAX = {
    Figure.MASS: 20_000.0,
    Figure.AUX_AVERAGE: 100.0,
    Figure.AUX_PEAK: 100.0,
    Figure.BUS: 1000.0,
    Figure.MAINS: 10_000.0,
}
"""More is a slip, of the unit mostly. Our own limits: ten times what lanterns give, or more."""

NO_SOURCE = "stated in an import without a source"

_WIRES = {"dali": Wire.DALI, "aux": Wire.AUX_24V, "24 v": Wire.AUX_24V, "io": Wire.IO_PADS} | {
    wire.casefold(): wire for wire in Wire
}

Word = TypeVar("Word", SocketStandard, Position)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The one mapping of socket files: our own columns."""

    name: str = "sockets"
    csv: CsvPart = field(default_factory=CsvPart)
    none: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        return (*REQUIRED, *OPTIONAL)

    def required_columns(self) -> tuple[str, ...]:
        return REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketRow:
    """A row that became a socket."""

    row: int
    socket: Socket


def read_sockets(stream: IO[bytes]) -> Iterator[SocketRow | Rejected]:
    """Return what becomes of each row of ``stream``; its header is read now.

    Raises:
        CouncilFileError: the file as a whole cannot be read, or columns are missing.
    """
    return _outcomes(csv_rows(stream, _Columns()))


def parse_wiring(text: str) -> frozenset[Wire]:
    """Return the wires that ``text`` names, separated by semicolons or commas.

    Raises:
        RefusedError: one of them is none.
    """
    words = [" ".join(word.split()).casefold() for word in text.replace(",", ";").split(";")]
    unknown = [word for word in words if word and word not in _WIRES]
    if unknown:
        raise RefusedError(f"{unknown[0]!r} is no wire; allowed: {'; '.join(Wire)}")
    return frozenset(_WIRES[word] for word in words if word)


def _outcomes(rows: Iterator[SourceRow | Rejected]) -> Iterator[SocketRow | Rejected]:
    seen: dict[SocketId, int] = {}
    for row in rows:
        if isinstance(row, Rejected):
            yield row
            continue
        outcome = _socket(row)
        if isinstance(outcome, SocketRow):
            socket_id = outcome.socket.socket_id
            first = seen.setdefault(socket_id, row.row)
            if first != row.row:
                findings = Findings(row.row)
                cure = "give it another position or number, or remove one row"
                findings.refuse("position", socket_id, f"row {first} has the same socket", cure)
                outcome = Rejected(row=row.row, problems=tuple(findings.problems))
        yield outcome


def _socket(row: SourceRow) -> SocketRow | Rejected:
    findings = Findings(row.row)
    cells = row.cells
    lantern_id = cells.get("lantern_id", "")
    if not lantern_id:
        findings.refuse("lantern_id", "", "is missing", "give the id of a lantern")
    standard = _one_of(SocketStandard, "standard", row, findings)
    position = _one_of(Position, "position", row, findings)
    wiring = _wiring(row, standard, findings)
    number = _number(row, findings)
    limits = _limits(row, findings)
    if findings.problems or standard is None or position is None:
        return Rejected(row=row.row, problems=tuple(findings.problems))
    socket = Socket(
        lantern_id=LanternId(lantern_id),
        position=position,
        standard=standard,
        wiring=wiring,
        number=number,
        limits=limits,
    )
    return SocketRow(row=row.row, socket=socket)


def _one_of(kind: type[Word], name: str, row: SourceRow, findings: Findings) -> Word | None:
    text = row.cells.get(name, "")
    try:
        return kind(text.casefold())
    except ValueError:
        problem = f"is no {name}" if text else "is missing"
        findings.refuse(name, text, problem, f"use one of {', '.join(kind)}")
        return None


def _wiring(row: SourceRow, standard: SocketStandard | None, findings: Findings) -> frozenset[Wire]:
    text = row.cells.get("wiring", "")
    cure = f"name what the contacts carry, separated by semicolons: {'; '.join(Wire)}"
    try:
        wiring = parse_wiring(text)
    except RefusedError as exc:
        findings.refuse("wiring", text, str(exc).partition("; ")[0], cure)
        return frozenset()
    fault = wiring_fault(standard, wiring) if standard else ""
    if fault:
        findings.refuse("wiring", text, fault, cure)
    return wiring


def _number(row: SourceRow, findings: Findings) -> int:
    text = row.cells.get("number", "1")
    if text.isascii() and text.isdigit() and 1 <= int(text) <= NUMBER_MAX:
        return int(text)
    cure = f"count the sockets of one position from 1 to {NUMBER_MAX}, or leave it empty"
    findings.refuse("number", text, "is no number of a socket", cure)
    return 1


def _limits(row: SourceRow, findings: Findings) -> dict[Figure, Limit]:
    source = row.cells.get("limits_source", "")
    limits = {}
    for figure in Figure:
        text = row.cells.get(figure.value)
        if text is None:
            continue
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not 0 <= value <= FIGURE_MAX[figure]:  # NaN is neither
            problem = f"is not a number from 0 to {FIGURE_MAX[figure]:,.0f}"
            cure = f"give {figure.unit} as a number such as 3.5, or leave it empty"
            findings.refuse(figure.value, text, problem, cure)
            continue
        limits[figure] = Limit(value=value, source=source, unverified="" if source else NO_SOURCE)
    _check_peak(limits, row, findings)
    return limits


def _check_peak(limits: Mapping[Figure, Limit], row: SourceRow, findings: Findings) -> None:
    average, peak = limits.get(Figure.AUX_AVERAGE), limits.get(Figure.AUX_PEAK)
    if average is not None and peak is not None and peak.value < average.value:
        problem = f"is less than the average, {average.value:g} W"
        cure = "look whether the two are exchanged"
        findings.refuse(Figure.AUX_PEAK.value, row.cells["aux_peak_w"], problem, cure)
