"""`lamplighter tariff check`: what a tariff says, or why it cannot be used."""

from pathlib import Path

from tests.lighting.energy.test_tariff_text import EXAMPLE
from tests.tools.shell import Cli


def test_a_good_tariff_is_told_with_the_half_hours_of_its_bands(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "tariff.toml"
    file.write_text(EXAMPLE)
    told = cli.json("tariff", "check", file)
    first, second = told["periods"]
    assert first["unit_rates"][0] == {"name": "night", "gbp_per_kwh": "0.18", "half_hours": 5110}
    assert (first["vat_percent"], second["vat_percent"], second["duos"]) == ("20", None, None)
    assert second["unit_rates"][0]["half_hours"] == 17_520
    text = cli.text("tariff", "check", file)
    assert "Example of black, yellow and green can be used." in text
    assert "VAT not stated" in text
    assert "made up for tests, second year" in text


def test_a_bad_tariff_is_refused_with_every_place(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "tariff.toml"
    file.write_text(EXAMPLE.replace("07:00-24:00", "08:00-24:00").replace("0.25", "25"))
    told = cli.run("tariff", "check", file, code=1).stderr
    assert "no band holds in jan, mon, 07:00-07:30 (and 167 more half-hours)" in told
    assert "25 is out of range" in told
    assert "cannot be read" in cli.refused("tariff", "check", tmp_path / "none.toml")
