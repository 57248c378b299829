"""The published files of Camden and Cambridge; the counts are those of the data's own notes.

The counts were taken from the files when they were gathered, apart from this code.
"""

import math
from collections import Counter
from pathlib import Path

import pytest

from lighting.inventory.coordinates import Position, positions
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.csv_rows import csv_rows
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.mapping import PositionPart
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.rows import Accepted, SourceRow


def read(path: Path, name: str) -> list[Accepted]:
    with path.open("rb") as stream:
        found = list(read_lanterns(stream, shipped_mapping(name)))
    accepted = [outcome for outcome in found if isinstance(outcome, Accepted)]
    assert len(accepted) == len(found)
    return accepted


@pytest.fixture(scope="module")
def camden(shared_data: Path) -> list[Accepted]:
    return read(shared_data / "camden" / "lanterns.csv", "camden")


def test_all_11649_camden_lanterns_are_accepted_each_with_its_own_key(
    camden: list[Accepted],
) -> None:
    assert len({found.lantern.lantern_id for found in camden}) == len(camden) == 11_649


def test_one_camden_lantern_is_known_by_its_position(camden: list[Accepted]) -> None:
    (found,) = [x for x in camden if x.lantern.lantern_id.startswith("camden:at:")]
    assert found.lantern.road == "PRINCE ARTHUR ROAD"
    assert len(found.warnings) == 1


def test_camden_heights_are_unknown_547_times_by_absence_and_185_times_by_a_zero(
    camden: list[Accepted],
) -> None:
    unknown = [found for found in camden if found.lantern.height_m is None]
    warned = [w for found in camden for w in found.warnings if w.field == "Column Height"]
    assert len(unknown) == 547 + 185
    assert len(warned) == 185


def test_camden_regimes_and_lamps_are_tagged_as_counted(camden: list[Accepted]) -> None:
    tags = Counter(tag for found in camden for tag in found.lantern.tags)
    assert tags["continuous"] == 498
    assert tags["belisha"] == 481
    assert tags["led"] == 7_591 + 1_108 + 399
    assert (
        sum("continuous" not in x.lantern.tags for x in camden if "belisha" in x.lantern.tags) == 0
    )


def test_camden_wattages_add_up_and_are_unknown_109_times(camden: list[Accepted]) -> None:
    watts = [found.lantern.power_w for found in camden if found.lantern.power_w is not None]
    assert sum(watts) == 624_252
    assert len(camden) - len(watts) == 109
    assert sum(found.lantern.regime == "" for found in camden) == 29


def test_camdens_grid_coordinates_land_2_m_from_its_own_longitudes_and_latitudes(
    shared_data: Path,
) -> None:
    # The data's notes: a seven-parameter Helmert conversion lands 1.73 m to 1.90 m away.
    mapping = shipped_mapping("camden")
    with (shared_data / "camden" / "lanterns.csv").open("rb") as stream:
        rows = [row for row in csv_rows(stream, mapping) if isinstance(row, SourceRow)]
    grid = PositionPart(system="british_national_grid", x="Easting", y="Northing")
    pairs = zip(positions(rows, grid), positions(rows, mapping.position), strict=True)
    away_m = [distance_m(a, b) for a, b in pairs]
    assert min(away_m) == pytest.approx(1.73, abs=0.02)  # positions are rounded to 1 cm
    assert max(away_m) == pytest.approx(1.90, abs=0.02)


def distance_m(a: object, b: object) -> float:
    """Return how far ``a`` is from ``b`` [m], with the radii of WGS 84 at 51.55 degrees north."""
    assert isinstance(a, Position)
    assert isinstance(b, Position)
    north = (a.latitude_deg - b.latitude_deg) * 111_264.0
    return math.hypot(north, (a.longitude_deg - b.longitude_deg) * 69_350.0)


def test_all_6117_cambridge_poles_are_accepted_without_a_wattage(shared_data: Path) -> None:
    found = read(shared_data / "cambridge-ma" / "street_lights.geojson", "cambridge-ma")
    assert len({x.lantern.lantern_id for x in found}) == len(found) == 6_117
    assert not any(x.lantern.power_w or x.warnings for x in found)
    tags = Counter(tag for x in found for tag in x.lantern.tags)
    assert (tags["led"], tags["lamps:2"], tags["lamps:0"]) == (5_949, 185, 4)
    assert (tags["owner:city"], tags["owner:private"]) == (5_086, 4)
    lamps = Counter(x.lantern.lamp for x in found)
    assert lamps[""] == 1_278 + 26 + 1


def test_the_cambridge_lights_that_have_no_key_are_refused_as_a_whole(shared_data: Path) -> None:
    path = shared_data / "cambridge-ma" / "street_lights_not_city_owned.geojson"
    with path.open("rb") as stream, pytest.raises(CouncilFileError, match="present: ELEV"):
        read_lanterns(stream, shipped_mapping("cambridge-ma"))
