"""`lamplighter keys new`."""

from pathlib import Path

from lighting.adapters.secrets import read_ring
from lighting.identifiers import DevEui
from lighting.registration.keys import RootKeys
from tests.tools.shell import Cli

EUI = DevEui("70b3d57ed0000001")
KEYS = RootKeys.from_hex("0123456789abcdef" * 2)


def test_a_new_secret_goes_first_and_what_the_old_one_sealed_still_opens(
    cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "secrets"
    assert cli.json("keys", "new", path) == {"file": str(path), "secrets": 1}
    sealed = read_ring(None, path).seal(EUI, KEYS)
    assert "holds 2 secrets" in cli.text("keys", "new", path)
    assert read_ring(None, path).open_sealed(EUI, sealed) == KEYS


def test_no_secret_is_printed(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    told = cli.text("keys", "new", path)
    assert path.read_text().strip() not in told


def test_a_file_that_others_may_read_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    cli.run("keys", "new", path)
    before = path.read_text()
    path.chmod(0o644)
    assert "chmod 600" in cli.refused("keys", "new", path)
    assert path.read_text() == before
