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
        ("BAND_WINDOW_S", "86401"),
        ("BAND_FREQUENCY_HZ", "-1"),
        ("BAND_FREQUENCY_HZ", "868"),
        ("DEVICES_PER_SECOND", "-1"),
        ("DEVICES_PER_SECOND", "0"),
        ("DEVICES_PER_SECOND", "inf"),
        ("DEVICES_PER_SECOND", "nan"),
        ("DEVICES_PER_SECOND", "1e-300"),
        ("ZONE", "Europe/Leeds"),
        ("ZONE", ""),
        ("MQTT_HOST", ""),
        ("MQTT_CLIENT_ID", ""),
        ("MQTT_SHARED_GROUP", "all/lamps"),
        ("CHIRPSTACK_EVENT_TOPIC", "application/{application_id}/device/{dev_eui}/event/"),
        ("CHIRPSTACK_EVENT_TOPIC", "{"),
        ("CHIRPSTACK_COMMAND_TOPIC", "application/+/device/{dev_eui}/command/down"),
        ("API_HOST", ""),
        ("API_PORT", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("MQTT_TLS_CA", "ca.pem"),
        ("MQTT_TLS_CERTIFICATE", "ours.pem"),
        ("MQTT_TLS_KEY", "ours.key"),
    ],
)
@pytest.mark.parametrize("words", [["config", "print"], ["status"], ["serve"]], ids=" ".join)
def test_a_wrong_setting_is_named_with_its_value_whatever_the_command(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"LAMPLIGHTER_{name}", value)
    told = cli.refused(*words)
    assert f"settings cannot be used: LAMPLIGHTER_{name} is {value!r}: " in told


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ZONE", "Europe/Leeds", "use an IANA name such as Europe/London"),
        ("DEVICES_PER_SECOND", "0", "greater than or equal to 0.01"),
        ("DEVICES_PER_SECOND", "inf", "a finite number"),
        ("BAND_WINDOW_S", "86401", "less than or equal to 86400"),
        ("MQTT_VERSION", "4", "'5' or '3.1.1'"),
        ("CHIRPSTACK_COMMAND_TOPIC", "down", "each of {application_id}, {dev_eui} once"),
        ("MQTT_TLS_CA", "ca.pem", "set LAMPLIGHTER_MQTT_TLS=true, or leave it out"),
    ],
)
def test_a_wrong_setting_is_told_with_what_is_allowed(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(f"LAMPLIGHTER_{name}", value)
    assert allowed in cli.refused("status")


def test_the_key_of_no_certificate_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPLIGHTER_MQTT_TLS", "true")
    monkeypatch.setenv("LAMPLIGHTER_MQTT_TLS_KEY", "ours.key")
    assert "not used without LAMPLIGHTER_MQTT_TLS_CERTIFICATE" in cli.refused("status")
    monkeypatch.setenv("LAMPLIGHTER_MQTT_TLS_CERTIFICATE", "ours.pem")
    assert cli.json("config", "print")["mqtt_tls_key"] == "ours.key"


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("LAMPLIGHTER_MQTT_HOTS", "did you mean LAMPLIGHTER_MQTT_HOST?"),
        ("lamplighter_api_prot", "did you mean LAMPLIGHTER_API_PORT?"),
        ("LAMPLIGHTER_X", "take it away; `lamplighter config print` shows all"),
    ],
)
def test_a_variable_that_is_no_setting_is_refused_with_the_nearest_that_is(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, cure: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    told = cli.refused("status")
    assert f"settings cannot be used: {name.upper()}: no such setting; {cure}" in told
    assert "hunter2" not in told


def test_variables_of_the_tests_are_no_settings(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHARED", "NO_SKIPS", "TEST_POSTGRES"):
        monkeypatch.setenv(f"LAMPLIGHTER_{name}", "1")
    assert cli.json("config", "print")["mqtt_host"] == "127.0.0.1"


def test_all_wrong_settings_are_told_at_once_and_a_long_value_is_cut(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_ZONE", "Europe/" + "Leeds" * 1000)
    monkeypatch.setenv("LAMPLIGHTER_API_PORT", "0")
    monkeypatch.setenv("LAMPLIGHTER_API_HOTS", "0")
    told = cli.refused("status")
    assert "LAMPLIGHTER_API_HOTS: no such setting; " in told
    assert "LAMPLIGHTER_ZONE is 'Europe/Leeds" in told
    assert "LAMPLIGHTER_API_PORT is '0': " in told
    assert len(told) < 1000


def test_a_password_in_a_wrong_setting_is_never_repeated(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lamplighter.toml"
    path.write_text("mqtt_password = ['hunter2']\n", encoding="utf-8")
    monkeypatch.setenv("LAMPLIGHTER_CONFIG", str(path))
    told = cli.refused("status")
    assert "LAMPLIGHTER_MQTT_PASSWORD (mqtt_password in " in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is not a file"),
        (b"zone = ", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"zoone = 'Europe/London'", "lamplighter.toml: no such setting"),
        (b"mqtt_port = 0", "LAMPLIGHTER_MQTT_PORT (mqtt_port in "),
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
        ("sqlite:////", "cannot be opened (not a file)"),
        ("sqlite:////dev/null/below/lamplighter.db", "cannot be made (Not a directory)"),
        ("sqlite:///" + "long" * 100 + "/lamplighter.db", "cannot be made (File name too long)"),
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
