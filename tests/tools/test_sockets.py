"""`lamplighter sockets`: filled, searched, checked, fitted, removed, corrected, looked back at."""

import json
from pathlib import Path

import pytest

from tests.tools.shell import Cli

LANTERNS = """\
lantern_id,latitude_deg,longitude_deg,road,ward,lighting_class,power_w,tags
leeds:1,53.8195,-1.5774,Otley Road,Headingley,P4,28,led
leeds:2,53.8196,-1.5775,Otley Road,Headingley,P4,28,led
leeds:3,53.7997,-1.5492,The Headrow,City,M3,,
"""
SOCKETS = """\
lantern_id,position,standard,wiring,aux_average_w,aux_peak_w,bus_ma,mass_g,limits_source
leeds:1,bottom,zhaga-2,24 V auxiliary; dali bus,3,6,50,400,sheet 7
leeds:3,top,nema7,permanent mains,,,,,
"""
ZHAGA = ("--standard", "zhaga-2", "--position", "bottom")
NODE = ("--device", "flashnet-fre24-zhaga", "--by", "Ada", "--serial", "F-1")
ACCEPT = ("--accept-by", "Bob", "--accept-reason", "data sheet seen")
NEED = ("--need", "zhaga, 2 W, near 53.80,-1.55")


@pytest.fixture
def town(cli: Cli, tmp_path: Path) -> Cli:
    """Return a shell whose city has three lanterns and two sockets."""
    lanterns, sockets = tmp_path / "lanterns.csv", tmp_path / "sockets.csv"
    lanterns.write_text(LANTERNS, encoding="utf-8")
    sockets.write_text(SOCKETS, encoding="utf-8")
    cli.run("import", "lanterns", lanterns, "--mapping", "lamplighter")
    assert cli.json("sockets", "import", sockets)["added"] == 2
    return cli


def test_an_import_reports_every_bad_row_and_twice_is_once(town: Cli, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(SOCKETS + "leeds:9,bottom,zhaga-2,dali,,,,,\n", encoding="utf-8")
    report = town.json("sockets", "import", file, "--dry-run", code=1)
    assert (report["unchanged"], report["rejected"], report["dry_run"]) == (2, 1, True)
    told = town.text("sockets", "import", file, code=1)
    assert "rejected: row 4, lantern_id 'leeds:9': is not in the inventory; import the" in told
    assert "is not a file" in town.refused("sockets", "import", tmp_path / "none.csv")


def test_every_lantern_gets_the_usual_socket_once(town: Cli) -> None:
    assert "say which lanterns" in town.refused("sockets", "default", *ZHAGA)
    would = town.json("sockets", "default", *ZHAGA, "--all", "--dry-run")
    assert (would["added"], would["unchanged"]) == (2, 1)
    assert town.json("sockets", "default", *ZHAGA, "--tag", "led")["added"] == 1
    assert town.json("sockets", "default", *ZHAGA, "--all")["added"] == 1
    assert town.json("sockets", "default", *ZHAGA, "--all")["added"] == 0
    bad = ("--standard", "nema7", "--position", "top", "--wiring", "steam", "--all")
    assert "'steam' is no wire" in town.refused("sockets", "default", *bad)


def test_a_need_finds_the_nearest_columns_and_says_what_rests_on_belief(town: Cli) -> None:
    town.run("sockets", "default", *ZHAGA, "--all")
    found = town.json("sockets", "find", *NEED)
    assert [each["lantern_id"] for each in found["sockets"]] == ["leeds:3", "leeds:1", "leeds:2"]
    assert found["sockets"][1]["caveats"] == []
    told = town.text("sockets", "find", *NEED)
    assert "3 fit; 0 more cannot be proved to." in told
    near = town.text("sockets", "find", *NEED, "--limit", "1")
    assert "1 fit within 150 m; 0 more cannot be proved to." in near
    wrong = town.text("sockets", "find", "--need", "zhaga, near 51.50,-0.12", "--limit", "1")
    assert "The nearest is 274 km away: check the position." in wrong  # 273.6 km on WGS 84 (pyproj)
    vague = town.text("sockets", "find", "--need", "nas-ul2030, near 53.80,-1.55")
    assert "0 fit; 3 more cannot be proved to.\n--unproved shows them too." in vague
    shown = town.text("sockets", "find", "--need", "nas-ul2030", "--unproved")
    assert "Not provable: mass: not stated for nas-ul2030" in shown
    assert "Ask for less" in town.text("sockets", "find", "--need", "c136.58")
    assert "Rests on: 24 V auxiliary supply, average: 3 W (unverified: general knowledge" in told
    assert "'2 horses': is no amount" in town.refused("sockets", "find", "--need", "2 horses")


def test_a_check_says_why_not_and_what_would_fit(town: Cli) -> None:
    told = town.text("sockets", "check", "leeds:1", "--device", "zane-zlamp", code=1)
    assert "zane-zlamp does not go into leeds:1/bottom" in told
    assert "wrong standard: plugs into nema7; this socket is zhaga-2" in told
    assert "May fit, if somebody answers for what is not stated: in this socket acrios" in told
    vague = town.text("sockets", "check", "leeds:1", "--device", "nas-ul2030", code=1)
    assert "nas-ul2030 is not proved to fit leeds:1/bottom" in vague
    numbered = ("sockets", "check", "leeds:1", "--device", "nas-ul2030", "--number", "2")
    assert "number 2 counts the sockets of a position" in town.refused(*numbered)
    assert "no device 'acme'" in town.refused("sockets", "check", "leeds:1", "--device", "acme")
    clamped = ("sockets", "check", "leeds:2", "--device", "milesight-em320-tilt")
    assert town.json(*clamped)["fits"] is True


def test_a_device_is_fitted_shown_corrected_removed_and_remembered(town: Cli) -> None:
    assert "say who and why" in town.refused("sockets", "fit", "leeds:1", *NODE)
    made = town.json("sockets", "fit", "leeds:1", *NODE, *ACCEPT, "--owner", "Cyti")
    number = made["occupancy_id"]
    assert (made["socket_id"], made["accepted_by"]) == ("leeds:1/bottom", "Bob")
    taken = town.refused("sockets", "fit", "leeds:1", *NODE[:-1], "F-2", *ACCEPT)
    assert f"fitted by Ada, {made['fitted_at'][:10]}" in taken
    shown = town.text("sockets", "show", "leeds:1")
    assert f"leeds:1/bottom: zhaga-2 (24 V auxiliary, dali bus)\n  #{number} flashnet" in shown
    assert "flashnet-fre24-zhaga serial F-1 of Cyti (fitted by Ada" in shown
    assert f"24 V auxiliary supply, average: 0 of 3 W drawn; not stated for #{number}" in shown
    fixed = ("owner=City", "--by", "Eve", "--reason", "typing")
    assert town.json("sockets", "correct", number, *fixed)["owner"] == "City"
    assert "FIELD=VALUE" in town.refused("sockets", "correct", number, "owner", *fixed[1:])
    town.run("sockets", "remove", number, "--by", "Eve", "--reason", "broken")
    told = town.text("sockets", "history", "--serial", "f-1")
    assert "corrected by Eve" in told
    assert "was owner 'Cyti'" in told
    assert "removed by Eve" in told
    assert town.json("sockets", "history", "--now") == {"occupancies": [], "more": False}
    assert town.text("sockets", "history", "--now") == "Nothing on record.\n"
    assert "larger than a database can hold" in town.refused(
        "sockets", "remove", 10**30, "--by", "Eve"
    )
    assert "was removed by Eve" in town.refused("sockets", "remove", number, "--by", "Eve")


def test_a_node_that_is_fitted_answers_for_its_lantern(town: Cli) -> None:
    node = ("--device", "nas-ul2030", "--by", "Ada", "--dev-eui", "70B3D57ED0000001")
    town.run("sockets", "fit", "leeds:1", *node, *ACCEPT, "--application", "lights")
    assert town.json("status")["with_node"] == 1
    assert "lacks the DevEUI" in town.refused(
        "sockets", "fit", "leeds:1", *node[:-2], "--serial", "1", "--application", "lights"
    )


def test_the_limits_are_printed_with_their_sources_and_can_be_ones_own(
    town: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "unverified: general knowledge" in town.text("sockets", "limits")
    own = tmp_path / "limits.toml"
    own.write_text(
        '[zhaga-2]\ntitle = "ours"\nmass_g = { value = 150, source = "sheet 9" }\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("LAMPLIGHTER_SOCKET_LIMITS", str(own))
    assert town.json("sockets", "limits") == {
        "zhaga-2": [{"figure": "mass_g", "value": 150.0, "source": "sheet 9", "unverified": None}]
    }
    own.write_text("[zhaga-9]\n", encoding="utf-8")
    assert "zhaga-9" in town.refused("sockets", "show", "leeds:1")


def test_the_sockets_bench_prints_both_sides_and_finds_the_same(cli: Cli) -> None:
    printed = json.loads(cli.text("bench", "sockets", "--columns", 200))
    assert printed["reference"]["same_ten"] is True
    assert printed["stored"]["near_ms"]
    assert printed["stored"]["from_arrays_ms"]
