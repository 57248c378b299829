"""The shipped CSV mappings on rows in the shape and with the quirks of the real files."""

import io

from lighting.identifiers import LanternId
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.rows import Accepted, Rejected

CAMDEN_HEADER = (
    "Local Authority Asset Number,Street Name,Ward Name,Postcode,Description,Switch Regime,"
    "Wattage,Lamp Type,Column Type,Column Height,Heritage Status,Easting,Northing,Longitude,"
    "Latitude,Location"
)
CAMDEN = (
    f"{CAMDEN_HEADER}\n"
    "1001,TAPER LANE,Wick Hill,NW1 0AA,O/S 3,35/18,42,Generic LED Lighting,Lighting Column,"
    "500,No,529000,183000,-0.142,51.531,POINT (-0.142 51.531)\n"
    '1002,TAPER LANE,Wick Hill,VWC00999,"OPP 5, REAR",Continuous,6,'
    "LED Belisha Beacons (Undimmed),Lighting Column,290,,529010,183000,-0.1419,51.531,\n"
    "1003,,Wick Hill,NW1 0AA,,,,,Wall Light,0,Yes,529020,183000,-0.1418,51.531,\n"
    ",EMBER MOUNT,Wick Hill,NW1 0AB,O/S 1,,60,Cosmopolis,Lighting Column,"
    ",No,529030,183000,-0.1417,51.531,\n"
)


def outcomes(text: str, name: str) -> list[Accepted | Rejected]:
    return list(read_lanterns(io.BytesIO(text.encode()), shipped_mapping(name)))


def lanterns(text: str, name: str) -> list[Lantern]:
    return [found.lantern for found in outcomes(text, name) if isinstance(found, Accepted)]


def test_a_camden_row_becomes_a_lantern_with_metres_and_degrees() -> None:
    assert lanterns(CAMDEN, "camden")[0] == Lantern(
        lantern_id=LanternId("camden:1001"),
        latitude_deg=51.531,
        longitude_deg=-0.142,
        road="TAPER LANE",
        ward="Wick Hill",
        postcode="NW1 0AA",
        position="O/S 3",
        lamp="Generic LED Lighting",
        regime="35/18",
        power_w=42.0,
        height_m=5.0,
        tags=frozenset({"led"}),
    )


def test_camden_lamps_regimes_and_columns_become_tags() -> None:
    tags = [lantern.tags for lantern in lanterns(CAMDEN, "camden")]
    assert tags == [{"led"}, {"continuous", "belisha"}, {"wall-light", "heritage"}, {"discharge"}]


def test_missing_values_stay_unknown_and_texts_stay_as_they_are() -> None:
    _, beacon, wall, _ = lanterns(CAMDEN, "camden")
    assert (wall.road, wall.position, wall.regime, wall.lamp) == ("", "", "", "")
    assert (wall.power_w, wall.height_m) == (None, None)
    assert (beacon.postcode, beacon.position) == ("VWC00999", "OPP 5, REAR")
    assert beacon.height_m == 2.9


def test_a_camden_row_without_a_number_is_known_by_its_position_with_a_warning() -> None:
    *_, found = outcomes(CAMDEN, "camden")
    assert isinstance(found, Accepted)
    assert found.lantern.lantern_id == "camden:at:529030:183000"
    (warning,) = found.warnings
    assert (warning.row, warning.field) == (5, "Local Authority Asset Number")
    assert "known as at:529030:183000" in warning.problem


def test_a_height_of_zero_is_unknown_with_a_warning() -> None:
    found = outcomes(CAMDEN, "camden")[2]
    assert isinstance(found, Accepted)
    (warning,) = found.warnings
    assert (warning.row, warning.field, warning.value) == (4, "Column Height", "0")
    assert warning.problem == "height_m cannot be 0; taken as unknown"


def test_a_leeds_row_keeps_area_type_and_lamp_count_as_tags_and_guesses_no_wattage() -> None:
    text = (
        "Operational Area,Road Name,Road Ref.,Unit ID,Unit Ref,Unit Type,Unit Location,"
        "Easting,Northing,Lamps Per Lantern\n"
        "North East,Mantle Row,R 12,900001,7,Lighting Column,O/S 12,430100.5,433900,1\n"
        "North East,Mantle Row,R 12,900002,8,Belisha Beacon,O/S 14,430130,433900,2\n"
    )
    first, second = lanterns(text, "leeds")
    assert (first.lantern_id, first.road, first.column) == ("leeds:900001", "Mantle Row", "7")
    assert (first.position, first.power_w, first.height_m, first.ward) == ("O/S 12", None, None, "")
    assert first.tags == {"area:north-east", "road-ref:r-12", "unit-type:lighting-column"}
    assert second.tags >= {"belisha", "unit-type:belisha-beacon", "lamps:2"}
    assert (round(first.latitude_deg, 2), round(first.longitude_deg, 2)) == (53.80, -1.54)


def test_lamplighters_own_columns_carry_every_field_of_a_lantern() -> None:
    text = (
        "lantern_id,latitude_deg,longitude_deg,road,ward,postcode,position,column,"
        "lighting_class,lamp,regime,power_w,height_m,tags\n"
        'demo:7,53.8,-1.55,"Wick, Upper",W 3,LS1 1AA,O/S 2,4,P4,LED,35/18,18.5,6,led area:north\n'
    )
    assert lanterns(text, "lamplighter") == [
        Lantern(
            lantern_id=LanternId("demo:7"),
            latitude_deg=53.8,
            longitude_deg=-1.55,
            road="Wick, Upper",
            ward="W 3",
            postcode="LS1 1AA",
            position="O/S 2",
            column="4",
            lighting_class="P4",
            lamp="LED",
            regime="35/18",
            power_w=18.5,
            height_m=6.0,
            tags=frozenset({"led", "area:north"}),
        )
    ]


def test_lamplighters_own_columns_may_be_the_three_that_are_needed() -> None:
    text = "longitude_deg,lantern_id,latitude_deg\n-1.55,demo:7,53.8\n"
    (lantern,) = lanterns(text, "lamplighter")
    assert lantern == Lantern(
        lantern_id=LanternId("demo:7"), latitude_deg=53.8, longitude_deg=-1.55
    )


def test_a_key_without_its_prefix_is_refused_where_the_mapping_gives_none() -> None:
    text = "longitude_deg,lantern_id,latitude_deg\n-1.55,7,53.8\n"
    (found,) = outcomes(text, "lamplighter")
    assert isinstance(found, Rejected)
    (problem,) = found.problems
    assert (problem.field, problem.value, problem.problem) == ("lantern_id", "7", "has no prefix")
    assert problem.cure == "write it as source:number"
