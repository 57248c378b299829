"""Target: what a lantern node can hold, as numbers. Firmware profiles declare one each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Limits of one firmware line. Units are in the names; every limit is inclusive."""

    profiles_max: int
    """How many day programs (sets of clock steps with their weekdays) it holds."""
    clock_steps_max: int
    """Clock steps in one day program."""
    clock_grid_min: int
    """Clock steps lie on multiples of this many minutes after 00:00 UTC."""
    sun_steps_max: int
    """Sun steps on each side of the night."""
    zenith_grid_deg: float
    zenith_deg_min: float
    zenith_deg_max: float
    position_grid_deg: float
    """Latitude and longitude are held to multiples of this."""
    level_on_min: int
    """The lowest level that gives light: below it the relay is off."""
    fades_s: tuple[float, ...]
    """The fade times it knows [s], ascending."""
    override_min_max: int
    """The longest timed override [minutes]."""
