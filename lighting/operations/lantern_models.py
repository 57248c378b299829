"""Power models of lanterns: the city's catalogue first, else the inventory's watts."""

from collections.abc import Iterable, Mapping

from lighting.energy.model_catalogue import Catalogue, model_name
from lighting.energy.power_model import PowerModel
from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.store import LanternStore
from lighting.operations.records import Node

NO_MODEL = "no model stated"


def model_of(lantern: Lantern) -> str:
    """Return by which text a lantern's model is known, for reports and samples."""
    return model_name(lamp=lantern.lamp, tags=lantern.tags) or NO_MODEL


class LanternModels:
    """Finds what lanterns draw."""

    def __init__(self, catalogue: Catalogue, lanterns: LanternStore) -> None:
        self.catalogue = catalogue
        self._lanterns = lanterns

    async def of_nodes(self, nodes: Iterable[Node]) -> Mapping[LanternId, PowerModel | None]:
        """Return the power models of nodes' lanterns; None where nothing is known.

        Raises:
            StoreError: the database could not be read.
        """
        watts = {node.lantern_id: node.power_w for node in nodes}
        if not self.catalogue.models:  # then only watts count, and nodes carry them
            return {key: self.catalogue.power_model(power_w=w) for key, w in watts.items()}
        found = await self._lanterns.get(list(watts))
        return {key: self.of(found[key].lantern) for key in watts}

    def of(self, lantern: Lantern) -> PowerModel | None:
        """Return the power model of a lantern; None where nothing is known."""
        return self.catalogue.power_model(
            power_w=lantern.power_w, lamp=lantern.lamp, tags=lantern.tags
        )
