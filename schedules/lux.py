"""Lux: the sun's elevation at which daylight falls to a photocell's switching illuminance.

UNVERIFIED. The elevations at 70, 35 and 18 lx are general knowledge for a clear sky and a
horizontal surface (project reference ``energy.md`` section 4.4, marked GK there); those at 55 and
28 lx are interpolated between them, linearly in the logarithm of the illuminance. Real cells under
cloud or in a narrow street switch on earlier and off later, so burn longer.
"""

from collections.abc import Iterable

ELEVATION_DEG_BY_LUX = {70: -2.7, 55: -2.94, 35: -3.4, 28: -3.67, 18: -4.2}
"""Elevation of the sun [degrees, negative below the horizon] by horizontal illuminance [lx]."""

LUX_PAIRS = {"35/18": (35, 18), "55/28": (55, 28), "70/35": (70, 35)}
"""Switching pairs of UK photocells: on below the first [lx, evening], off above the second."""


def lux_note(luxes: Iterable[int]) -> str:
    """Return the caution that goes with a policy which switches at these illuminances [lx]."""
    model = ", ".join(
        f"{lux} lx at {ELEVATION_DEG_BY_LUX[lux]:g}°" for lux in sorted(set(luxes), reverse=True)
    )
    return (
        f"Unverified: lux levels are turned into the sun's elevation ({model}) by a clear-sky "
        "estimate from general knowledge; a photocell under cloud or in a narrow street burns "
        "longer."
    )
