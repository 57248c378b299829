"""The word after --mapping, as a mapping."""

from pathlib import Path

from lighting.errors import RefusedError
from lighting.inventory.mapping import FileMapping
from lighting.inventory.mapping_text import parse_mapping, shipped_mapping, shipped_mappings


def mapping_of(name: str) -> FileMapping:
    """Return a shipped mapping by name, or a user's own by the path of its TOML file.

    Raises:
        MappingError: the document is wrong.
        RefusedError: neither a shipped name nor a readable file.
    """
    if name in shipped_mappings():
        return shipped_mapping(name)
    path = Path(name)
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), name=path.stem)
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(
            f"--mapping {name!r} is neither one of {', '.join(shipped_mappings())}"
            f" nor a file that can be read: {exc}"
        ) from None
