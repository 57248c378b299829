"""Documentation that fails when it lies."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.routes import HANDLERS
from lighting.config import Settings, printed
from lighting.downlink.lifecycle import diagram
from schedules.library import library_names
from tools.cli import app

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"^\./tools/lamplighter ([a-z]+(?: [a-z]+(?:-[a-z]+)*)?)", re.MULTILINE)
PACKAGE_READMES = ("schedules", "firmware_profiles", "lighting", "api", "tests", "tools")


@pytest.mark.parametrize("package", PACKAGE_READMES)
def test_every_package_has_a_readme_with_its_decisions(package: str) -> None:
    text = (ROOT / package / "README.md").read_text()
    assert "## Decisions" in text


def test_the_diagram_of_an_orders_life_is_the_tables() -> None:
    assert diagram() in (ROOT / "lighting" / "downlink" / "README.md").read_text()


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_printed_settings_read_back_as_they_are() -> None:
    read = tomllib.loads(printed(Settings()))
    assert Settings.model_validate(read) == Settings()


def test_commands_that_readmes_show_exist() -> None:
    runner = CliRunner()
    shown = set()
    for readme in ROOT.glob("**/README.md"):
        if ".venv" in readme.parts:
            continue
        shown |= set(COMMAND.findall(readme.read_text()))
    assert shown
    for command in sorted(shown):
        words = command.split()
        result = runner.invoke(app, [*words, "--help"])
        assert result.exit_code == 0, f"README shows: lamplighter {command}"


def test_the_apis_readme_has_every_route_and_no_other() -> None:
    readme = (ROOT / "api" / "README.md").read_text()
    told = set(re.findall(r"^\| `([A-Z]+ /api/v1/[^`]*)` \|", readme, re.MULTILINE))
    routes = {
        f"{method} /api/v1{re.sub(r':[a-z]+}', '}', path)}"
        for handler in HANDLERS
        for path in handler.paths
        for method in handler.http_methods
    }
    assert told == routes


def test_every_library_policy_is_in_the_schedules_readme() -> None:
    readme = (ROOT / "schedules" / "README.md").read_text()
    assert [name for name in library_names() if f"`{name}`" not in readme] == []
