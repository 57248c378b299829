"""AskedEnergy: what a night's timeline asks of one lantern, split for the causes of a saving."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from lighting.energy.consumption import modelled_kwh
from lighting.energy.power_model import PowerModel
from lighting.units import KilowattHours, Watts
from schedules.level import OFF
from schedules.timeline import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEnergy:
    """One lantern, one night, as its timeline asks and its power model says.

    ``lit_kwh`` is the energy while lit [kWh]; ``model_kwh`` that of the whole night, standby
    included, and so what the night holds as modelled energy where there is no meter.
    """

    full_w: Watts
    lit_hours: float
    lit_kwh: KilowattHours
    model_kwh: KilowattHours

    def as_plain(self) -> dict[str, float]:
        """Return its figures by name, for a stored night."""
        return {
            "full_w": self.full_w,
            "lit_hours": self.lit_hours,
            "lit_kwh": self.lit_kwh,
            "model_kwh": self.model_kwh,
        }


def asked_from_plain(figures: Mapping[str, float]) -> AskedEnergy:
    """Return what ``AskedEnergy.as_plain`` made ``figures`` of."""
    return AskedEnergy(
        full_w=Watts(figures["full_w"]),
        lit_hours=figures["lit_hours"],
        lit_kwh=KilowattHours(figures["lit_kwh"]),
        model_kwh=KilowattHours(figures["model_kwh"]),
    )


def asked_energy(spans: Iterable[Span], model: PowerModel) -> AskedEnergy:
    """Return what ``spans``, which fill a night, ask of a lantern with ``model``."""
    night = tuple(spans)
    lit = [span for span in night if span.level > OFF]
    return AskedEnergy(
        full_w=model.full_w,
        lit_hours=fsum(span.hours for span in lit),
        lit_kwh=modelled_kwh(lit, model),
        model_kwh=modelled_kwh(night, model),
    )
