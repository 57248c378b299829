"""Measurement: one value that an add-on told us, of a quantity that we know, in its unit."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of one quantity.

    ``quantity`` is a key of ``firmware_profiles.quantities``, which states its unit; ``channel``
    tells several of one quantity apart (``left to right``, ``probe 2``). ``at`` is when it was
    measured [aware UTC], None for "when the message was received".
    """

    quantity: str
    value: float
    channel: str = ""
    at: datetime | None = None
