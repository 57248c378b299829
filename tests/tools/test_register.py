"""`lamplighter devices register` and its kin, as a person in a depot or on a pavement runs them."""

import csv
from pathlib import Path

import pytest

from tests.tools.shell import Cli

DEV_EUI = "70B3D57ED0000001"
LABEL = f"LW:D0:1122334455667788:{DEV_EUI}:02590001:SXC1234"
APP_KEY = "2B7E151628AED2A6ABF7158809CF4F3C"
SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # noqa: S105 - bytes 0 to 31
WHERE = ("--model", "nas-ul2020", "--lantern", "leeds:1", "--by", "ann", "--application", "street")
LANTERNS = """\
lantern_id,latitude_deg,longitude_deg,road,ward,lighting_class,power_w,tags
leeds:1,53.8195,-1.5774,Otley Road,Headingley,P4,28,led
leeds:2,53.8198,-1.5774,Otley Road,Headingley,P4,28,led
"""
PLAN = """\
kind = "chirpstack"
address = "127.0.0.1:1"
tenant_id = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242"
[applications]
lighting = "5b1f0d3e-7f8a-4c57-9a53-6d0c1a7e2f40"
[profiles]
"class C" = "e9a3f5a4-1f0e-4b39-8c57-0d0f6f9f5f0a"
"""


@pytest.fixture
def street(cli: Cli, tmp_path: Path) -> Cli:
    """Return a shell over a city of two lanterns."""
    file = tmp_path / "lanterns.csv"
    file.write_text(LANTERNS, encoding="utf-8")
    cli.run("import", "lanterns", file, "--mapping", "lamplighter")
    return cli


def nodes(cli: Cli) -> int:
    """Return how many lanterns have a node."""
    return sum(cli.json("status")["evidence"].values())


def test_a_device_is_scanned_registered_waited_for_and_removed(street: Cli) -> None:
    assert street.json("devices", "scan", LABEL)["known"] is None
    made = street.json("devices", "register", LABEL, *WHERE)
    assert (made["state"], made["lantern_id"], made["serial"]) == (
        "registered",
        "leeds:1",
        "XC1234",
    )
    assert "by hand" in made["steps"][-1]["note"]
    assert nodes(street) == 1
    assert street.json("devices", "register", LABEL, *WHERE) == made
    assert street.json("devices", "scan", DEV_EUI)["where"] == "lantern leeds:1"
    (waiting,) = street.json("devices", "waiting")
    assert waiting["dev_eui"] == DEV_EUI.lower()
    assert DEV_EUI.lower() in street.text("devices", "waiting")
    gone = street.json("devices", "remove", LABEL, "--by", "bob", "--reason", "column down")
    assert gone["state"] == "removed"
    assert nodes(street) == 0


def test_a_swap_is_told_with_the_history_of_the_new_one(street: Cli) -> None:
    street.run("devices", "register", LABEL, *WHERE)
    new = "70b3d57ed0000002"
    words = (new, "--model", "nas-ul2020", "--by", "bob", "--application", "street")
    told = street.text("devices", "swap", DEV_EUI, *words, "--reason", "dead")
    assert f"{new} (nas-ul2020) on lantern leeds:1: registered" in told
    assert "swapped" in street.text("devices", "scan", DEV_EUI)


def test_the_nearest_lanterns_are_listed_with_distances(street: Cli) -> None:
    found = street.json("devices", "near", "53.81951,-1.5774", "--model", "nas-ul2020")
    # 0.0003 degrees of latitude are 33.4 m
    assert [each["lantern_id"] for each in found] == ["leeds:1", "leeds:2"]
    assert [each["distance_m"] for each in found] == pytest.approx([1.1, 32.3], abs=0.1)
    assert "too far to be the one" in street.text("devices", "near", "53.81951,-1.5774")
    assert "is no LATITUDE,LONGITUDE" in street.refused("devices", "near", "here")


def test_keys_are_read_from_a_file_and_kept_until_the_server_is_back(
    street: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, keys = tmp_path / "server.toml", tmp_path / "key.txt"
    plan.write_text(PLAN, encoding="utf-8")
    keys.write_text(f"{APP_KEY}\n", encoding="utf-8")
    monkeypatch.setenv("LAMPLIGHTER_DEVICE_SERVER", str(plan))
    words = (LABEL, *WHERE[:-2], "--keys-file", keys)
    assert "there is no API key for it" in street.refused("devices", "register", *words)
    monkeypatch.setenv("LAMPLIGHTER_DEVICE_SERVER_TOKEN", "token")
    assert "there is no secret key" in street.refused("devices", "register", *words)
    monkeypatch.setenv("LAMPLIGHTER_SECRET_KEY", SECRET)
    result = street.run("devices", "register", *words)
    assert "fitted" in result.stdout
    assert "does not answer as it should" in result.stdout
    assert APP_KEY[:12] not in result.output
    assert street.json("devices", "retry") == {"done": 0}


def test_a_key_file_that_is_none_is_refused_without_its_text(street: Cli, tmp_path: Path) -> None:
    keys = tmp_path / "key.txt"
    for text in (f"{APP_KEY}x", f"{APP_KEY}\n{APP_KEY}\n{APP_KEY}", ""):
        keys.write_text(text, encoding="utf-8")
        told = street.refused("devices", "register", LABEL, *WHERE, "--keys-file", keys)
        assert APP_KEY[:12] not in told


def test_a_file_of_devices_is_registered_and_its_result_opens_in_a_spreadsheet(
    street: Cli, tmp_path: Path
) -> None:
    file, result = tmp_path / "devices.csv", tmp_path / "result.csv"
    header = "dev_eui,device_id,lantern_id,application_id"
    file.write_text(
        f"{header}\n{DEV_EUI},nas-ul2020,leeds:1,street\nnope,nas-ul2020,leeds:2,street\n",
        encoding="utf-8",
    )
    words = ("devices", "bulk", file, "--by", "ann")
    dry = street.json(*words, "--dry-run", code=1)
    assert (dry["dry_run"], dry["registered"], dry["rejected"]) == (True, 1, 1)
    assert street.json("devices", "waiting") == []
    told = street.text(*words, "--result", result, code=1)
    assert "2 rows: 1 registered, 1 rejected" in told
    assert "row 3, dev_eui 'nope'" in told
    assert result.read_bytes().startswith(b"\xef\xbb\xbf")
    with result.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["row"], row["outcome"]) for row in rows] == [
        ("2", "registered"),
        ("3", "rejected"),
    ]
    again = street.json(*words, code=1)
    assert (again["unchanged"], again["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("register", "LW:D0:12", *WHERE), "ends before its DevEUI"),
        (("register", LABEL, *WHERE[:2], "--by", " ", "--application", "a"), "say who registers"),
        (("register", LABEL, "--model", "nosuch", "--by", "ann"), "no device 'nosuch'"),
        (("register", LABEL, "--model", "nas-ul2020", "--by", "ann"), "give the application"),
        (("remove", DEV_EUI, "--by", "bob", "--reason", "gone"), "no fitted or registered device"),
        (("swap", DEV_EUI, DEV_EUI, *WHERE[:2], "--by", "b", "--reason", "r"), "for itself"),
        (("bulk", "nosuch.csv", "--by", "ann"), "is not a file"),
        (("retry", DEV_EUI), "no open errand"),
        (("scan", "https://maker.example"), "this is a web address"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    street: Cli, words: tuple[str, ...], told: str
) -> None:
    assert told in street.refused("devices", *words)
