"""`lamplighter report causes`: a saving split by cause, against a stored baseline."""

from datetime import date
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from lighting.energy.causes import CAUSES, NodeLoad
from lighting.energy.causes_report import NODE_UNKNOWN, CausesReport, causes_as_plain
from lighting.energy.causes_sum import GRID_FACTOR, CauseLine, kg_of, kwh_of
from lighting.errors import RefusedError
from lighting.operations.baselines import evidence_lines
from lighting.operations.cause_counts import CausesAsked
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office


def causes(
    first: Annotated[str, typer.Option("--from", help="First night, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last night, YYYY-MM-DD.")],
    baseline: Annotated[str, typer.Option(help="Name of a baseline.")],
    *,
    version: Annotated[int | None, typer.Option(min=1, help="The newest unless given.")] = None,
    by: Annotated[str, typer.Option(help=f"Sum by {', '.join(GROUPINGS)}.")] = "policy",
    constant_year: Annotated[
        int | None, typer.Option(help="Year of the constant factor; the baseline's unless given.")
    ] = None,
    carry_forward: Annotated[
        bool, typer.Option(help="Use the newest factor for years that have none, labelled.")
    ] = False,
    order_free: Annotated[
        bool, typer.Option(help="Share what lamps and hours save together half and half.")
    ] = False,
    node_watts: Annotated[
        float | None, typer.Option(min=0.0, help="What a node itself draws [W].")
    ] = None,
    node_in_meter: Annotated[
        bool, typer.Option(help="The lanterns' meters count the node as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Report savings by cause: lamps, hours, dimming, faults, the nodes themselves; and carbon."""
    with told_errors():
        start, end = _nights(first, last)
        if by not in GROUPINGS:
            raise RefusedError(f"--by {by!r} is not one of {', '.join(GROUPINGS)}")
    asked = CausesAsked(
        first=start,
        last=end,
        baseline=baseline,
        version=version,
        by=GROUPINGS[by],
        constant_year=constant_year,
        carry_forward=carry_forward,
        order_free=order_free,
        node=_node(node_watts, in_meter=node_in_meter),
    )

    async def act(office: Office) -> CausesReport:
        return await office.energy.causes.report(asked)

    report = in_office(act)
    if as_json:
        print_json(causes_as_plain(report))
        return
    _show(report, by)


def _nights(first: str, last: str) -> tuple[date, date]:
    start, end = night_date(first, "--from"), night_date(last, "--to")
    if start > end:
        raise RefusedError(f"--from {first} is after --to {last}; turn them round")
    return start, end


def _node(power_w: float | None, *, in_meter: bool) -> NodeLoad | None:
    if power_w is None:
        return None
    return NodeLoad(power_w=power_w, in_meter=in_meter, source="stated on the command line")


def _show(report: CausesReport, by: str) -> None:
    OUT.print(f"Saved kWh by cause, against {report.baseline.label}", markup=False)
    table = Table(by, *(cause.value for cause in CAUSES), "saved kWh", "baseline kWh")
    for group, line in (*report.by_group.items(), ("total", report.total)):
        parts = (*line.parts_uwh.values(), line.saved_uwh, line.baseline_uwh)
        table.add_row(escape(group), *(f"{kwh_of(part):,.3f}" for part in parts))
    OUT.print(table)
    for text in _words(report):
        OUT.print(text, markup=False)


def _words(report: CausesReport) -> list[str]:
    node = report.node
    load = f"{node.power_w:g} W, {node.source}" if node else NODE_UNKNOWN
    words = [_carbon(report.total), f"Node's own load: {load}."]
    words += [
        f"Left out, {reason}: {len(out.lanterns):,} lanterns, {out.lantern_nights:,} nights."
        for reason, out in report.left_out.items()
    ]
    if report.not_in_baseline:
        words.append(
            f"{len(report.not_in_baseline):,} lanterns are not in the baseline: in no figure."
        )
    if report.added:
        words.append(f"{len(report.added):,} lanterns were added to the baseline since.")
    return [*words, *evidence_lines(report.evidence), report.attribution]


def _carbon(line: CauseLine) -> str:
    carbon = line.carbon
    return (
        f"Saved {kg_of(carbon.own_years):,.3f} kg CO2e at each year's factor;"
        f" {kg_of(carbon.constant):,.3f} kg at that of {carbon.constant_year},"
        f" {GRID_FACTOR} {kg_of(carbon.grid):,.3f} kg."
    )
