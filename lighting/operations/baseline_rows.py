"""A CSV of a baseline, row by row: every row becomes an entry or is refused with every reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from lighting.energy.baseline_errors import BurningRuleError
from lighting.energy.burning import FORMS, BurningRule, parse_burning
from lighting.energy.old_lamps import indicative_watts
from lighting.energy.snapshot import (
    CIRCUIT_W_MAX,
    QUANTITY_MAX,
    BaselineEntry,
    FigureEvidence,
    Known,
    kind_fault,
)
from lighting.identifiers import LanternId
from lighting.inventory.coordinates import number
from lighting.inventory.csv_rows import csv_rows
from lighting.inventory.lantern_row import Findings
from lighting.inventory.mapping import CsvPart
from lighting.inventory.rows import Rejected, SourceRow
from lighting.operations.baseline_header import BaselineHeader, KnownPart
from lighting.units import Watts

REQUIRED = ("lantern_id", "lamp", "circuit_watts")
OPTIONAL = (
    "quantity",
    "hours",
    *(
        f"{figure}_{what}"
        for figure in ("watts", "quantity", "hours")
        for what in ("evidence", "source")
    ),
)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The one mapping of baseline files: our own columns."""

    name: str = "baseline"
    csv: CsvPart = field(default_factory=CsvPart)
    none: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        return (*REQUIRED, *OPTIONAL)

    def required_columns(self) -> tuple[str, ...]:
        return REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRow:
    """A row that became an entry."""

    row: int
    entry: BaselineEntry


def read_baseline(
    stream: IO[bytes], header: BaselineHeader, *, indicative: bool = False
) -> Iterator[BaselineRow | Rejected]:
    """Return what becomes of each row of ``stream``, in the file's order, to be read one by one.

    With ``indicative`` a row without watts takes the unverified ones of its lamp, labelled.

    Raises:
        CouncilFileError: the file as a whole is no CSV with our columns.
    """
    reader = _Reader(header, indicative=indicative)
    return (
        each if isinstance(each, Rejected) else reader.outcome(each)
        for each in csv_rows(stream, _Columns())
    )


class _Reader:
    """Turns rows into entries, and remembers the row of each lantern: no two are of the same."""

    def __init__(self, header: BaselineHeader, *, indicative: bool) -> None:
        self._header = header
        self._usual = header.burning()
        self._indicative = indicative
        self._rows: dict[str, int] = {}

    def outcome(self, row: SourceRow) -> BaselineRow | Rejected:
        """Return the entry of ``row``, or every reason why it gives none."""
        findings = Findings(row.row)
        lantern_id = self._lantern(row, findings)
        lamp = row.cells.get("lamp", "")
        if not lamp:
            findings.refuse("lamp", "", "is missing", "name the lamp, such as SON 70")
        watts, watts_known = self._watts(row, lamp, findings)
        quantity = _quantity(row, findings)
        burning = self._burning(row, findings)
        quantity_known = _known(row, "quantity", self._header.quantity, findings)
        hours_known = _known(row, "hours", self._header.hours, findings)
        if findings.problems or watts is None or burning is None:
            return Rejected(row=row.row, problems=tuple(findings.problems))
        entry = BaselineEntry(
            lantern_id=lantern_id,
            lamp=lamp,
            circuit_w=watts,
            quantity=quantity,
            burning=burning,
            watts_known=watts_known,
            quantity_known=quantity_known,
            hours_known=hours_known,
        )
        return BaselineRow(row=row.row, entry=entry)

    def _lantern(self, row: SourceRow, findings: Findings) -> LanternId:
        text = row.cells.get("lantern_id", "")
        first = self._rows.setdefault(text, row.row)
        if not text:
            findings.refuse("lantern_id", "", "is missing", "give the id of a lantern")
        elif first != row.row:
            cure = "give each lantern one row, with its number of lamps in quantity"
            findings.refuse("lantern_id", text, f"row {first} has the same lantern", cure)
        return LanternId(text)

    def _watts(self, row: SourceRow, lamp: str, findings: Findings) -> tuple[Watts | None, Known]:
        known = _known(row, "watts", self._header.watts, findings)
        text = row.cells.get("circuit_watts")
        offered = indicative_watts().get(lamp)
        if text is None and self._indicative and offered:
            return offered
        if text is None:
            findings.refuse("circuit_watts", "", "is missing", _watts_cure(lamp, bool(offered)))
            return None, known
        value = number(text)
        if value is None or not 0 < value <= CIRCUIT_W_MAX:
            problem = f"is not a number above 0 and at most {CIRCUIT_W_MAX:g}"
            findings.refuse("circuit_watts", text, problem, "give W of one lamp, gear included")
            return None, known
        return Watts(value), known

    def _burning(self, row: SourceRow, findings: Findings) -> BurningRule | None:
        text = row.cells.get("hours", "")
        if not text and self._usual is None:
            cure = f"state them here or in [hours] of the header: {FORMS}"
            findings.refuse("hours", "", "is missing", cure)
        if not text:
            return self._usual
        try:
            burning = parse_burning(text)
        except BurningRuleError as exc:
            findings.refuse("hours", text, "is no rule of burning hours", f"give {exc.allowed}")
            return None
        fault = kind_fault(self._header.kind, burning)
        if fault:
            findings.refuse("hours", text, f"does not fit {self._header.kind.value!r}", fault)
        return burning


def _watts_cure(lamp: str, offered: bool) -> str:  # noqa: FBT001 - of two sentences, which
    cure = "take it from the charge code of the old inventory"
    if offered:
        return f"{cure}, or ask for indicative watts, which are unverified"
    return f"{cure} (there are no indicative watts of {lamp!r})"


def _quantity(row: SourceRow, findings: Findings) -> int:
    text = row.cells.get("quantity", "1")
    if text.isascii() and text.isdigit() and 1 <= int(text) <= QUANTITY_MAX:
        return int(text)
    problem = f"is not a whole number from 1 to {QUANTITY_MAX}"
    findings.refuse("quantity", text, problem, "count the lamps at this place, or leave it empty")
    return 1


def _known(row: SourceRow, figure: str, usual: KnownPart, findings: Findings) -> Known:
    """Return how a row's figure is known: as the row says, or as the header says of all."""
    column = f"{figure}_evidence"
    text = row.cells.get(column)
    source = row.cells.get(f"{figure}_source", "" if text else usual.source)
    try:
        evidence = FigureEvidence(text) if text else usual.evidence
    except ValueError:
        known = "; ".join(FigureEvidence)
        findings.refuse(column, text or "", "is no kind of evidence", f"use one of {known}")
        return usual.known()
    if not source:
        problem = f"is missing beside {column} {text!r}"
        findings.refuse(f"{figure}_source", "", problem, "name the document or the person")
    return Known(evidence=evidence, source=source)
