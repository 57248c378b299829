"""Indicative circuit watts of lamps from before LED: unverified, and given only when asked for."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from lighting.energy.snapshot import FigureEvidence, Known
from lighting.units import Watts

LAMP_FILE = "old_lamps.toml"


@lru_cache(maxsize=1)
def indicative_watts() -> Mapping[str, tuple[Watts, Known]]:
    """Return circuit watts [W] by lamp (``SON 70``), each with the range it is the middle of."""
    text = files("lighting.energy").joinpath(LAMP_FILE).read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return {
        lamp: (Watts((low + high) / 2), _known(document["source"], low, high))
        for lamp, (low, high) in document["watts"].items()
    }


def _known(source: str, low: float, high: float) -> Known:
    spread = f"{low:g} W" if low == high else f"{low:g} to {high:g} W, the middle is used"
    return Known(evidence=FigureEvidence.INDICATIVE, source=f"{source}: {spread}")
