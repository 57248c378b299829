"""What commands that bring files in share: `--dry-run`, and how the report is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.inventory.report import ImportReport
from lighting.inventory.socket_report import SocketReport
from tools.output import EXIT_FAILED, OUT, print_json

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")]


def require_file(path: Path) -> None:
    """Return if there is a file at ``path``.

    Raises:
        RefusedError: there is none.
    """
    if not path.is_file():
        raise RefusedError(f"{path} is not a file")


def tell_import(report: ImportReport | SocketReport, *, dry_run: bool, as_json: bool) -> None:
    """Tell what an import did or would do; end with 1 if it rejected a row."""
    plain, well = report.as_json() | {"dry_run": dry_run}, not report.rejected
    tell_report(report.lines(), plain, well=well, dry_run=dry_run, as_json=as_json)


def tell_report(
    lines: Sequence[str], plain: object, *, well: bool, dry_run: bool, as_json: bool
) -> None:
    """Tell what became of every row, in ``lines`` or ``plain``; end with 1 unless all is well."""
    if as_json:
        print_json(plain)
    else:
        if dry_run:
            OUT.print("Dry run: nothing was written.")
        for line in lines:
            OUT.print(line, markup=False)
    if not well:
        raise typer.Exit(EXIT_FAILED)
