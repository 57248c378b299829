"""`lamplighter import lanterns`: what is taken, rejected and why, or left alone."""

from pathlib import Path

import pytest

from tests.tools.shell import Cli

HEADER = "lantern_id,latitude_deg,longitude_deg,road,ward,lighting_class,power_w,tags"
GOOD = f"""\
{HEADER}
leeds:1,53.8195,-1.5774,Otley Road,Headingley,P4,28,led crossing
leeds:2,53.8196,-1.5775,Otley Road,Headingley,P4,28,led
"""
BAD_ROWS = """\
leeds:3,nan,-1.5775,Otley Road,Headingley,P4,28,led
leeds:4,95,-1.5775,Otley Road,Headingley,P4,28,led
leeds:5,53.8,-1.5775,Otley Road,Headingley,P4,much,led
leeds:1,53.8,-1.5775,Otley Road,Headingley,P4,28,led
"""
OWN_MAPPING = """\
name = "own"
format = "csv"
[key]
prefix = "own"
columns = ["Asset"]
[position]
system = "wgs84"
x = "Lon"
y = "Lat"
[text]
road = "Street"
"""
LAMPLIGHTER = ("--mapping", "lamplighter")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a file of two good rows."""
    path = tmp_path / "good.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Return a file of two good rows and four bad ones."""
    path = tmp_path / "mixed.csv"
    path.write_text(GOOD + BAD_ROWS, encoding="utf-8")
    return path


def lanterns(cli: Cli) -> int:
    count: int = cli.json("status")["lanterns"]
    return count


def test_a_dry_run_says_what_would_change_and_changes_nothing(cli: Cli, good: Path) -> None:
    report = cli.json("import", "lanterns", good, *LAMPLIGHTER, "--dry-run")
    assert (report["dry_run"], report["added"], report["rejected"]) == (True, 2, 0)
    told = cli.text("import", "lanterns", good, *LAMPLIGHTER, "--dry-run")
    assert told.startswith("Dry run: nothing was written.\n")
    assert lanterns(cli) == 0


def test_a_second_import_of_the_same_file_changes_nothing(cli: Cli, good: Path) -> None:
    assert cli.json("import", "lanterns", good, *LAMPLIGHTER)["added"] == 2
    again = cli.json("import", "lanterns", good, *LAMPLIGHTER)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, [], 2)
    assert lanterns(cli) == 2


def test_a_changed_row_names_the_fields_that_changed(cli: Cli, good: Path) -> None:
    cli.run("import", "lanterns", good, *LAMPLIGHTER)
    good.write_text(GOOD.replace("P4,28,led\n", "P5,28,led\n"), encoding="utf-8")
    report = cli.json("import", "lanterns", good, *LAMPLIGHTER)
    assert report["changed"] == [{"lantern_id": "leeds:2", "fields": ["lighting_class"]}]


def test_every_bad_row_is_told_with_row_field_value_and_cure_and_the_good_ones_go_in(
    cli: Cli, mixed: Path
) -> None:
    report = cli.json("import", "lanterns", mixed, *LAMPLIGHTER, code=1)
    assert [(p["row"], p["field"], p["value"]) for p in report["problems"]] == [
        (4, "latitude_deg", "nan"),
        (5, "latitude_deg", "95"),
        (6, "power_w", "much"),
        (7, "lantern_id", "leeds:1"),
    ]
    assert all(problem["cure"] for problem in report["problems"])
    assert lanterns(cli) == 2
    told = cli.text("import", "lanterns", mixed, *LAMPLIGHTER, code=1)
    assert "rejected: row 6, power_w 'much': is not a number; give a number of W" in told


def test_a_file_can_be_read_with_a_mapping_of_its_owner(cli: Cli, tmp_path: Path) -> None:
    mapping, file = tmp_path / "own.toml", tmp_path / "own.csv"
    mapping.write_text(OWN_MAPPING, encoding="utf-8")
    file.write_text("Asset,Lat,Lon,Street\nA1,53.8,-1.55,High Street\n", encoding="utf-8")
    assert cli.json("import", "lanterns", file, "--mapping", mapping)["added"] == 1


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("text", "mapping", "told"),
    [
        (None, "lamplighter", "is not a file"),
        ("", "lamplighter", "columns missing: lantern_id"),
        (HEADER.replace("lantern_id", "id"), "lamplighter", "columns missing: lantern_id"),
        ("\0\1\2", "lamplighter", "line 1 holds NUL bytes, as UTF-16"),
        (GOOD, "cambridge-ma", "not JSON"),
        (GOOD, "nosuch", "neither one of cambridge-ma, camden, lamplighter, leeds"),
        (GOOD, "", "neither one of cambridge-ma, camden, lamplighter, leeds"),
        (GOOD, "x" * 5000, "neither one of cambridge-ma, camden, lamplighter, leeds"),
    ],
    ids=["missing", "empty", "column", "rubbish", "format", "mapping", "no mapping", "long"],
)
def test_a_file_or_mapping_that_cannot_be_used_is_refused_in_one_line(
    cli: Cli, tmp_path: Path, form: list[str], text: str | None, mapping: str, told: str
) -> None:
    path = tmp_path / "lanterns.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert told in cli.refused("import", "lanterns", path, "--mapping", mapping, *form)
    assert lanterns(cli) == 0


def test_a_mapping_that_is_wrong_names_its_entries(cli: Cli, good: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "wrong.toml"
    mapping.write_text('name = "wrong"\nformat = "xml"\n', encoding="utf-8")
    told = cli.refused("import", "lanterns", good, "--mapping", mapping)
    assert "mapping 'wrong'" in told
    assert "position: is missing" in told


def test_the_real_file_of_camden_goes_in_whole(cli: Cli, shared_data: Path) -> None:
    """Its README counts 11,649 lanterns."""
    file = shared_data / "camden" / "lanterns.csv"
    result = cli.run("import", "lanterns", file, "--mapping", "camden", "--dry-run")
    assert "11,649 rows" in result.stdout
