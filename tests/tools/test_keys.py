"""`lamplighter keys new` and `keys reseal`."""

from pathlib import Path

import pytest

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
    assert f"Secrets in {path}: 2." in cli.text("keys", "new", path)
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


@pytest.fixture
def kept(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of secrets of an office that keeps the keys of three prepared devices."""
    path = tmp_path / "secrets"
    cli.run("keys", "new", path)
    monkeypatch.setenv("LAMPLIGHTER_SECRET_KEY_FILE", str(path))
    monkeypatch.setenv("LAMPLIGHTER_KEEP_ROOT_KEYS", "true")
    rows = "".join(
        f"70b3d57ed000000{number},nas-ul2030,{number:032x},lights\n" for number in (1, 2, 3)
    )
    file = tmp_path / "devices.csv"
    file.write_text(f"dev_eui,device_id,app_key,application_id\n{rows}", encoding="utf-8")
    assert "3 registered" in cli.text("devices", "bulk", file, "--by", "ann")
    return path


def test_kept_keys_come_under_a_new_secret_and_the_old_one_can_go(cli: Cli, kept: Path) -> None:
    assert "`lamplighter keys reseal`" in cli.text("keys", "new", kept)
    assert cli.json("keys", "reseal") == {"resealed": 3, "unchanged": 0, "not_opened": []}
    newest, *_ = kept.read_text().splitlines()
    kept.write_text(f"{newest}\n")
    told = cli.text("keys", "reseal")
    assert "0 resealed, 3 under the newest secret already" in told
    assert "not needed any more" in told


def test_keys_whose_secret_is_gone_are_named_and_left_as_they_are(cli: Cli, kept: Path) -> None:
    before = kept.read_text()
    kept.unlink()
    cli.run("keys", "new", kept)
    told = cli.json("keys", "reseal", code=1)
    assert (told["resealed"], len(told["not_opened"])) == (0, 3)
    assert "is not among ours; bring it back" in cli.text("keys", "reseal", code=1)
    kept.write_text(kept.read_text() + before)
    assert cli.json("keys", "reseal")["resealed"] == 3
