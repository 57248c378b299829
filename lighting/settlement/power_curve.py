"""PowerCurve: measured power [W] of one item at each level; for the engineering view only.

The billing view does not look at it: there power is proportional to level (reference energy.md
1.7, general knowledge for generic LED codes).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lighting.settlement.codes import ChargeCode, charge_code
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.events import FULL_PCT
from lighting.settlement.tables import Faults, number, table_rows, whole

COLUMNS = ("charge_code", "power_pct", "power_w")


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Power [W] at each whole level from 0 to 100 percent, 101 figures."""

    power_w: tuple[float, ...]


def curve_of(points: Sequence[tuple[int, float]]) -> PowerCurve:
    """Return the curve through (level [percent], power [W]), straight between its points.

    Raises:
        SettlementValueError: a level twice, or no point at 0 or at 100: nothing is drawn further
            than it was measured.
    """
    ordered = sorted(points)
    levels = [level for level, _ in ordered]
    if len(set(levels)) != len(levels) or levels[:1] != [0] or levels[-1:] != [FULL_PCT]:
        allowed = "each level once, the first 0 and the last 100"
        raise SettlementValueError("levels of a power curve", levels, allowed)
    watts = np.interp(np.arange(FULL_PCT + 1), levels, [watts for _, watts in ordered])
    return PowerCurve(tuple(watts.tolist()))


def read_curves(text: str) -> Mapping[ChargeCode, PowerCurve]:
    """Read measured curves by charge code from a CSV with the columns of ``COLUMNS``.

    Raises:
        SettlementFileError: anything wrong, by line and column; nothing is taken then.
    """
    faults = Faults("power curves")
    points: dict[ChargeCode, list[tuple[int, float]]] = {}
    line_of: dict[ChargeCode, int] = {}
    for row in table_rows(text, COLUMNS, faults):
        code = faults.read(row, "charge_code", charge_code)
        level = faults.read(row, "power_pct", whole("power_pct", 0, FULL_PCT))
        watts = faults.read(row, "power_w", number("power_w"))
        if code is not None and level is not None and watts is not None:
            points.setdefault(code, []).append((level, watts))
            line_of.setdefault(code, row.line)
    faults.check()
    curves = {}
    for code, measured in points.items():
        try:
            curves[code] = curve_of(measured)
        except SettlementValueError as exc:
            problem = f"{code}: {exc.what} are {exc.value}"
            faults.add(line_of[code], "power_pct", problem, exc.allowed)
    faults.check()
    return curves
