"""Read a published device folder from disk, within bounds: the files that a device can consist of.

Links are refused, not followed: a folder from elsewhere could point at any file of this machine.
"""

import os
from pathlib import Path

from lighting.errors import RequestError

SUFFIXES = (".js", ".json", ".toml", ".yaml", ".yml")
"""What a device consists of; photos and pages are passed over."""
FILES_MAX = 5000
"""The largest vendor of The Things Network's repository has about 1,500."""
FILE_BYTES_MAX = 1024 * 1024
FOLDER_BYTES_MAX = 32 * 1024 * 1024
DEPTH_MAX = 4


class FolderRefusedError(RequestError):
    """A folder that is not read; names the path, the reason and what to do."""

    def __init__(self, path: Path, problem: str, cure: str) -> None:
        self.path = path
        self.problem = problem
        self.cure = cure
        super().__init__(f"{path}: {problem}; {cure}")


def read_folder(folder: Path) -> dict[str, str]:
    """Return the text of each file of a device folder, by its path from the folder's own name on.

    Raises:
        FolderRefusedError: it is no folder, too large or too deep, or has a link or a file that is
            not UTF-8 text.
    """
    if not folder.is_dir():
        raise FolderRefusedError(folder, "is not a folder", "name the device's folder")
    home = folder.resolve()  # the person's own words may go through links; what is inside may not
    texts: dict[str, str] = {}
    left = FOLDER_BYTES_MAX
    for path in _files(home):
        text = _text(path)
        left -= len(text)
        if left < 0 or len(texts) >= FILES_MAX:
            problem = f"has more than {FILES_MAX} files or {FOLDER_BYTES_MAX // 2**20} MiB"
            raise FolderRefusedError(folder, problem, "name the folder of one vendor or device")
        texts[f"{home.name}/{path.relative_to(home).as_posix()}"] = text
    return texts


def _files(home: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(home, followlinks=False):
        here = Path(place)
        if len(here.relative_to(home).parts) > DEPTH_MAX:
            raise FolderRefusedError(here, f"lies deeper than {DEPTH_MAX} folders", "move it up")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        wanted = [name for name in sorted(names) if name.endswith(SUFFIXES)]
        for name in folders + wanted:
            if (here / name).is_symlink():
                problem = "is a link, which could lead out of the folder"
                raise FolderRefusedError(here / name, problem, "replace it by what it stands for")
        found += [here / name for name in wanted if (here / name).is_file()]
    return found


def _text(path: Path) -> str:
    """Read one file without following a link that was put there meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as exc:
        raise FolderRefusedError(path, f"cannot be read ({exc.strerror})", "check it") from None
    if len(content) > FILE_BYTES_MAX:
        problem = f"is larger than {FILE_BYTES_MAX // 2**20} MiB"
        raise FolderRefusedError(path, problem, "no codec is that large: check it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        problem = f"is not UTF-8 text (byte {exc.start})"
        raise FolderRefusedError(path, problem, "save it as UTF-8") from None
