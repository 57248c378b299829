"""EnergyOffice: what works out energy, carbon and cost, built once over a database."""

from dataclasses import dataclass, field
from datetime import timedelta

from lighting.clock import Clock
from lighting.energy.baseline_store import BaselineStore
from lighting.energy.carbon import uk_factors
from lighting.energy.factors import FactorSet
from lighting.energy.intensity_store import IntensityStore
from lighting.energy.model_catalogue import EMPTY, Catalogue
from lighting.faults.store import FaultStore
from lighting.inventory.store import LanternStore
from lighting.operations.baselines import Baselines
from lighting.operations.calibrate import CalibrationStores, Calibrator
from lighting.operations.expected import Expected
from lighting.operations.grid_carbon import GridCarbon
from lighting.operations.lantern_models import LanternModels
from lighting.operations.night_curve import NightCurves
from lighting.operations.nights import Nights, NightStores
from lighting.operations.past_office import PastOffice, PastStores, make_past_office
from lighting.operations.savings_by_cause import SavingsByCause
from lighting.operations.stores import (
    NightStore,
    NodeStore,
    OverrideStore,
    PolicyStore,
    ReadingStore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyRules:
    """What an administrator's files say: emission factors, and the models of lanterns."""

    factors: FactorSet = field(default_factory=uk_factors)
    lantern_models: Catalogue = EMPTY
    nights_kept: timedelta = timedelta(days=62)
    """How long closed nights stay in the database, where there is an archive for older ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyStores:
    """Where energy comes from and is kept."""

    lanterns: LanternStore
    nodes: NodeStore
    readings: ReadingStore
    overrides: OverrideStore
    nights: NightStore
    past: PastStores
    intensity: IntensityStore
    baselines: BaselineStore
    policies: PolicyStore
    faults: FaultStore


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyOffice:
    """Closed nights, calibration by meters, factors, carbon of the grid, causes of savings.

    ``curves`` are load curves of nights.
    """

    nights: Nights
    past: PastOffice
    calibrator: Calibrator
    factors: FactorSet
    grid_carbon: GridCarbon
    baselines: Baselines
    causes: SavingsByCause
    curves: NightCurves


def make_energy_office(
    stores: EnergyStores, expected: Expected, rules: EnergyRules, clock: Clock, zone: str
) -> EnergyOffice:
    """Return the office over a database; nights are those of ``zone``."""
    nights = stores.past.with_archive(stores.nights)
    models = LanternModels(rules.lantern_models, stores.lanterns)
    metered = CalibrationStores(
        lanterns=stores.lanterns,
        nodes=stores.nodes,
        readings=stores.readings,
        overrides=stores.overrides,
    )
    closed = NightStores(
        lanterns=stores.lanterns,
        nodes=stores.nodes,
        readings=stores.readings,
        nights=nights,
    )
    baselines = Baselines(stores.baselines, stores.policies, clock)
    return EnergyOffice(
        nights=Nights(closed, expected, models, factors=rules.factors),
        past=make_past_office(stores.nights, stores.past, rules.nights_kept, zone),
        calibrator=Calibrator(metered, expected, models, zone),
        factors=rules.factors,
        grid_carbon=GridCarbon(stores.intensity, clock),
        baselines=baselines,
        causes=SavingsByCause(
            baselines, stores.lanterns, nights, stores.faults, expected, factors=rules.factors
        ),
        curves=NightCurves(stores.nodes, nights, expected, models, zone),
    )
