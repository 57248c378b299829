"""Units as types, so that mypy tells watts from kilowatt-hours."""

from typing import NewType

Watts = NewType("Watts", float)
KilowattHours = NewType("KilowattHours", float)
KilogramsCo2e = NewType("KilogramsCo2e", float)
KilogramsCo2ePerKwh = NewType("KilogramsCo2ePerKwh", float)

WATT_HOURS_PER_KWH = 1000.0


def kwh(power_w: float, hours: float) -> KilowattHours:
    """Return the energy [kWh] of ``power_w`` [W] over ``hours`` [h]."""
    return KilowattHours(power_w * hours / WATT_HOURS_PER_KWH)
