"""Catalogue: the lantern models that a city states, and how an inventory's lantern finds its own.

A lantern carries no model number of its own. It belongs to a model if it has the tag
``model:NAME``, or else if the inventory's lamp text is the model's name or one of its ``lamps``
(whole, without case). A lantern without a model has its inventory watts and the unverified line.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lighting.energy.lantern_model import LanternModel
from lighting.energy.power_model import PowerModel, default_power_model
from lighting.units import Watts

MODEL_TAG = "model:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Lantern models by name, and the names by lamp text (both without case)."""

    models: tuple[LanternModel, ...] = ()
    _by_text: Mapping[str, LanternModel] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Names after lamp texts: where one model's lamp text is another's name, the name counts.
        known = {lamp.casefold(): model for model in self.models for lamp in model.lamps}
        known |= {model.name.casefold(): model for model in self.models}
        object.__setattr__(self, "_by_text", known)

    def find(self, *, lamp: str = "", tags: Collection[str] = ()) -> LanternModel | None:
        """Return the model of a lantern, or None where the catalogue has none for it."""
        return self._by_text.get(model_name(lamp=lamp, tags=tags).casefold())

    def named(self, name: str) -> LanternModel | None:
        """Return the model of this name or lamp text, or None."""
        return self._by_text.get(name.casefold())

    def power_model(
        self,
        *,
        power_w: float | None,
        lamp: str = "",
        tags: Collection[str] = (),
        burning_h: float | None = None,
    ) -> PowerModel | None:
        """Return what a lantern draws: its model's figures, else the unverified line, else None.

        None, where there is neither a model nor a wattage: such a lantern stays unknown.
        """
        model = self.find(lamp=lamp, tags=tags)
        if model is not None:
            return model.power_model(burning_h)
        return default_power_model(Watts(power_w)) if power_w else None

    def with_model(self, model: LanternModel) -> "Catalogue":
        """Return the catalogue with ``model`` added, or in the place of the one of its name."""
        kept = [each for each in self.models if each.name.casefold() != model.name.casefold()]
        return Catalogue(models=(*kept, model))


EMPTY = Catalogue()
"""The catalogue of a city that states no models."""


def model_name(*, lamp: str, tags: Collection[str]) -> str:
    """Return by which text a lantern's model is looked up; empty where it has none.

    Of several ``model:`` tags the first in alphabetical order counts.
    """
    tagged = sorted(tag for tag in tags if tag.startswith(MODEL_TAG))
    return tagged[0].removeprefix(MODEL_TAG) if tagged else lamp
