"""One row to one lantern: its key, numbers, texts and tags; every problem of the row is found."""

import re
from dataclasses import dataclass, field
from typing import TypedDict

from lighting.identifiers import LanternId
from lighting.inventory.coordinates import Position, number
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping import UNITS, FileMapping, KeyPart, NumberField
from lighting.inventory.rows import Accepted, Rejected, RowProblem, SourceRow, row_problem

GREATEST: dict[NumberField, float] = {"power_w": 2_000.0, "height_m": 60.0}
"""More than any street lantern has: high masts are about 30 m, floodlights about 1,000 W (general
knowledge, unverified). A larger value is in another unit, or a slip."""

_NUMBER_DECIMALS = 6  # 290 cm are 2.9 m, not 2.9000000000000004 m
_KEY_WITH_PREFIX = re.compile(r"[a-z0-9][a-z0-9-]*:.+")
_NOT_IN_A_TAG = re.compile(r"[^\w:.-]+")


@dataclass(slots=True)
class Findings:
    """What is found wrong or odd about one row."""

    row: int
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)

    def refuse(self, name: str, value: str, problem: str, cure: str) -> None:
        """Note why the row cannot be taken."""
        self.problems.append(self._found(name, value, problem, cure))

    def warn(self, name: str, value: str, problem: str, cure: str) -> None:
        """Note what the engineer should know about a row that is taken."""
        self.warnings.append(self._found(name, value, problem, cure))

    def _found(self, name: str, value: str, problem: str, cure: str) -> RowProblem:
        return row_problem(self.row, field=name, value=value, problem=problem, cure=cure)


class Keys:
    """Names the lanterns of one file, and remembers the row of each name: no two are the same."""

    def __init__(self, part: KeyPart) -> None:
        self._part = part
        self._rows: dict[str, int] = {}

    def name(self, row: SourceRow, findings: Findings) -> LanternId:
        """Return the id of ``row``'s lantern; what is wrong with it goes to ``findings``."""
        columns = ", ".join(self._part.columns)
        key = self._key(row) or self._fallback(row, findings)
        if not key:
            findings.refuse(columns, "", "the row has no key", "give the lantern its number")
            return LanternId("")
        text = f"{self._part.prefix}:{key}" if self._part.prefix else key
        if not _KEY_WITH_PREFIX.fullmatch(text):
            findings.refuse(columns, text, "has no prefix", "write it as source:number")
        first = self._rows.setdefault(text, row.row)
        if first != row.row:
            problem = f"row {first} has the same key"
            findings.refuse(columns, key, problem, "give each lantern its own, or remove one row")
        return LanternId(text)

    def _key(self, row: SourceRow) -> str:
        values = [row.cells.get(column, "") for column in self._part.columns]
        return "-".join(values) if all(values) else ""

    def _fallback(self, row: SourceRow, findings: Findings) -> str:
        values = [row.cells.get(column, "") for column in self._part.fallback_columns]
        if not values or not all(values):
            return ""
        key = "at:" + ":".join(values)
        problem = f"the row has no key; the lantern is known as {key}"
        cure = "give it its number: it will then be another lantern here"
        findings.warn(", ".join(self._part.columns), "", problem, cure)
        return key


class _Texts(TypedDict, total=False):
    """The text fields of a Lantern."""

    road: str
    ward: str
    postcode: str
    position: str
    column: str
    lighting_class: str
    lamp: str
    regime: str


def lantern_row(
    row: SourceRow, place: Position | RowProblem, *, mapping: FileMapping, keys: Keys
) -> Accepted | Rejected:
    """Return the lantern that ``row`` describes, or every reason why it describes none."""
    findings = Findings(row.row)
    lantern_id = keys.name(row, findings)
    if isinstance(place, RowProblem):
        findings.problems.append(place)
    numbers = {name: _number(row, name, mapping, findings) for name in mapping.number}
    tags = _tags(row, mapping, findings)
    if findings.problems or isinstance(place, RowProblem):
        return Rejected(row=row.row, problems=tuple(findings.problems))
    lantern = Lantern(
        lantern_id=lantern_id,
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        power_w=numbers.get("power_w"),
        height_m=numbers.get("height_m"),
        tags=tags,
        **_texts(row, mapping),
    )
    return Accepted(row=row.row, lantern=lantern, warnings=tuple(findings.warnings))


def _texts(row: SourceRow, mapping: FileMapping) -> _Texts:
    texts = _Texts()
    for name, columns in mapping.text.items():
        texts[name] = " ".join(row.cells[column] for column in columns if column in row.cells)
    for name, text in mapping.fixed.items():
        texts[name] = text
    return texts


def _number(
    row: SourceRow, name: NumberField, mapping: FileMapping, findings: Findings
) -> float | None:
    part = mapping.number[name]
    text = row.cells.get(part.column)
    if text is None:
        return None
    value = number(text)
    if value is None:
        cure = f"give a number of {part.unit} with a decimal point and no unit, or leave it empty"
        findings.refuse(part.column, text, "is not a number", cure)
        return None
    scaled = round(value * UNITS[name][part.unit], _NUMBER_DECIMALS)
    if scaled == 0.0:
        cure = "give the true value, or leave it empty"
        findings.warn(part.column, text, f"{name} cannot be 0; taken as unknown", cure)
        return None
    if not 0.0 < scaled <= GREATEST[name]:
        problem = f"gives {name} = {scaled:g}, which must be above 0 and at most {GREATEST[name]:g}"
        cure = f"correct it, or the unit in the mapping (now {part.unit})"
        findings.refuse(part.column, text, problem, cure)
    return scaled


def _tags(row: SourceRow, mapping: FileMapping, findings: Findings) -> frozenset[str]:
    tags = set()
    for rule in mapping.tags:
        value = row.cells.get(rule.column, "").casefold()
        if value in map(str.casefold, rule.equals) or _contains(value, rule.contains):
            tags.add(rule.tag)
    for kept in mapping.kept_tags:
        value = row.cells.get(kept.column, "")
        for word in value.split(kept.separator) if kept.separator else [value]:
            tag = _NOT_IN_A_TAG.sub("-", word.casefold()).strip("-")
            if tag and word not in kept.ignore:
                tags.add(kept.prefix + tag)
            elif word and not tag:
                cure = "write it with letters or digits, or name it in ignore"
                findings.warn(kept.column, word, "cannot be written as a tag; left out", cure)
    return frozenset(tags)


def _contains(value: str, parts: tuple[str, ...]) -> bool:
    return any(part.casefold() in value for part in parts)
