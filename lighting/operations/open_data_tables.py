"""Tables of the open data: columns chosen one by one, rows in a fixed order, CSV by a schema.

Published is what anyone can see in the street, and sums. Left out on purpose: postcodes, positions
in words and tags (they tell of homes, or were typed by people about people), the reason of an
exemption (free text), DevEUIs (they help to attack a network), and energy of single lanterns.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from lighting.energy.cells import formula_safe
from lighting.energy.document import figure
from lighting.energy.lines import Line
from lighting.energy.report import SavingsReport
from lighting.inventory.store import StoredLantern

Value = str | int | float | None

FEW = 10
"""Sums over fewer lanterns are published with others only (reference energy.md 7.1: k >= 10)."""

FEW_NAME = "(wards of few lanterns)"
NO_WARD = "(no ward)"

_DEGREE_DECIMALS = 5
"""A metre: where a column stands."""
_KWH_DECIMALS = 3
_FACTOR_DECIMALS = 5

_COLUMN = re.compile(r"[A-Za-z0-9][A-Za-z0-9/. -]{0,15}")
"""What a column's number looks like; other texts in its place are not published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its Table Schema type, what it means (with its unit), what it must be."""

    name: str
    kind: str
    description: str
    decimals: int | None = None
    constraints: Mapping[str, object] = field(default_factory=dict)

    def schema(self) -> dict[str, object]:
        """Return the field as Table Schema describes it."""
        told: dict[str, object] = {"name": self.name, "type": self.kind}
        told["description"] = self.description
        return told | ({"constraints": dict(self.constraints)} if self.constraints else {})

    def cell(self, value: Value) -> str:
        """Return a value as text of a fixed form; "" where it is not known."""
        if value is None:
            return ""
        if isinstance(value, str):
            return formula_safe(value)
        return figure(value, "", self.decimals or 0).plain


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTable:
    """A table that is published as ``name``.csv."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    rows: Sequence[tuple[Value, ...]]

    def csv(self) -> bytes:
        """Return the table as CSV (RFC 4180), UTF-8, unknown values empty."""
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow([each.name for each in self.fields])
        for row in self.rows:
            cells = zip(self.fields, row, strict=True)
            writer.writerow([each.cell(value) for each, value in cells])
        return out.getvalue().encode()


def _number(name: str, description: str, decimals: int = _KWH_DECIMALS, **limits: object) -> Field:
    kind = "number" if decimals else "integer"
    return Field(
        name=name, kind=kind, description=description, decimals=decimals, constraints=limits
    )


def _text(name: str, description: str, **limits: object) -> Field:
    return Field(name=name, kind="string", description=description, constraints=limits)


_INVENTORY = (
    _text("lantern_id", "Key of the lantern.", required=True, unique=True),
    _number(
        "latitude_deg", "WGS 84 [degrees].", _DEGREE_DECIMALS, required=True, minimum=-90,
        maximum=90,
    ),
    _number(
        "longitude_deg", "WGS 84 [degrees].", _DEGREE_DECIMALS, required=True, minimum=-180,
        maximum=180,
    ),
    _text("column", "Number painted on the column.", pattern=_COLUMN.pattern),
    _text("road", "Road that it lights."),
    _text("ward", "Ward that it stands in."),
    _text("lighting_class", "Class of lighting (EN 13201) as the inventory has it."),
    _text("lamp", "Lamp or lantern model as the inventory has it."),
    _text("switch_regime", "Switch regime as the inventory has it."),
    _number("power_w", "Circuit power at full output [W]; empty: not known.", 1, minimum=0),
    _number("height_m", "Mounting height [m].", 1, minimum=0),
    _text("policy", "Name of its lighting policy; empty: none."),
)  # fmt: skip

_SUMS = (
    _number("lantern_nights", "Lanterns times nights.", 0, required=True, minimum=0),
    _number(
        "unknown_lantern_nights", "Of these without a known wattage: in no sum.", 0,
        required=True, minimum=0,
    ),
    _number("metered_kwh", "Energy that meters counted [kWh].", required=True, minimum=0),
    _number("modelled_kwh", "Energy that a model worked out [kWh].", required=True, minimum=0),
    _number("used_kwh", "Metered plus modelled [kWh].", required=True, minimum=0),
    _number("baseline_kwh", "What the baseline would have used [kWh].", required=True, minimum=0),
    _number("saved_kwh", "Baseline less used [kWh]; negative: used more.", required=True),
    _number("kg_co2e_scope2", "Emissions of generation [kg CO2e].", required=True, minimum=0),
    _number(
        "kg_co2e_td", "Emissions of transmission and distribution [kg CO2e].", required=True,
        minimum=0,
    ),
    _number("kg_co2e_saved", "Emissions avoided, both lines [kg CO2e].", required=True),
)  # fmt: skip


def inventory_table(lanterns: Iterable[StoredLantern]) -> OpenTable:
    """Return the lanterns by id, in the columns that are published."""
    return OpenTable(
        name="inventory",
        title="Street lighting inventory",
        description="One row a lantern: where it hangs, what it draws, which policy it follows.",
        fields=_INVENTORY,
        rows=sorted((_lantern(each) for each in lanterns), key=lambda row: str(row[0])),
    )


def _lantern(stored: StoredLantern) -> tuple[Value, ...]:
    lantern = stored.lantern
    texts = (
        lantern.column if _COLUMN.fullmatch(lantern.column) else "", lantern.road, lantern.ward,
        lantern.lighting_class, lantern.lamp, lantern.regime,
    )  # fmt: skip
    return (
        lantern.lantern_id, lantern.latitude_deg, lantern.longitude_deg,
        *(text or None for text in texts),
        lantern.power_w, lantern.height_m, stored.assigned.policy or None,
    )  # fmt: skip


def savings_tables(report: SavingsReport) -> tuple[OpenTable, ...]:
    """Return a report's sums by month and by its groups (wards), and the factors applied."""
    against = f"Against {report.baseline.value}."
    month = Field(
        name="month", kind="yearmonth", description="Month of the nights' evenings.",
        constraints={"required": True, "unique": True},
    )  # fmt: skip
    lanterns = _number("lanterns", "Lanterns with closed nights.", 0, required=True, minimum=0)
    return (
        OpenTable(
            name="savings-by-month",
            title="Energy, carbon and savings by month",
            description=against,
            fields=(month, *_SUMS),
            rows=[(key, *_sums(line)) for key, line in report.by_month.items()],
        ),
        OpenTable(
            name="savings-by-ward",
            title="Energy, carbon and savings by ward",
            description=f"{against} Wards of fewer than {FEW} lanterns are one row.",
            fields=(_text("ward", "Ward.", required=True, unique=True), lanterns, *_SUMS),
            rows=[
                (key, report.lanterns_by_group[key], *_sums(line))
                for key, line in report.by_group.items()
            ],
        ),
        _factor_table(report),
    )


def _sums(line: Line) -> tuple[Value, ...]:
    return (
        line.lantern_nights, line.unknown_lantern_nights, line.metered_kwh, line.modelled_kwh,
        line.used_kwh, line.baseline_kwh, line.saved_kwh, line.kg_co2e_scope2, line.kg_co2e_td,
        line.kg_co2e_saved,
    )  # fmt: skip


def _factor_table(report: SavingsReport) -> OpenTable:
    unit = "[kg CO2e/kWh]"
    return OpenTable(
        name="emission-factors",
        title="Emission factors of the savings",
        description=report.attribution,
        fields=(
            _number("year", "Calendar year of the nights.", 0, required=True, unique=True),
            _number("factor_year", "Year that the factors were published for.", 0, required=True),
            _number("generation", f"Scope 2 {unit}.", _FACTOR_DECIMALS, required=True),
            _number("transmission_distribution", f"Scope 3 {unit}.", _FACTOR_DECIMALS),
            _text("source", "Publisher and workbook.", required=True),
        ),
        rows=[
            (each.year, each.factor_year, each.kg_co2e_scope2, each.kg_co2e_td, each.source)
            for each in report.factors.values()
        ],
    )


def wards_of_few(lanterns_by_ward: Mapping[str, int]) -> frozenset[str]:
    """Return the wards that are published as one, so that no row is of fewer than ``FEW`` lanterns.

    Where the small wards together are still too few, the next smallest joins them: what is left
    out of a total could be worked out.
    """
    together: set[str] = set()
    size = 0
    for ward, lanterns in sorted(lanterns_by_ward.items(), key=lambda each: (each[1], each[0])):
        if lanterns >= FEW and (not together or size >= FEW):
            break
        together.add(ward)
        size += lanterns
    return frozenset(together)
