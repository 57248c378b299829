"""`lamplighter report savings`: energy and CO2e of closed nights against full output."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from lighting.energy.lines import Line
from lighting.energy.plain import report_as_plain
from lighting.energy.report import SavingsReport
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

app = typer.Typer(help="Reports.")


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
    as_json: AsJson = False,
) -> None:
    """Report metered and modelled kWh, savings and CO2e."""
    with told_errors():
        start, end = night_date(first, "--from"), night_date(last, "--to")
        if start > end:
            raise RefusedError(f"--from {first} is after --to {last}; turn them round")
        if by not in GROUPINGS:
            raise RefusedError(f"--by {by!r} is not one of {', '.join(GROUPINGS)}")

    async def act(office: Office) -> SavingsReport:
        counts = await office.stores.nodes.evidence_counts()
        return await office.energy.nights.report(
            start,
            end,
            by=GROUPINGS[by],
            carry_forward=carry_forward,
            evidence={level.words: count for level, count in counts.items()},
        )

    report = in_office(act)
    if as_json:
        print_json(report_as_plain(report))
        return
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
