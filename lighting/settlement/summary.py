"""The summary inventory: counts by charge code and switch regime, watts, annual kWh where known.

Annual kWh = items * circuit watts / 1000 * the regime's annual hours (reference energy.md 1.6:
general knowledge, standard practice of non-half-hourly trading). Watts or hours that no table
states are unknown, and so is every figure that would need them; what a total leaves out is counted
beside it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lighting.settlement.codes import ChargeCode, Regime
from lighting.settlement.control_file import ControlUnit
from lighting.settlement.reference_tables import ReferenceTables
from lighting.settlement.units import SettlementUnit
from lighting.units import KilowattHours, kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """All equipment of one charge code and regime; None is unknown."""

    charge_code: ChargeCode
    regime: Regime
    units: int
    items: int
    circuit_w: float | None
    annual_hours: float | None

    @property
    def total_w(self) -> float | None:
        """Circuit watts at full power of all items [W]."""
        return None if self.circuit_w is None else self.items * self.circuit_w

    @property
    def annual_kwh(self) -> KilowattHours | None:
        """Energy of a year of the regime's hours [kWh]."""
        if self.total_w is None or self.annual_hours is None:
            return None
        return kwh(self.total_w, self.annual_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Lines by charge code and regime; totals are of the lines that know theirs."""

    lines: tuple[SummaryLine, ...]

    @property
    def items(self) -> int:
        """All items."""
        return sum(line.items for line in self.lines)

    @property
    def known_w(self) -> float:
        """Watts of the items whose watts are known [W]."""
        return sum(line.total_w for line in self.lines if line.total_w is not None)

    @property
    def items_without_watts(self) -> int:
        """Items in no sum of watts."""
        return sum(line.items for line in self.lines if line.total_w is None)

    @property
    def known_annual_kwh(self) -> KilowattHours:
        """Annual energy of the items of which it is known [kWh]."""
        known = (line.annual_kwh for line in self.lines)
        return KilowattHours(sum(each for each in known if each is not None))

    @property
    def items_without_annual_kwh(self) -> int:
        """Items in no sum of annual energy."""
        return sum(line.items for line in self.lines if line.annual_kwh is None)


def summarise(units: Iterable[SettlementUnit | ControlUnit], tables: ReferenceTables) -> Summary:
    """Return the summary of an inventory or of a control file."""
    counts: Counter[tuple[ChargeCode, Regime]] = Counter()
    items: Counter[tuple[ChargeCode, Regime]] = Counter()
    for unit in units:
        key = (unit.charge_code, unit.regime)
        counts[key] += 1
        items[key] += unit.items
    lines = tuple(
        SummaryLine(
            charge_code=code,
            regime=switched_by,
            units=counts[code, switched_by],
            items=items[code, switched_by],
            circuit_w=tables.circuit_w(code),
            annual_hours=tables.annual_hours(switched_by),
        )
        for code, switched_by in sorted(counts)
    )
    return Summary(lines=lines)
