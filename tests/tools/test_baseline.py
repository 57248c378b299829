"""`lamplighter baseline` and `report causes`: from files to a saving by cause."""

from pathlib import Path

import pytest

from tests.lighting.operations.test_savings_by_cause import HEADER, ROWS
from tests.tools.shell import Cli


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return a CSV of four lanterns and its header."""
    rows, header = tmp_path / "old.csv", tmp_path / "old.toml"
    rows.write_text(ROWS)
    header.write_text(HEADER)
    return rows, header


def bring_in(cli: Cli, files: tuple[Path, Path]) -> None:
    cli.json("baseline", "import", files[0], "--header", files[1], "--by", "Ann")


def test_a_baseline_is_brought_in_listed_and_shown(cli: Cli, files: tuple[Path, Path]) -> None:
    told = cli.json("baseline", "import", files[0], "--header", files[1], "--by", "Ann")
    assert (told["rows"], told["rejected"]) == (4, 0)
    (listed,) = cli.json("baseline", "list")["baselines"]
    assert (listed["name"], listed["version"], listed["lanterns"]) == ("before-led", 1, 4)
    assert "before-led version 1" in cli.text("baseline", "list")
    shown = cli.json("baseline", "show", "before-led")
    assert shown["evidence"]["watts"] == {"charge code": 4}
    # 84 + 84 + 70 + 50 W
    assert "4 lanterns, 0.3 kW at full power" in cli.text("baseline", "show", "before-led")


def test_a_bad_row_ends_with_1_and_saves_nothing(cli: Cli, files: tuple[Path, Path]) -> None:
    files[0].write_text(ROWS + "leeds:0010,SON 70,none\n")
    words = ("baseline", "import", files[0], "--header", files[1], "--by", "Ann")
    assert "rejected: row 6, circuit_watts 'none'" in cli.text(*words, code=1)
    assert cli.json("baseline", "list") == {"baselines": []}


def test_adjustments_are_recorded_and_shown(cli: Cli, files: tuple[Path, Path]) -> None:
    bring_in(cli, files)
    who = ("--reason", "road widened", "--by", "Ann")
    cli.text("baseline", "remove", "before-led", "leeds:0009", "--since", "2026-11-01", *who)
    files[0].write_text("lantern_id,lamp,circuit_watts\nleeds:0010,LED 40,40\n")
    added = ("baseline", "add", "before-led", files[0], "--header", files[1])
    cli.text(*added, "--since", "2026-11-01", *who)
    span = ("--from", "2026-11-01", "--to", "2026-11-30")
    cli.text("baseline", "adjust", "before-led", "--kwh-a-night", "-0.5", *span, *who)
    kinds = [each["kind"] for each in cli.json("baseline", "show", "before-led")["adjustments"]]
    assert kinds == ["removed", "added", "non-routine"]
    assert "Ann: road widened" in cli.text("baseline", "show", "before-led")
    assert "is in before-led version 1" in cli.refused(*added, "--since", "2026-11-01", *who)


def test_causes_of_no_nights_are_nothing_and_say_what_they_rest_on(
    cli: Cli, files: tuple[Path, Path]
) -> None:
    bring_in(cli, files)
    words = ("report", "causes", "--from", "2025-11-01", "--to", "2025-11-30")
    told = cli.json(*words, "--baseline", "before-led", "--by", "ward")
    assert (told["nights"], told["total"]["saved_kwh"], told["by_group"]) == (0, 0, {})
    assert told["baseline"]["label"].startswith("before-led version 1")
    assert told["constant_factor"]["year"] == 2019
    text = cli.text(*words, "--baseline", "before-led")
    assert "unverified" in text
    assert "Open Government Licence" in text


def test_what_cannot_be_reported_is_refused_in_a_line(cli: Cli, files: tuple[Path, Path]) -> None:
    span = ("report", "causes", "--from", "2025-11-01", "--to", "2025-11-30", "--baseline")
    assert "no baseline 'before-led'" in cli.refused(*span, "before-led")
    assert "--by 'town'" in cli.refused(*span, "x", "--by", "town")
    turned = ("report", "causes", "--from", "2025-11-30", "--to", "2025-11-01")
    assert "turn them round" in cli.refused(*turned, "--baseline", "x")
    missing = cli.refused("baseline", "import", files[0], "--header", "no.toml", "--by", "Ann")
    assert "no.toml is not a file" in missing
