"""`lamplighter demo` refuses what it cannot run on before it starts; benches print JSON."""

import json
from pathlib import Path

import pytest

from tests.tools.shell import Cli


@pytest.mark.parametrize(
    ("content", "mapping", "told"),
    [
        (None, "camden", "cannot be read"),
        (b"", "camden", "columns missing"),
        (bytes(range(256)), "camden", "line 1 holds NUL bytes"),
        (b"lantern_id,latitude_deg,longitude_deg\n", "lamplighter", "no row that mapping"),
        (b"lantern_id,latitude_deg,longitude_deg\nx,y,z\n", "lamplighter", "no row that mapping"),
        (b"{}", "nosuch", "neither one of"),
    ],
    ids=["missing", "empty", "rubbish", "header only", "bad rows", "mapping"],
)
def test_a_city_that_cannot_be_used_is_refused_in_one_line(
    cli: Cli, tmp_path: Path, content: bytes | None, mapping: str, told: str
) -> None:
    path = tmp_path / "city.csv"
    if content is not None:
        path.write_bytes(content)
    assert told in cli.refused("demo", "--once", "--city", path, "--mapping", mapping)


def test_a_zone_that_is_unknown_is_refused(cli: Cli) -> None:
    result = cli.run("demo", "--once", "--lanterns", 3, "--zone", "Nowhere", code=1)
    assert result.stderr.endswith("use an IANA name such as Europe/London\n")


def test_the_schedule_bench_prints_both_sides_and_their_ratio(cli: Cli) -> None:
    printed = cli.text("bench", "schedule", "--lanterns", 10, "--nights", 2, "--sample", 10)
    assert printed.count("\n") == 1
    assert any("ratio" in key for key in json.loads(printed))


def test_the_report_bench_agrees_with_the_plain_forms_that_it_names(cli: Cli) -> None:
    told = json.loads(cli.text("bench", "report", "--lanterns", 30, "--sample", 4, "--years", 1))
    assert max(told["half_hours"]["greatest_relative_difference"].values()) < 1e-9
    assert told["half_hours"]["reference"]["lanterns_timed"] >= 4
    assert told["nights"]["nightly_rows"] == 30 * 365
    assert told["nights"]["reference"]["same_line"]
