"""What virtual add-ons say is what their makers publish, byte for byte."""

from firmware_profiles.codecs import codec_for
from lighting.testing import add_on_frames as frames
from lighting.testing.virtual_lantern import Saying
from tests.firmware_profiles.addons.vectors import PUBLISHED, Vector

NOON_S = 1_665_561_758.0
"""2022-10-12 08:02:38 UTC, as in Milesight's published kept measurement."""


def published(name: str) -> Vector:
    """Return a vector of the files beside the codecs, each with its source."""
    (vector,) = (each for each in PUBLISHED if each.name == name)
    return vector


def payload(said: Saying) -> str:
    return said[1].hex()


def test_decentlabs_particles_are_as_published() -> None:
    vector = published("DL-PM, all sensors")
    said = frames.dl_pm(
        pm=(3.7, 3.9, 3.9, 3.9),
        size_nm=501,
        numbers=(26.3, 30, 30.1, 30.1, 30.1),
        climate=(24.35660461425781, 41.63221740722656, 96_800),
        battery_v=3.109,
        device=0x1B50,
    )
    assert said == (vector.port, vector.payload)


def test_decentlabs_road_surface_is_as_published() -> None:
    vector = published("DL-CWS, all sensors")
    said = frames.dl_cws(
        weather=(26.79, 27.09, 60.1, 18.68), tilt_deg=71, head_c=26.54, battery_v=2.932,
        device=0x4639,
    )  # fmt: skip
    assert said == (vector.port, vector.payload)


def test_milesights_reports_are_as_published() -> None:
    climate = frames.em300_th(air_c=27.2, humidity=56.5, battery=100)
    assert climate[1] == published("EM300-TH with battery").payload
    level = frames.em500_udl(distance_m=0.030, battery=100)
    assert level[1] == published("EM500-UDL").payload
    angles = frames.em320_tilt(angles_deg=(0, 0, 90), alarms=0b010, battery=100)
    assert angles == (85, published("EM320-TILT").payload)
    motion = frames.ws202(motion=True, daylight=False, battery=92)
    assert motion == (85, published("WS202 on the port of the factory").payload)


def test_parametrics_counts_are_as_published() -> None:
    vector = published("counts, extended payload of version 4")
    said = frames.pcr2(counts=(1, 2), totals=(3, 4), battery_v=7.2, solar_w=3.3, inside_c=31.3)
    assert said == (vector.port, vector.payload)


def test_a_total_of_parametrics_overflows_as_in_the_catalogue() -> None:
    said = frames.pcr2(counts=(0, 0), totals=(65_535, 65_536), battery_v=7.2, solar_w=0, inside_c=0)
    assert payload(said)[14:22] == "ffff0000"


def test_pmxs_counts_are_as_published() -> None:
    vector = published("counts on port 13: all that moves")
    said = frames.tcr(clock=(20, 10), counts=(1000, 1100), speeds_km_h=(50, 52), supply_v=5.1)
    assert said == (vector.port, vector.payload)


def test_a_distance_that_was_kept_tells_its_time() -> None:
    """The frame is Milesight's kept climate of EM300-TH, 20CE9E744663…, with a distance in it."""
    said = frames.em500_udl_kept(distance_m=2.116, at_s=NOON_S)
    assert payload(said) == "20ce9e7446634408"
    (kept,) = codec_for("milesight_em500_udl").decode(*said)
    assert kept.value == 2.116
    assert kept.at is not None
    assert kept.at.timestamp() == NOON_S
