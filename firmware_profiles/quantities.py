"""The table of quantities: what a measurement is of, its unit, what is possible, how it adds up.

Units are SI or accepted for use with SI; ``%`` is of the full value, ``1`` is a state (0 or 1).
A value outside ``low`` to ``high`` cannot be true of the open air of a city (or the device that
stands in it): it is flagged, never dropped, so that a broken sensor shows. The limits are ours,
generous on purpose; they are no standard and no sensor's range.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final

from firmware_profiles.errors import UnknownQuantityError

STATE_UNIT: Final = "1"
_U32: Final = float(0xFFFFFFFF)


class RollUp(StrEnum):
    """How several values become the one of an hour or a day."""

    MEAN = "mean"
    SUM = "sum"
    """Each value counts what happened since the one before."""
    LAST = "last"
    COUNTER = "counter"
    """Each value counts since the device started; what happened is the rise. A fall is a restart
    or an overflow, and the new value alone is what is certain to have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One kind of value. ``people`` counts or senses people: aggregates of 15 minutes only."""

    key: str
    title: str
    unit: str
    low: float
    high: float
    roll_up: RollUp
    people: bool = False

    @property
    def is_state(self) -> bool:
        """Whether its values are 0 (no) and 1 (yes)."""
        return self.unit == STATE_UNIT

    def is_possible(self, value: float) -> bool:
        """Return whether ``value`` can be true: finite and from ``low`` to ``high``."""
        return isfinite(value) and self.low <= value <= self.high


# A row is: key, title, unit, low, high.
_Row = tuple[str, str, str, float, float]

_MEANS: Final[tuple[_Row, ...]] = (
    # Weather
    ("air_temperature", "Air temperature", "°C", -60, 60),
    ("humidity", "Relative humidity of the air", "%", 0, 100),
    ("dew_point", "Dew point", "°C", -80, 50),
    ("pressure", "Air pressure", "Pa", 50_000, 110_000),
    ("wind_speed", "Wind speed", "m/s", 0, 120),
    ("illuminance", "Illuminance", "lux", 0, 200_000),
    # Surfaces and devices
    ("surface_temperature", "Temperature of the surface looked at", "°C", -60, 100),
    ("probe_temperature", "Temperature at a probe on a cable", "°C", -60, 130),
    ("device_temperature", "Temperature inside the device", "°C", -60, 130),
    # Air quality
    ("pm1", "Particles up to 1 µm", "µg/m³", 0, 10_000),
    ("pm2_5", "Particles up to 2.5 µm", "µg/m³", 0, 10_000),
    ("pm4", "Particles up to 4 µm", "µg/m³", 0, 10_000),
    ("pm10", "Particles up to 10 µm", "µg/m³", 0, 10_000),
    ("particle_number", "Number of particles in the air", "1/cm³", 0, 1_000_000),
    ("particle_size", "Typical size of particles", "nm", 0, 100_000),
    ("o3", "Ozone", "ppb", 0, 10_000),
    ("no2", "Nitrogen dioxide", "ppb", 0, 100_000),
    ("so2", "Sulphur dioxide", "ppb", 0, 100_000),
    ("co", "Carbon monoxide", "ppb", 0, 1_000_000),
    ("co2", "Carbon dioxide", "ppb", 0, 100_000_000),
    ("h2s", "Hydrogen sulphide", "ppb", 0, 1_000_000),
    ("nh3", "Ammonia", "ppb", 0, 1_000_000),
    ("cl2", "Chlorine", "ppb", 0, 100_000),
    ("gas_resistance", "Resistance of the sensor of volatile compounds", "ohm", 0, 100_000_000),
    ("sound_level", "Sound level, A-weighted", "dB(A)", 0, 150),
    # Gullies, columns, traffic
    ("distance", "Distance to the nearest surface", "m", 0, 50),
    ("fill_level", "How full, of the whole depth", "%", 0, 100),
    ("tilt", "Angle to an axis", "deg", -180, 180),
    ("vehicle_speed", "Mean speed of the vehicles counted", "m/s", 0, 100),
    # Supply
    ("battery_voltage", "Voltage of the battery", "V", 0, 60),
    ("supply_voltage", "Voltage of the supply", "V", 0, 500),
    ("solar_power", "Power of the solar panel", "W", 0, 1_000),
)

_SUMS: Final[tuple[_Row, ...]] = (
    ("rain", "Rain since the report before", "mm", 0, 500),
    ("vehicle_count", "Vehicles since the report before", "count", 0, 65_535),
)

_LASTS: Final[tuple[_Row, ...]] = (
    # A mean of directions is no mean of numbers (359° and 1°), so the last one stands.
    ("wind_direction", "Direction that the wind comes from", "deg", 0, 360),
    ("battery_level", "Charge of the battery", "%", 0, 100),
    ("daylight", "It is light", STATE_UNIT, 0, 1),
    ("tipped", "The device is not upright", STATE_UNIT, 0, 1),
    ("device_alarm", "The device's own threshold is passed", STATE_UNIT, 0, 1),
    ("sensor_fault", "The device says that its sensor gives no reading", STATE_UNIT, 0, 1),
)

_PEOPLE: Final[tuple[tuple[_Row, RollUp], ...]] = (
    (("people_count", "People since the report before", "count", 0, 65_535), RollUp.SUM),
    (("people_total", "People since the device started", "count", 0, _U32), RollUp.COUNTER),
    (("people_present", "People there now", "count", 0, 65_535), RollUp.MEAN),
    (("motion", "Reports that somebody moved", STATE_UNIT, 0, 1), RollUp.SUM),
)


def _quantity(row: _Row, roll_up: RollUp, *, people: bool = False) -> Quantity:
    key, title, unit, low, high = row
    return Quantity(
        key=key, title=title, unit=unit, low=low, high=high, roll_up=roll_up, people=people
    )


_QUANTITIES: Final[tuple[Quantity, ...]] = (
    *(_quantity(row, RollUp.MEAN) for row in _MEANS),
    *(_quantity(row, RollUp.SUM) for row in _SUMS),
    *(_quantity(row, RollUp.LAST) for row in _LASTS),
    *(_quantity(row, roll_up, people=True) for row, roll_up in _PEOPLE),
)
_BY_KEY: Final = {quantity.key: quantity for quantity in _QUANTITIES}


def all_quantities() -> tuple[Quantity, ...]:
    """Return every quantity."""
    return _QUANTITIES


def quantity_for(key: str) -> Quantity:
    """Return the quantity called ``key``, such as ``air_temperature``.

    Raises:
        UnknownQuantityError: there is none.
    """
    try:
        return _BY_KEY[key]
    except KeyError as exc:
        raise UnknownQuantityError(key, tuple(_BY_KEY)) from exc
