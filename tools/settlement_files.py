"""What the settlement commands share: their files and the options that name them."""

import os
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.settlement.reference_tables import ReferenceTables, read_charge_codes, read_regimes

SubMeter = Annotated[str, typer.Option(help="Sub-meter id, 7 lower-case letters or digits.")]
MaybeSubMeter = Annotated[str | None, typer.Option(help="Only of this sub-meter.")]
CodesFile = Annotated[
    Path | None, typer.Option(help="Elexon's charge codes as CSV: code, description, circuit_w.")
]
RegimesFile = Annotated[
    Path | None,
    typer.Option(help="Elexon's switch regimes as CSV: code, description, annual_hours."),
]
Folder = Annotated[Path, typer.Option(help="Folder to write the file to.")]


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        RefusedError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as exc:
        raise RefusedError(f"{path} cannot be read ({exc.strerror}); check its name") from exc


def read_text(path: Path) -> str:
    """Return a file's text, line ends as they are.

    Raises:
        RefusedError: it cannot be read, or is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise RefusedError(f"{path} is not UTF-8 text (byte {exc.start:,}); save it so") from exc


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole, or leave what was there.

    Raises:
        RefusedError: it cannot be written.
    """
    new = path.with_name(path.name + ".new")
    try:
        new.write_bytes(content)
        os.replace(new, path)  # noqa: PTH105 - one step on every system
    except OSError as exc:
        raise RefusedError(f"{path} cannot be written ({exc}); check its folder") from exc


def tables_of(codes: Path | None, regimes: Path | None) -> ReferenceTables:
    """Return the reference tables that the files give; without a file that table is empty.

    Raises:
        RefusedError: a file cannot be read.
        SettlementFileError: a file is no such table.
    """
    return ReferenceTables(
        charge_codes=read_charge_codes(read_text(codes)) if codes else {},
        regimes=read_regimes(read_text(regimes)) if regimes else {},
    )
