"""Time on air of a LoRa downlink, and the EU868 sub-band it must fit in.

Formula: Semtech AN1200.13 (SX1276 datasheet), explicit header, coding rate 4/5, eight preamble
symbols. A LoRaWAN downlink has no payload CRC (LoRaWAN 1.0.3, 3.2).
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

MAC_OVERHEAD_BYTES = 13
"""MHDR 1, DevAddr 4, FCtrl 1, FCnt 2, FPort 1, MIC 4; no FOpts."""

PREAMBLE_SYMBOLS = 8
LOW_RATE_SYMBOL_MS = 16.0
"""From this symbol time on the low-data-rate optimisation is on (SF11 and SF12 at 125 kHz)."""

SPREADING_MIN, SPREADING_MAX = 7, 12

PAYLOAD_MAX_BY_SPREADING = {12: 51, 11: 51, 10: 51, 9: 115, 8: 222, 7: 222}
"""Application payload [bytes] at EU868 DR0 to DR5, repeater-compatible (Regional Parameters)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A sub-band with its duty-cycle limit; EU868 band P unless settings say otherwise."""

    frequency_hz: int = 869_525_000
    duty_cycle: float = 0.10
    window_s: int = 3600

    @property
    def window(self) -> timedelta:
        """The sliding window as a duration."""
        return timedelta(seconds=self.window_s)

    @property
    def budget_ms(self) -> float:
        """Air time [ms] that one transmitter may use in any window."""
        return self.duty_cycle * self.window_s * 1000


def time_on_air_ms(
    *, phy_bytes: int, spreading: int, bandwidth_hz: int = 125_000, crc: bool = False
) -> float:
    """Return the time on air [ms] of a LoRa frame of ``phy_bytes`` PHY payload.

    Raises:
        ValueError: a spreading factor outside 7 to 12 or a negative size.
    """
    if not SPREADING_MIN <= spreading <= SPREADING_MAX or phy_bytes < 0:
        raise ValueError(f"no time on air for SF{spreading} and {phy_bytes} bytes")
    symbol_ms = (1 << spreading) / bandwidth_hz * 1000
    low_rate = 2 if symbol_ms >= LOW_RATE_SYMBOL_MS else 0
    bits = 8 * phy_bytes - 4 * spreading + 28 + (16 if crc else 0)
    symbols = 8 + max(ceil(bits / (4 * (spreading - low_rate))) * 5, 0)
    return (PREAMBLE_SYMBOLS + 4.25 + symbols) * symbol_ms


def downlink_airtime_ms(payload_bytes: int, spreading: int) -> float:
    """Return the time on air [ms] of a downlink with ``payload_bytes`` of application data."""
    return time_on_air_ms(phy_bytes=payload_bytes + MAC_OVERHEAD_BYTES, spreading=spreading)
