"""Manifest: which files make up the archive. A month is archived when the manifest says so.

Files are written under a name of their own content (its SHA-256), and come to count only when the
manifest is replaced, which is one rename: whoever is killed before leaves a file that nobody reads
and the next run removes.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path

from lighting.errors import RefusedError
from lighting.operations.archive_nights import ArchivedMonth, ArchiveError

FORMAT = 1
MANIFEST = "manifest.json"
LOCK = "lock"
PART = ".part"
"""How names end of files that are being written."""

NAMES = "nights-*.parquet"


def read_manifest(folder: Path) -> dict[str, ArchivedMonth]:
    """Return what is archived, by month in order; nothing where there is no manifest yet.

    Raises:
        ArchiveError: it cannot be read. It is never taken for an empty one.
    """
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ArchiveError(path, f"is of format {told['format']!r}", "use a newer Lamplighter")
        months = [ArchivedMonth(**each) for each in told["months"]]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ArchiveError(path, f"cannot be read ({exc})", "restore it from a backup") from exc
    return {each.month: each for each in months}


def write_manifest(folder: Path, months: Mapping[str, ArchivedMonth]) -> None:
    """Replace the manifest, all at once, and wait until the disk has it.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    told = {"format": FORMAT, "months": [asdict(months[each]) for each in sorted(months)]}
    part = folder / (MANIFEST + PART)
    with part.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / MANIFEST)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Wait until the disk has a file.

    Raises:
        OSError: it does not get there.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder.

    Raises:
        OSError: they do not get there.
    """
    sync_file(folder)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, as hex digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the archive's lock; make its folder where it is not there.

    Raises:
        RefusedError: another process holds it.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(
                f"another process is writing the archive {folder}; wait until it is done"
            ) from None
        yield
    finally:
        os.close(handle)  # and with it the lock


def sweep(folder: Path) -> None:
    """Remove files that killed runs left and that a newer one replaced. Needs the lock.

    Raises:
        ArchiveError: the manifest cannot be read; nothing is removed.
        OSError: a file cannot be removed.
    """
    kept = {each.file for each in read_manifest(folder).values()}
    for path in (*folder.glob(NAMES), *folder.glob(f"*{PART}")):
        if path.name not in kept:
            path.unlink()
