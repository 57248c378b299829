"""Take typed fields out of parsed files, with an error that names the file and the field."""

from collections.abc import Mapping
from typing import Any

from firmware_profiles.device_folder.errors import DeviceFolderError

_CURE = "correct the file"


def mapping(value: object, file: str, what: str) -> dict[str, Any]:
    """Return ``value`` if it is a mapping; an absent one is empty.

    Raises:
        DeviceFolderError: it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DeviceFolderError(file, f"{what} is not a mapping", _CURE)
    return {str(key): each for key, each in value.items()}


def sequence(value: object, file: str, what: str) -> list[Any]:
    """Return ``value`` if it is a list; an absent one is empty.

    Raises:
        DeviceFolderError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise DeviceFolderError(file, f"{what} is not a list", _CURE)
    return value


def text(values: Mapping[str, object], key: str) -> str:
    """Return a field as text, empty where it is absent; ``1.0`` is a version in these files."""
    value = values.get(key)
    return "" if value is None else str(value).strip()


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts; anything that is not text is left out."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def classes(*, class_b: object, class_c: object) -> str:
    """Return the device classes as ``A``, ``A, C`` and so on."""
    return ", ".join(["A"] + ["B"] * (class_b is True) + ["C"] * (class_c is True))


def file_named(files: Mapping[str, str], folder: str, name: str, *, wanted_by: str) -> str:
    """Return the path of ``name`` beside the file that wants it.

    Raises:
        DeviceFolderError: there is none.
    """
    path = f"{folder}/{name}" if folder else name
    if path not in files:
        raise DeviceFolderError(wanted_by, f"names {name!r}, which is not there", f"add {path}")
    return path


def folder_of(path: str) -> str:
    """Return the part of a path before its last slash."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the file's own name without its ending."""
    return path.rpartition("/")[2].rpartition(".")[0]
