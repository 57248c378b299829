"""Settings on the command line: printed as TOML, and refused by name where they are wrong."""

import json
import tomllib
from pathlib import Path

import pytest

from lighting.config import Settings
from tests.tools.shell import Cli


def test_config_print_is_a_toml_file_that_gives_the_same_settings_again(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_MQTT_HOST", 'a "quoted\\" host')
    monkeypatch.setenv("LAMPLIGHTER_BAND_DUTY_CYCLE", "0.01")
    printed = cli.text("config", "print")
    read = tomllib.loads(printed)
    assert (read["mqtt_host"], read["band_duty_cycle"]) == ('a "quoted\\" host', 0.01)
    before = cli.json("config", "print")
    path = tmp_path / "lamplighter.toml"
    path.write_text(printed, encoding="utf-8")
    for name in ("MQTT_HOST", "BAND_DUTY_CYCLE", "DATABASE_URL"):
        monkeypatch.delenv(f"LAMPLIGHTER_{name}")
    monkeypatch.setenv("LAMPLIGHTER_CONFIG", str(path))
    assert cli.json("config", "print") == before


def test_every_setting_is_printed_with_its_meaning(cli: Cli) -> None:
    printed = cli.text("config", "print")
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"# {field.description}" in printed
        assert f"{name} =" in printed


def test_a_password_is_never_printed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPLIGHTER_MQTT_PASSWORD", "hunter2")
    assert "hunter2" not in cli.text("config", "print")
    assert "hunter2" not in json.dumps(cli.json("config", "print"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MQTT_PORT", "banana"),
        ("MQTT_PORT", ""),
        ("MQTT_PORT", "65536"),
        ("MQTT_VERSION", "4"),
        ("MQTT_TLS", "perhaps"),
        ("RX2_SPREADING", "13"),
        ("BAND_DUTY_CYCLE", "nan"),
        ("BAND_WINDOW_S", "0"),
        ("DEVICES_PER_SECOND", "-1"),
        ("API_PORT", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
@pytest.mark.parametrize("words", [["config", "print"], ["status"], ["serve"]], ids=" ".join)
def test_a_wrong_setting_is_named_whatever_the_command(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"LAMPLIGHTER_{name}", value)
    assert f"settings cannot be used: {name.lower()}: " in cli.refused(*words)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is not a file"),
        (b"zone = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"zoone = 'Europe/London'", "zoone: Extra inputs are not permitted"),
        (b"mqtt_port = 0", "mqtt_port: "),
    ],
    ids=["missing", "not TOML", "not UTF-8", "unknown", "wrong"],
)
def test_a_configuration_file_that_cannot_be_used_is_never_passed_over(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    told: str,
) -> None:
    path = tmp_path / "lamplighter.toml"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("LAMPLIGHTER_CONFIG", str(path))
    assert told in cli.refused("status")
    assert told in cli.refused("config", "print")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "cannot be read; allowed: sqlite:///PATH"),
        ("mysql://host/name", "no database 'mysql'"),
        ("sqlite:///:memory:", "give a file"),
        ("sqlite:////", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_with_the_cure(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_DATABASE_URL", url)
    assert told in cli.refused("status")


def test_a_file_that_is_no_database_is_told_and_left_alone(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear sir or madam, " * 100, encoding="utf-8")
    monkeypatch.setenv("LAMPLIGHTER_DATABASE_URL", f"sqlite:///{path}")
    assert "not a database" in cli.refused("status")
    assert path.read_text("utf-8").startswith("Dear sir")
