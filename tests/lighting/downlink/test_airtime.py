"""Time on air against published vectors, and against the emulator's formula.

The vectors are those of the project reference ``lorawan.md``, section 4.3, computed there from
Semtech AN1200.13; the row of 10 bytes is the Things Stack's own unit test (pkg/toa). The rows for
other coding rates and for FSK are left out: a LoRaWAN downlink in EU868 has neither.
"""

from math import floor

import pytest

from lighting.downlink.airtime import (
    PAYLOAD_MAX_BY_SPREADING,
    SPREADING_MAX,
    SPREADING_MIN,
    Band,
    downlink_airtime_ms,
    time_on_air_ms,
)
from lighting.testing.airtime_probe import downlink_s

WITH_CRC = {
    10: {7: 41.216, 8: 72.192, 9: 144.384, 10: 288.768, 11: 577.536, 12: 991.232},
    37: {7: 82.176, 8: 143.872, 9: 267.264, 10: 493.568, 11: 1069.056, 12: 1974.272},
    13: {7: 46.336, 9: 164.864},
    16: {7: 51.456},
    17: {7: 51.456},
    18: {7: 51.456},
    19: {7: 51.456, 9: 185.344},
}
"""Vectors 1: PHY bytes to spreading factor to milliseconds, CRC on, coding rate 4/5, 125 kHz."""

SPREADINGS = (12, 11, 10, 9, 8, 7)
DOWNLINK = {
    1: (1155.072, 577.536, 288.768, 144.384, 82.432, 41.216, 20.608),
    5: (1318.912, 659.456, 329.728, 164.864, 92.672, 51.456, 25.728),
    10: (1482.752, 741.376, 370.688, 185.344, 102.912, 56.576, 28.288),
    11: (1482.752, 741.376, 370.688, 205.824, 102.912, 56.576, 28.288),
    20: (1810.432, 905.216, 452.608, 246.784, 133.632, 71.936, 35.968),
    30: (2138.112, 1150.976, 534.528, 287.744, 154.112, 87.296, 43.648),
    46: (2629.632, 1396.736, 657.408, 349.184, 195.072, 107.776, 53.888),
    51: (2793.472, 1478.656, 698.368, 369.664, 205.312, 118.016, 59.008),
    115: (None, None, None, 676.864, 369.152, 210.176, 105.088),
    222: (None, None, None, None, 645.632, 368.896, 184.448),
}
"""Vectors 2: application bytes to milliseconds at ``SPREADINGS`` and at last SF7 over 250 kHz."""


@pytest.mark.parametrize(
    ("phy_bytes", "spreading", "expected_ms"),
    [(size, sf, ms) for size, by_sf in WITH_CRC.items() for sf, ms in by_sf.items()],
)
def test_a_frame_with_crc_takes_the_published_time(
    phy_bytes: int, spreading: int, expected_ms: float
) -> None:
    found_ms = time_on_air_ms(phy_bytes=phy_bytes, spreading=spreading, crc=True)
    assert found_ms == pytest.approx(expected_ms, abs=1e-9)


def test_a_wider_channel_halves_the_time() -> None:
    found_ms = time_on_air_ms(phy_bytes=10, spreading=7, bandwidth_hz=250_000, crc=True)
    assert found_ms == pytest.approx(20.608, abs=1e-9)  # vectors 1, SF7/250k PL10


@pytest.mark.parametrize(
    ("payload_bytes", "spreading", "expected_ms"),
    [
        (size, sf, ms)
        for size, row in DOWNLINK.items()
        for sf, ms in zip(SPREADINGS, row, strict=False)
        if ms is not None
    ],
)
def test_a_downlink_takes_the_published_time(
    payload_bytes: int, spreading: int, expected_ms: float
) -> None:
    assert downlink_airtime_ms(payload_bytes, spreading) == pytest.approx(expected_ms, abs=1e-9)


@pytest.mark.parametrize("payload_bytes", DOWNLINK)
def test_a_downlink_over_250_khz_takes_the_published_time(payload_bytes: int) -> None:
    found_ms = time_on_air_ms(phy_bytes=payload_bytes + 13, spreading=7, bandwidth_hz=250_000)
    assert found_ms == pytest.approx(DOWNLINK[payload_bytes][-1], abs=1e-9)


@pytest.mark.parametrize("spreading", range(SPREADING_MIN, SPREADING_MAX + 1))
def test_the_emulators_own_formula_agrees_for_every_size(spreading: int) -> None:
    for payload_bytes in range(256 - 13):  # what fits the 255 bytes of a PHY payload
        theirs_ms = downlink_s(payload_bytes, spreading) * 1000
        assert downlink_airtime_ms(payload_bytes, spreading) == pytest.approx(theirs_ms)


@pytest.mark.parametrize("spreading", [0, 6, 13, -7])
def test_a_spreading_factor_that_lora_does_not_have_is_refused(spreading: int) -> None:
    with pytest.raises(ValueError, match=f"SF{spreading} and 10 bytes"):
        time_on_air_ms(phy_bytes=10, spreading=spreading)


def test_a_size_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 bytes"):
        time_on_air_ms(phy_bytes=-1, spreading=12)


def test_the_largest_payloads_are_those_of_the_regional_parameters() -> None:
    # Reference, 4.1: N at DR0 to DR5, repeater-compatible.
    assert PAYLOAD_MAX_BY_SPREADING == {12: 51, 11: 51, 10: 51, 9: 115, 8: 222, 7: 222}


def test_the_band_allows_six_minutes_of_every_hour() -> None:
    assert Band().budget_ms == pytest.approx(360_000)  # reference, 4.2, band P: 360 s/h
    assert Band().window.total_seconds() == 3600


@pytest.mark.parametrize(
    ("payload_bytes", "frames_an_hour"),
    [
        (20, (198, 397, 795, 1458, 2693, 5004)),
        (51, (128, 243, 515, 973, 1753, 3050)),
    ],
)
def test_as_many_frames_fit_an_hour_as_the_reference_says(
    payload_bytes: int, frames_an_hour: tuple[int, ...]
) -> None:
    found = tuple(
        floor(Band().budget_ms / downlink_airtime_ms(payload_bytes, sf)) for sf in SPREADINGS
    )
    assert found == frames_an_hour  # reference, 6.1
