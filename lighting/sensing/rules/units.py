"""Units that a person may write, and how they become the unit of a quantity.

Factors are exact by definition: 1 mile = 1609.344 m, 1 inch = 25.4 mm and 1 knot = 1852 m/h
(International Yard and Pound Agreement of 1959; BIPM, The International System of Units, 2019).
Gases are told in ppb; µg/m³ of a gas depends on temperature and pressure, so it is refused.
"""

from datetime import timedelta
from typing import Final

_FAHRENHEIT: Final = 5 / 9

# unit of the quantity: {unit as written: (factor, offset)}; value = written × factor + offset
_SCALES: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "°C": {
        "°C": (1, 0),
        "C": (1, 0),
        "°F": (_FAHRENHEIT, -32 * _FAHRENHEIT),
        "F": (_FAHRENHEIT, -32 * _FAHRENHEIT),
        "K": (1, -273.15),
    },
    "%": {"%": (1, 0), "percent": (1, 0)},
    "Pa": {"Pa": (1, 0), "hPa": (100, 0), "kPa": (1000, 0), "mbar": (100, 0)},
    "m/s": {
        "m/s": (1, 0),
        "km/h": (1 / 3.6, 0),
        "mph": (1609.344 / 3600, 0),
        "kn": (1852 / 3600, 0),
    },
    "lux": {"lux": (1, 0), "lx": (1, 0), "klx": (1000, 0)},
    "µg/m³": {"µg/m³": (1, 0), "ug/m3": (1, 0), "mg/m³": (1000, 0), "mg/m3": (1000, 0)},
    "1/cm³": {"1/cm³": (1, 0), "1/cm3": (1, 0)},
    "nm": {"nm": (1, 0), "µm": (1000, 0), "um": (1000, 0)},
    "ppb": {"ppb": (1, 0), "ppm": (1000, 0)},
    "ohm": {"ohm": (1, 0), "kohm": (1000, 0)},
    "dB(A)": {"dB(A)": (1, 0), "dBA": (1, 0)},
    "m": {"m": (1, 0), "cm": (0.01, 0), "mm": (0.001, 0), "ft": (0.3048, 0)},
    "deg": {"deg": (1, 0), "°": (1, 0)},
    "V": {"V": (1, 0), "mV": (0.001, 0)},
    "W": {"W": (1, 0), "kW": (1000, 0)},
    "mm": {"mm": (1, 0), "cm": (10, 0), "in": (25.4, 0)},
}

DISTANCES_M: Final = {"m": 1.0, "km": 1000.0, "mile": 1609.344, "miles": 1609.344}

TIMES: Final = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
}

_MICRO_SIGNS = str.maketrans({"\u03bc": "\u00b5", "\u00ba": "°"})
"""Greek mu for the micro sign, the masculine ordinal for the degree sign: they look the same."""


def units_for(unit: str) -> tuple[str, ...]:
    """Return how a value of a quantity with ``unit`` may be written."""
    return tuple(_SCALES.get(unit, {}))


def converted(value: float, written: str, unit: str) -> float | None:
    """Return ``value`` of the unit ``written`` in ``unit``; None if it is of another dimension."""
    scale = _SCALES.get(unit, {}).get(written.translate(_MICRO_SIGNS))
    return None if scale is None else value * scale[0] + scale[1]


def dimension_of(written: str) -> str | None:
    """Return a unit that ``written`` can be converted to, or None if it is no unit known here."""
    plain = written.translate(_MICRO_SIGNS)
    return next((unit for unit, scales in _SCALES.items() if plain in scales), None)
