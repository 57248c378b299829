"""`lamplighter carbon`: factors, their import, series fetched, imported and shown with gaps."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lighting.energy.carbon import uk_factors
from lighting.energy.factor_text import parse_factors
from tests.lighting.energy.test_flat_file import GENERATION, TD, WTT, WTT_TD, flat_file
from tests.lighting.energy.test_intensity import PERIODS
from tests.tools.shell import Cli

JANUARY = ("--from", "2022-12-31", "--to", "2023-01-01")


def test_factors_in_force_are_shown_with_their_identity_and_what_is_unknown(cli: Cli) -> None:
    told = cli.json("carbon", "factors")
    assert told["factor_set"] == uk_factors().identity
    by_year = {row["year"]: row for row in told["years"]}
    assert list(by_year) == [*range(2013, 2026)]
    # reference energy.md 2
    assert by_year[2019]["generation"] == 0.2556
    assert by_year[2019]["wtt_transmission_distribution"] == 0.00303
    assert by_year[2024]["wtt_generation"] is None
    text = cli.text("carbon", "factors")
    assert text.count("unknown") == 8  # two lines of each of 2013, 2014, 2015 and 2024
    assert uk_factors().identity in text
    assert "Open Government Licence" in text


def test_a_later_year_is_imported_into_a_file_and_reported_with(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, output = tmp_path / "flat.csv", tmp_path / "factors.toml"
    sheet.write_bytes(flat_file(GENERATION, TD, WTT, WTT_TD, year=2026))
    words = ("carbon", "import-factors", sheet, "--year", 2026, "--output", output)
    assert "LAMPLIGHTER_CARBON_FACTORS=" in cli.text(*words)
    told = cli.json(*words)
    table = parse_factors(output.read_text(), document="t")
    assert sorted(table.by_year) == [*range(2013, 2027)]
    assert told["factor_set"] == table.identity
    assert [each.name for each in tmp_path.glob("*.new")] == []
    monkeypatch.setenv("LAMPLIGHTER_CARBON_FACTORS", str(output))
    assert cli.json("carbon", "factors")["version"] == table.version
    report = ("report", "savings", "--from", "2026-11-01", "--to", "2026-11-02", "--by", "ward")
    assert cli.json(*report)["attribution"] == table.attribution


def test_other_figures_for_a_known_year_need_to_be_asked_for(cli: Cli, tmp_path: Path) -> None:
    sheet, output = tmp_path / "flat.csv", tmp_path / "factors.toml"
    sheet.write_bytes(flat_file(GENERATION.replace("0.177", "0.178"), TD, WTT, WTT_TD))
    words = ("carbon", "import-factors", sheet, "--year", 2025, "--output", output)
    assert "already has other factors for 2025" in cli.refused(*words)
    assert not output.exists()
    assert cli.json(*words, "--replace")["years"][-1]["generation"] == 0.178


def test_a_file_of_factors_that_cannot_be_used_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = ("--output", tmp_path / "no folder" / "f.toml")
    missing = ("carbon", "import-factors", tmp_path / "none.csv", "--year", 2026)
    assert "cannot be read" in cli.refused(*missing, *output)
    sheet = tmp_path / "flat.csv"
    sheet.write_text("a,b\n1,2\n")
    words = ("carbon", "import-factors", sheet, "--year", 2026, *output)
    assert "flat.csv cannot be used" in cli.refused(*words)
    sheet.write_bytes(flat_file(GENERATION, TD, WTT, WTT_TD, year=2026))
    assert "cannot be written" in cli.refused(*words)
    monkeypatch.setenv("LAMPLIGHTER_CARBON_FACTORS", str(tmp_path / "none.toml"))
    assert "none.toml cannot be read" in cli.refused("carbon", "factors")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('title = "T"\n')
    monkeypatch.setenv("LAMPLIGHTER_CARBON_FACTORS", str(wrong))
    assert "attribution: is missing" in cli.run("carbon", "factors", code=1).stderr


def test_a_series_is_imported_once_and_shown_with_its_gaps(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    file.write_text(PERIODS.replace("65.0", "0.0"))
    told = cli.json("carbon", "import", file)
    assert (told["new"], told["equal"], told["differing"]) == (3, 0, 0)
    assert "0 half-hours are new, 3 were kept" in cli.text("carbon", "import", file)
    told = cli.json("carbon", "coverage", *JANUARY)
    assert told["by_quality"] == {
        "actual": 0,
        "forecast": 2,
        "missing": 93,
        "suspicious zero": 1,
        "conflicting duplicates": 0,
    }
    assert told["mean_g_co2_per_kwh"] == 68
    assert told["gaps"][1] == {
        "from": "2022-12-31T23:30Z",
        "to": "2023-01-01T00:00Z",
        "half_hours": 1,
        "quality": "suspicious zero",
    }
    assert told["sources"][0].startswith("series.csv: Carbon intensity data: National Energy")
    text = cli.text("carbon", "coverage", *JANUARY)
    assert "suspicious zero: 2022-12-31T23:30Z to 2023-01-01T00:00Z (1 half-hours)" in text
    assert "CC BY 4.0" in text


def test_a_file_with_other_figures_is_told_and_taken_only_if_asked(
    cli: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "series.csv"
    file.write_text(PERIODS)
    cli.json("carbon", "import", file)
    file.write_text(PERIODS.replace("65.0", "66.0"))
    text = cli.text("carbon", "import", file)
    assert "1 were kept with other figures: left as they were (see --replace)" in text
    assert "2022-12-31T23:30Z to 2023-01-01T00:00Z" in text
    told = cli.json("carbon", "import", file, "--replace")
    assert (told["replaced"], told["differing"]) == (True, 1)
    file.write_text(PERIODS + PERIODS.splitlines()[1].replace("65.0", "1") + "\n")
    assert "with different figures: they have no value" in cli.text("carbon", "import", file)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("coverage", *JANUARY, "--region", "mars"), "--region 'mars' is not one of national"),
        (("coverage", "--from", "2023-01-02", "--to", "2023-01-01"), "is after --to"),
        (("coverage", "--from", "soon", "--to", "2023-01-01"), "--from 'soon' is not a date"),
        (("import", "none.csv"), "none.csv cannot be read"),
        (("fetch", "--from", "2026-01-01", "--to", "2099-01-01"), "forecasts reach 48 hours"),
    ],
)
def test_what_cannot_be_asked_is_refused(cli: Cli, words: tuple[str, ...], told: str) -> None:
    assert told in cli.refused("carbon", *words)


def test_a_file_that_is_no_text_is_refused(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    file.write_bytes(b"\xff\xfe1")
    assert "is not UTF-8 text" in cli.refused("carbon", "import", file)


class _Service(BaseHTTPRequestHandler):
    """Knows the first half-hour of 2023 in Yorkshire."""

    def do_GET(self) -> None:
        """Answer as the service does."""
        block: dict[str, Any] = {"from": "2023-01-01T00:00Z", "to": "2023-01-01T00:30Z"}
        block["intensity"] = {"forecast": 120, "index": "low"}
        body = json.dumps({"data": {"regionid": 5, "data": [block]}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """Return the address of a service on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.enable_socket
def test_half_hours_are_fetched_from_the_service_that_the_settings_name(
    cli: Cli, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_CARBON_INTENSITY_URL", service)
    day = ("--from", "2023-01-01", "--to", "2023-01-01", "--region", "5")
    told = cli.json("carbon", "fetch", *day)
    assert (told["asked"], told["answered"], told["unanswered"]) == (48, 1, 47)
    assert "0 half-hours asked for" in cli.text("carbon", "fetch", *day)
    assert cli.json("carbon", "coverage", *day)["by_quality"]["forecast"] == 1


@pytest.mark.parametrize("url", ["ftp://x.example", "api.example", "https://x.example/?a=1"])
def test_an_address_that_is_none_is_refused(
    cli: Cli, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_CARBON_INTENSITY_URL", url)
    assert "not the address of a service" in cli.refused("carbon", "coverage", *JANUARY)
