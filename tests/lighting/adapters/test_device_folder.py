"""A device folder is read within bounds: no links, no huge files, nothing that is not text."""

import os
from pathlib import Path

import pytest

from lighting.adapters import device_folder
from lighting.adapters.device_folder import FolderRefusedError, read_folder


def folder(home: Path) -> Path:
    made = home / "parametric"
    (made / "codecs").mkdir(parents=True)
    (made / "radar.yaml").write_text("name: é\n", encoding="utf-8")
    (made / "codecs" / "radar.js").write_bytes(b"\xef\xbb\xbfvar a;")
    (made / "photo.png").write_bytes(b"\x89PNG\xff")
    (made / ".git").mkdir()
    (made / ".git" / "config.json").write_text("{}")
    return made


def test_texts_are_keyed_from_the_folders_name_on(tmp_path: Path) -> None:
    assert read_folder(folder(tmp_path)) == {
        "parametric/radar.yaml": "name: é\n",
        "parametric/codecs/radar.js": "var a;",
    }


def test_the_folder_itself_may_be_named_by_a_link_or_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder(tmp_path)
    (tmp_path / "link").symlink_to(made)
    assert read_folder(tmp_path / "link") == read_folder(made)
    monkeypatch.chdir(made)
    assert read_folder(Path()) == read_folder(made)


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.js", "radar.yaml", "nowhere"])
def test_a_link_to_a_file_is_refused(tmp_path: Path, target: str) -> None:
    made = folder(tmp_path)
    (tmp_path / "outside.js").write_text("secret")
    (made / "extra.js").symlink_to(target)
    with pytest.raises(FolderRefusedError, match=r"extra.js: is a link"):
        read_folder(made)


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "more").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(FolderRefusedError, match="more: is a link"):
        read_folder(made)


def test_a_pipe_is_passed_over_and_does_not_hang(tmp_path: Path) -> None:
    made = folder(tmp_path)
    os.mkfifo(made / "pipe.json")
    assert len(read_folder(made)) == 2


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", folder(tmp_path) / "radar.yaml"):
        with pytest.raises(FolderRefusedError, match="is not a folder; name the device's folder"):
            read_folder(path)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "bad.js").write_bytes(b"var a\xff")
    with pytest.raises(FolderRefusedError, match=r"bad.js: is not UTF-8 text \(byte 5\)"):
        read_folder(made)


def test_bounds_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(device_folder, "FILE_BYTES_MAX", 7)
        with pytest.raises(FolderRefusedError, match="is larger than"):
            read_folder(made)
    with monkeypatch.context() as patch:
        patch.setattr(device_folder, "FILES_MAX", 1)
        with pytest.raises(FolderRefusedError, match="has more than 1 files"):
            read_folder(made)
    with monkeypatch.context() as patch:
        patch.setattr(device_folder, "FOLDER_BYTES_MAX", 10)
        with pytest.raises(FolderRefusedError, match="has more than"):
            read_folder(made)
    (made / "a/b/c/d/e").mkdir(parents=True)
    with pytest.raises(FolderRefusedError, match="deeper than 4 folders"):
        read_folder(made)
