"""The commands that serve the API, where its port is taken or a setting is wrong."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lighting.testing.broker import free_port
from tests.tools.shell import Cli

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_serve_says_in_one_line_that_its_port_is_taken_and_makes_no_database(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    path = tmp_path / "not yet" / "lamplighter.db"
    monkeypatch.setenv("LAMPLIGHTER_DATABASE_URL", f"sqlite:///{path}")
    told = cli.refused("serve", "--port", taken)
    assert f"port {taken}: another program has this port" in told
    assert not path.parent.exists()
    monkeypatch.setenv("LAMPLIGHTER_API_PORT", str(taken))
    assert cli.refused("serve") == told


def test_the_demo_says_in_one_line_that_its_port_is_taken_before_it_starts_a_broker(
    cli: Cli, taken: int
) -> None:
    # A broker that had been started would be named on a line of its own.
    told = cli.refused("demo", "--once", "--lanterns", 5, "--port", taken)
    assert f"port {taken}: another program has this port; end it, or" in told
    assert told.endswith("--port")


def test_the_demo_refuses_a_wrong_setting_of_the_environment_as_other_commands_do(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_BAND_WINDOW_S", "0")
    result = cli.run("demo", "--once", "--lanterns", 5, "--port", free_port(), code=1)
    assert "error: settings cannot be used: LAMPLIGHTER_BAND_WINDOW_S is '0': " in result.stderr
