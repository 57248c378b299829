"""`lamplighter report savings`: energy and CO2e of closed nights against full output."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from lighting.energy.document_format import ReportFormat
from lighting.energy.lines import Line
from lighting.energy.plain import report_as_plain
from lighting.energy.report import SavingsReport
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS
from lighting.operations.report_parts import NOTHING_MORE, PartsAsked, how_sure
from lighting.operations.savings_file import ReportAsked, savings_file, savings_sums
from tools.files import write_file
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

app = typer.Typer(help="Reports.")

FORMATS = ", ".join(ReportFormat)


@app.callback()
def _reports() -> None:
    """Keep ``savings`` a command of its own: more reports will stand beside it."""


@app.command()
def savings(
    first: Annotated[str, typer.Option("--from", help="First night, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last night, YYYY-MM-DD.")],
    *,
    by: Annotated[str, typer.Option(help=f"Sum by {', '.join(GROUPINGS)}.")] = "policy",
    carry_forward: Annotated[
        bool, typer.Option(help="Use the newest factor for years that have none, labelled.")
    ] = False,
    form: Annotated[
        ReportFormat | None,
        typer.Option("--format", help="Format of the file; left out, its ending says it."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help=f"Write a report to this file: {FORMATS}.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="In the file, split the saving by cause against it.")
    ] = None,
    uncertainty: Annotated[
        str | None,
        typer.Option(help="In the file, give the 90 % interval: watts=10,hours=2,meter=2,count=1."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report metered and modelled kWh, savings and CO2e: here, or as a file to hand on."""
    with told_errors():
        more = PartsAsked(
            baseline=baseline, sure=how_sure(uncertainty) if uncertainty is not None else None
        )
        asked = _asked(first, last, by, carry_forward=carry_forward, more=more)
        chosen = _format(form, output)
        if output is None and more != NOTHING_MORE:
            raise RefusedError("--baseline and --uncertainty are of a file: give --output FILE")
    if output is not None and chosen is not None:
        size = _write(asked, chosen, output)
        if as_json:
            print_json({"output": str(output), "format": chosen.value, "bytes": size})
        else:
            OUT.print(f"{output} is written, {size:,} bytes", markup=False)
        return
    report = in_office(lambda office: savings_sums(office, asked))
    if as_json:
        print_json(report_as_plain(report))
    else:
        _print(report, by)


def _asked(first: str, last: str, by: str, *, carry_forward: bool, more: PartsAsked) -> ReportAsked:
    start, end = night_date(first, "--from"), night_date(last, "--to")
    if start > end:
        raise RefusedError(f"--from {first} is after --to {last}; turn them round")
    if by not in GROUPINGS:
        raise RefusedError(f"--by {by!r} is not one of {', '.join(GROUPINGS)}")
    return ReportAsked(
        first=start, last=end, by=GROUPINGS[by], carry_forward=carry_forward, more=more
    )


def _format(form: ReportFormat | None, output: Path | None) -> ReportFormat | None:
    """Return the format of the file, or None where none is to be written.

    Raises:
        RefusedError: a format without a file, or a file whose ending says nothing.
    """
    if output is None:
        if form is not None:
            raise RefusedError(f"--format {form.value} needs --output FILE to write to")
        return None
    if form is not None:
        return form
    try:
        return ReportFormat(output.suffix.removeprefix(".").lower())
    except ValueError:
        raise RefusedError(f"{output} does not end in a format ({FORMATS}); say --format") from None


def _write(asked: ReportAsked, form: ReportFormat, output: Path) -> int:
    async def act(office: Office) -> int:
        content = await savings_file(office, asked, form)
        write_file(output, [content])
        return len(content)

    return in_office(act)


def _print(report: SavingsReport, by: str) -> None:
    table = Table(title=f"Against: {report.baseline.value}")
    for column in (by, "metered kWh", "modelled kWh", "baseline kWh", "saved kWh", "kg CO2e"):
        table.add_column(column, justify="left" if column == by else "right")
    for group, line in (*report.by_group.items(), ("total", report.total)):
        table.add_row(escape(group), *_cells(line))
    OUT.print(table)
    if report.without_wattage:
        OUT.print(f"{len(report.without_wattage)} lanterns have no known wattage: in no figure.")
    OUT.print(report.attribution, markup=False)


def _cells(line: Line) -> tuple[str, ...]:
    return tuple(
        f"{value:,.3f}"
        for value in (
            line.metered_kwh,
            line.modelled_kwh,
            line.baseline_kwh,
            line.saved_kwh,
            line.kg_co2e,
        )
    )
