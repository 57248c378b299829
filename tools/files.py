"""Files that commands write: whole or not at all, and in one line why not."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lighting.errors import RefusedError


def write_file(output: Path, parts: Iterable[bytes]) -> None:
    """Write a file of these parts whole, or leave what was there.

    Raises:
        RefusedError: it is a folder, or cannot be written there.
    """
    if output.is_dir():
        raise RefusedError(f"{output} is a folder; name a file in it")
    new = output.with_name(f"{output.name}.new")
    try:
        with new.open("wb") as file:
            file.writelines(parts)
        os.replace(new, output)  # noqa: PTH105 - one step on every system
    except OSError as exc:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise RefusedError(f"{output} cannot be written ({exc}); check its folder") from exc
