"""AirtimeProbe: an independent witness of each gateway's air time over its worst hour.

Its formula is written apart from ``lighting.downlink.airtime`` on purpose: two that must agree.
"""

import math
from collections import deque
from dataclasses import dataclass, field

HOUR_S = 3600.0
_LORAWAN_BYTES = 13
"""A downlink's bytes around the application payload, without FOpts."""


def downlink_s(payload_bytes: int, spreading: int) -> float:
    """Return the time on air [s] of a downlink at 125 kHz, coding rate 4/5, no payload CRC.

    Semtech AN1200.13: 12.25 preamble symbols, 8 symbols of header, then code words of five symbols
    that carry four nibbles' worth of spread bits each.
    """
    symbol_s = (1 << spreading) / 125e3
    slow = symbol_s > 16e-3  # noqa: PLR2004 - 16 ms: low data rate optimisation
    bits_a_word = 4 * (spreading - 2 * slow)
    bits = 8 * (payload_bytes + _LORAWAN_BYTES) + 28 - 4 * spreading
    return (12.25 + 8 + 5 * max(math.ceil(bits / bits_a_word), 0)) * symbol_s


@dataclass(slots=True)
class AirtimeProbe:
    """Air time of one gateway: its worst hour so far, and all of it."""

    worst_s: float = 0.0
    total_s: float = 0.0
    frames: int = 0
    _recent_s: float = 0.0
    _recent: deque[tuple[float, float]] = field(default_factory=deque)

    @property
    def worst_share(self) -> float:
        """The part of its worst hour, 0 to 1, in which the gateway was on the air."""
        return self.worst_s / HOUR_S

    def within_hour_s(self, end_s: float) -> float:
        """Return the air time [s] of the hour that ends at ``end_s``."""
        while self._recent and self._recent[0][0] <= end_s - HOUR_S:
            self._recent_s -= self._recent.popleft()[1]
        return self._recent_s

    def count(self, end_s: float, airtime_s: float) -> None:
        """Count a frame that ends at ``end_s`` (seconds since 1970; in order)."""
        self._recent.append((end_s, airtime_s))
        self._recent_s += airtime_s
        self.total_s += airtime_s
        self.frames += 1
        self.worst_s = max(self.worst_s, self.within_hour_s(end_s))
