"""What add-ons say, as bytes: the device's side of published layouts, one function for each make.

Written apart from the codecs in ``firmware_profiles/addons``, from the sources that are named in
the ``vectors.toml`` there, so that one mistake is not made on both sides. A value that does not fit
its field is an error of who calls.
"""

import struct
from typing import Final

from lighting.testing.virtual_lantern import Saying

DECENTLAB_PORT: Final = 1
MILESIGHT_PORT: Final = 85
PCR2_PORT: Final = 14
TCR_PORT: Final = 13
"""The ports from the factory; TCR counts all that moves on its port."""

_DECENTLAB_VERSION: Final = 2
_MIDDLE: Final = 0x8000


def dl_pm(
    *,
    pm: tuple[float, ...],
    size_nm: int,
    numbers: tuple[float, ...],
    climate: tuple[float, float, float],
    battery_v: float,
    device: int = 0,
) -> Saying:
    """Return a report of Decentlab's DL-PM.

    ``pm`` is PM1, 2.5, 4 and 10 [µg/m³], ``numbers`` how many up to five sizes [1/cm³], ``climate``
    the air's temperature [°C], humidity [%] and pressure [Pa].
    """
    air_c, humidity, pressure_pa = climate
    words = [
        round(battery_v * 1000),
        *(round(each * 10) for each in pm),
        size_nm,
        *(round(each * 10) for each in numbers),
        round((air_c + 46.85) * 65536 / 175.72),
        round((humidity + 6) * 65536 / 125),
        round(pressure_pa / 2),
    ]
    return _decentlab(device, 0b1111, words)


def dl_cws(
    *,
    weather: tuple[float, float, float, float],
    tilt_deg: int,
    head_c: float,
    battery_v: float,
    device: int = 0,
) -> Saying:
    """Return a report of Decentlab's DL-CWS, which looks at the road.

    ``weather`` is the surface's temperature [°C], the air's, its humidity [%] and dew point [°C].
    """
    hundredths = [_MIDDLE + round(each * 100) for each in weather]
    head = [_MIDDLE + tilt_deg, _MIDDLE + round(head_c * 100), round(battery_v * 1000)]
    return _decentlab(device, 0b11, [*hundredths, *head])


def em300_th(*, air_c: float, humidity: float, battery: int) -> Saying:
    """Return a report of Milesight's EM300-TH; ``battery`` [%]."""
    climate = struct.pack("<BBhBBB", 0x03, 0x67, round(air_c * 10), 0x04, 0x68, round(humidity * 2))
    return _milesight(climate, battery)


def em500_udl(*, distance_m: float, battery: int) -> Saying:
    """Return a report of Milesight's EM500-UDL: how far the water is."""
    return _milesight(struct.pack("<BBH", 0x03, 0x82, round(distance_m * 1000)), battery)


def em500_udl_kept(*, distance_m: float, at_s: float) -> Saying:
    """Return a distance that an EM500-UDL had kept since ``at_s``, to be sent when it can."""
    body = struct.pack("<BBIH", 0x20, 0xCE, round(at_s), round(distance_m * 1000))
    return MILESIGHT_PORT, body


def em320_tilt(*, angles_deg: tuple[float, float, float], alarms: int, battery: int) -> Saying:
    """Return a report of Milesight's EM320-TILT; ``alarms`` has a bit for each axis, x the lowest.

    An angle is fifteen bits of hundredths of a degree, above one bit of alarm.
    """
    words = [round(angle * 100) << 1 | alarms >> axis & 1 for axis, angle in enumerate(angles_deg)]
    return _milesight(struct.pack("<BB3h", 0x03, 0xD4, *words), battery)


def ws202(*, motion: bool, daylight: bool, battery: int) -> Saying:
    """Return a report of Milesight's WS202: whether somebody moved, and whether it is light."""
    return _milesight(bytes([0x03, 0x00, motion, 0x04, 0x00, daylight]), battery)


def pcr2(
    *,
    counts: tuple[int, int],
    totals: tuple[int, int],
    battery_v: float,
    solar_w: float,
    inside_c: float,
) -> Saying:
    """Return an extended payload, version 4, of Parametric's PCR2; its totals overflow."""
    body = struct.pack(
        ">2sB6Hh",
        b"\xbe\x01",
        4,
        *counts,
        *(total % 0x10000 for total in totals),
        round(battery_v * 1000),
        round(solar_w * 1000),
        round(inside_c * 10),
    )
    return PCR2_PORT, body


def tcr(
    *,
    clock: tuple[int, int],
    counts: tuple[int, int],
    speeds_km_h: tuple[int, int],
    supply_v: float,
) -> Saying:
    """Return the counts of a PMX TCR in one interval; ``clock`` is its own hour and minute."""
    (left, right), (left_km_h, right_km_h) = counts, speeds_km_h
    tenths = round(supply_v * 10)
    body = struct.pack(">BBBHBHBB", 0xA2, *clock, left, left_km_h, right, right_km_h, tenths)
    return TCR_PORT, body


def _decentlab(device: int, flags: int, words: list[int]) -> Saying:
    head = struct.pack(">BHH", _DECENTLAB_VERSION, device, flags)
    return DECENTLAB_PORT, head + struct.pack(f">{len(words)}H", *words)


def _milesight(channels: bytes, battery: int) -> Saying:
    return MILESIGHT_PORT, bytes([0x01, 0x75, battery]) + channels
