"""`lamplighter devices import`: a published folder becomes an entry, and nothing is guessed."""

from pathlib import Path

import pytest

from tests.tools.shell import Cli

DEVICE = """\
name: Gully One
description: Tells how full a gully is
sensors: [distance]
firmwareVersions:
  - version: '1.0'
    profiles:
      EU863-870:
        id: gully-profile
        codec: gully-codec
"""
PROFILE = """\
macVersion: '1.0.3'
regionalParametersVersion: 'RP001-1.0.3-RevA'
supportsJoin: true
supportsClassB: false
supportsClassC: false
"""
CODEC = """\
uplinkDecoder:
  fileName: gully.js
  examples:
    - description: half full
      input: { fPort: 1, bytes: [0x01, 0xF4, 0x5F] }
      output: { data: { level_mm: 500, battery: 95 } }
    - description: written wrongly
      input: { fPort: 1, bytes: [0x00, 0x64, 0x5F] }
      output: { data: { level_mm: "100,", battery: 95 } }
"""
SCRIPT = """\
function decodeUplink(input) {
  return { data: { level_mm: input.bytes[0] * 256 + input.bytes[1], battery: input.bytes[2] } };
}
"""
WORDS = ("--use", "gully level", "--supply", "battery", "--by", "ann")
MAPS = ("--map", "level_mm=distance*0.001", "--map", "battery=battery_level?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a vendor's folder with one device, as The Things Network's repository has it."""
    home = tmp_path / "acme"
    home.mkdir()
    files = {
        "gully-one.yaml": DEVICE,
        "gully-profile.yaml": PROFILE,
        "gully-codec.yaml": CODEC,
        "gully.js": SCRIPT,
    }
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    return home


def test_without_a_mapping_the_fields_are_listed_and_nothing_is_stored(
    cli: Cli, folder: Path
) -> None:
    found = cli.json("devices", "import", folder)
    assert (found["device_id"], found["stored"]) == ("acme-gully-one", False)
    assert [each["field"] for each in found["fields"]] == ["level_mm", "battery"]
    assert found["faults"]["malformed"] == 1
    printed = cli.text("devices", "import", folder)
    assert "a text where it means a number" in printed
    assert "Nothing was stored" in printed
    assert cli.json("devices", "imported") == []
    assert "Nothing was imported yet" in cli.text("devices", "imported")


def test_with_a_mapping_it_is_in_the_catalogue_and_can_be_registered(
    cli: Cli, folder: Path, tmp_path: Path
) -> None:
    assert cli.json("devices", "import", folder, *MAPS, *WORDS)["stored"]
    (listed,) = cli.json("devices", "imported")
    assert (listed["device_id"], listed["imported_by"]) == ("acme-gully-one", "ann")
    assert listed["device_id"] in cli.text("devices", "list", "--use", "gully level")
    assert cli.json("devices", "show", "acme-gully-one")["units"] == {
        "distance": "m",
        "battery_level": "%",
    }
    lanterns = tmp_path / "lanterns.csv"
    lanterns.write_text("lantern_id,latitude_deg,longitude_deg\nleeds:1,53.8,-1.5\n")
    cli.run("import", "lanterns", lanterns, "--mapping", "lamplighter")
    told = cli.refused(
        "devices", "register", "70b3d57ed0000001", "--model", "acme-gully-one", "--by", "ann"
    )
    assert "for which the data register has no streams" in told
    printed = cli.text("devices", "import", folder, *MAPS, *WORDS)
    assert 'codec = "javascript"' in printed
    assert 'field = "level_mm"' in printed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--map", "level_mm", *WORDS), "maps no field; write FIELD=QUANTITY"),
        (
            ("--map", "level=distance", *WORDS),
            "no example has level; fields seen: battery, level_mm",
        ),
        (("--map", "level_mm=nosuch", *WORDS), "measures.0.quantity"),
        ((*MAPS, "--use", "gully level", "--by", "ann"), "say what feeds it"),
        ((*MAPS, "--supply", "battery", "--by", "ann"), "uses"),
        ((*MAPS, *WORDS[:4]), "say who imports it"),
        ((*MAPS, *WORDS, "--id", "nas-ul2020"), "is in the catalogue that ships"),
        ((*MAPS, *WORDS, "--device", "nosuch"), "has no device 'nosuch'"),
    ],
)
def test_what_cannot_be_an_entry_is_refused_in_one_line(
    cli: Cli, folder: Path, words: tuple[str, ...], told: str
) -> None:
    assert told in cli.refused("devices", "import", folder, *words)
    assert cli.json("devices", "imported") == []


def test_a_codec_whose_own_examples_fail_is_refused_unless_a_person_insists(
    cli: Cli, folder: Path
) -> None:
    lying = SCRIPT.replace("* 256", "* 255")
    (folder / "gully.js").write_text(lying, encoding="utf-8")
    told = cli.refused("devices", "import", folder, *MAPS, *WORDS)
    assert "the codec does not do what its vendor says" in told
    assert cli.json("devices", "import", folder, *MAPS, *WORDS, "--despite-faults")["stored"]


def test_quantities_are_listed_with_their_units(cli: Cli) -> None:
    assert "distance [m]" in cli.text("devices", "quantities")
    assert {"quantity": "distance", "unit": "m"} in cli.json("devices", "quantities")
