"""Scale: in which units and to how many decimals a report of some size tells its figures."""

from dataclasses import dataclass

from lighting.energy.document import Figure, figure
from lighting.energy.lines import Line

_KWH_WHOLE, _KWH_TENTHS = 100_000.0, 100.0
_TONNES_FROM_KG = 10_000.0
_KG_PER_T = 1000.0
_SPOKEN = ((1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Decimals of energy [kWh] and of money, and whether carbon is told in tonnes."""

    kwh_decimals: int
    tonnes: bool

    @property
    def carbon_unit(self) -> str:
        """``t CO2e`` for a city, ``kg CO2e`` for a street."""
        return "t CO2e" if self.tonnes else "kg CO2e"

    def kwh(self, energy_kwh: float | None) -> Figure:
        """Return an energy [kWh]."""
        return figure(energy_kwh, "kWh", self.kwh_decimals)

    def carbon(self, mass_kg: float | None) -> Figure:
        """Return emissions [kg CO2e] in the report's unit."""
        if self.tonnes:
            told = None if mass_kg is None else mass_kg / _KG_PER_T
            return figure(told, self.carbon_unit, 1)
        return figure(mass_kg, self.carbon_unit, self.kwh_decimals)


def scale_of(total: Line) -> Scale:
    """Return the scale for a report whose sums are ``total``."""
    size = max(abs(total.baseline_kwh), abs(total.used_kwh))
    decimals = 0 if size >= _KWH_WHOLE else 1 if size >= _KWH_TENTHS else 3
    return Scale(kwh_decimals=decimals, tonnes=abs(total.kg_co2e) >= _TONNES_FROM_KG)


def percent(value: float | None, decimals: int = 1) -> Figure:
    """Return a share [percent]."""
    return figure(value, "%", decimals)


def gbp(value: float | None) -> Figure:
    """Return money [GBP], to the pound: tariffs tell no more of a city's lights."""
    return figure(value, "GBP", 0)


def spoken(energy_kwh: float) -> Figure:
    """Return an energy [kWh] as one says it: ``15.6 GWh``."""
    for size, unit in _SPOKEN:
        if abs(energy_kwh) >= size:
            return figure(energy_kwh / size, unit, 1)
    return figure(energy_kwh, "kWh", 3)
