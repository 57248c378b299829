"""Names of quantities as people write them: a key, a title, or a word for it."""

from difflib import get_close_matches
from functools import cache
from typing import Final

from firmware_profiles.quantities import Quantity, all_quantities

WORDS: Final = {
    "surface_temperature": ("road surface temperature", "road surface", "road temperature"),
    "fill_level": ("gully", "gully level", "water level"),
    "sound_level": ("noise", "sound"),
    "vehicle_count": ("vehicles", "traffic"),
    "people_count": ("people", "footfall", "pedestrians"),
    "wind_speed": ("wind",),
    "air_temperature": ("temperature", "temperature of the air"),
    "battery_level": ("battery",),
}
"""What else a quantity is called; our choice."""

_NEAR = 3


def quantity_named(name: str) -> Quantity | None:
    """Return the quantity that ``name`` is a key, a title or a word for; None: of none."""
    return _by_name().get(_folded(name))


def suggestions(name: str) -> tuple[str, ...]:
    """Return the names nearest to ``name``, as a person would write them."""
    near = get_close_matches(_folded(name), list(_by_name()), n=_NEAR, cutoff=0.5)
    return tuple(dict.fromkeys(readable(_by_name()[each]) for each in near))


def readable(quantity: Quantity) -> str:
    """Return the key of a quantity as words, such as ``vehicle count``; it reads back."""
    return _READABLE.get(quantity.key, quantity.key.replace("_", " "))


_READABLE: Final = {"pm2_5": "PM2.5", "pm1": "PM1", "pm4": "PM4", "pm10": "PM10"}


@cache
def _by_name() -> dict[str, Quantity]:
    names: dict[str, Quantity] = {}
    for quantity in all_quantities():
        for name in (quantity.key, quantity.title, *WORDS.get(quantity.key, ())):
            names.setdefault(_folded(name), quantity)
    return names


def _folded(name: str) -> str:
    """Keep letters and digits: ``PM2.5``, ``pm2_5`` and ``PM 2.5`` are the same."""
    return "".join(c for c in name.casefold() if c.isalnum())
