"""Draw the lanterns whose power is to be measured, by model or another grouping."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from lighting.energy.sampling import Precision, SamplingPlan, sampling_plan
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.store import LanternFilter, LanternStore
from lighting.operations.lantern_models import model_of

STRATA: Mapping[str, Callable[[Lantern], str]] = {
    "model": model_of,
    "ward": lambda lantern: lantern.ward,
    "class": lambda lantern: lantern.lighting_class,
}
"""What a sample can be stratified by, and how a lantern's stratum is found."""


async def sample_lanterns(
    store: LanternStore, name: str, precision: Precision, *, by: str
) -> SamplingPlan:
    """Return which lanterns to measure; ``name`` seeds the choice, ``by`` names the strata.

    Raises:
        RefusedError: there is no such stratum, or no lantern.
        StoreError: the database could not be read.
    """
    if by not in STRATA:
        raise RefusedError(f"--by {by!r} is not one of {', '.join(STRATA)}")
    strata: defaultdict[str, list[LanternId]] = defaultdict(list)
    async for chunk in store.every(LanternFilter()):
        for stored in chunk:
            strata[STRATA[by](stored.lantern)].append(stored.lantern.lantern_id)
    if not strata:
        raise RefusedError("there are no lanterns to sample; import an inventory first")
    return sampling_plan(name, strata, precision)
