"""`lamplighter faults`: the ranked work list, exports for asset systems, acknowledgements."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.faults.asked import seconds
from lighting.faults.channel import clock
from lighting.faults.documents import fault_document
from lighting.faults.fault import Fault
from lighting.faults.kinds import FaultKind
from lighting.faults.rules_text import rules_text
from lighting.faults.store import FaultFilter
from lighting.operations.acknowledge import acknowledge_fault
from lighting.operations.controller import Office
from lighting.operations.export_faults import FaultFormat, export_faults
from tools.files import write_file
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import in_office

KINDS = ", ".join(kind.value for kind in FaultKind)

app = typer.Typer(
    invoke_without_command=True, help="Faults of lanterns, the most urgent first; their exports."
)

OnlyOpen = Annotated[
    bool,
    typer.Option("--open/--all", help="Only faults that are open; --all lists cleared ones too."),
]
Kind = Annotated[str | None, typer.Option(help=f"Only faults of a kind: {KINDS}.")]


@app.callback()
def faults(
    context: typer.Context,
    *,
    only_open: OnlyOpen = True,
    kind: Kind = None,
    limit: Annotated[int, typer.Option(min=1, help="List so many at most.")] = 200,
    as_json: AsJson = False,
) -> None:
    """List faults, the most urgent first."""
    if context.invoked_subcommand is not None:
        return
    where = _where(only_open=only_open, kind=kind)
    found = in_office(lambda office: office.stores.faults.find(where, limit=limit + 1))
    if as_json:
        shown = [fault_document(fault) for fault in found[:limit]]
        print_json({"faults": shown, "more": len(found) > limit})
        return
    _print(found[:limit], kind)
    if len(found) > limit:
        OUT.print(f"There are more than {limit}: see --limit, or `lamplighter faults export`.")


@app.command()
def export(
    *,
    form: Annotated[FaultFormat, typer.Option("--format", help="csv or geojson.")],
    output: Annotated[Path, typer.Option(help="File to write; it is replaced.")],
    only_open: OnlyOpen = True,
    kind: Kind = None,
    as_json: AsJson = False,
) -> None:
    """Write faults to a file for an asset system."""
    where = _where(only_open=only_open, kind=kind)

    async def act(office: Office) -> list[str]:
        return [line async for line in await export_faults(office.stores.faults, where, form)]

    lines = in_office(act)
    with told_errors():
        write_file(output, (line.encode() for line in lines))
    count = len(lines) - (1 if form is FaultFormat.CSV else 2)
    if as_json:
        print_json({"faults": count, "output": str(output)})
    else:
        OUT.print(f"{count} faults written to {output}", markup=False)


@app.command()
def acknowledge(
    fault_id: Annotated[int, typer.Argument(help="The fault's number.")],
    *,
    by: Annotated[str, typer.Option(help="Who knows of it.")],
    reason: Annotated[str, typer.Option(help="What is being done, or why nothing is.")],
    as_json: AsJson = False,
) -> None:
    """Note that somebody knows of an open fault; it stays open until it is seen to be well."""
    known = in_office(lambda office: acknowledge_fault(office, fault_id, by=by, reason=reason))
    if as_json:
        print_json(fault_document(known))
    else:
        OUT.print(f"Fault {fault_id} is acknowledged by {known.acknowledged_by}.", markup=False)


@app.command()
def rules(*, as_json: AsJson = False) -> None:
    """Print the detector's thresholds in force, with units and sources, as TOML to be changed."""

    async def act(office: Office) -> str:
        return rules_text(office.faults.rules)

    text = in_office(act)
    if as_json:
        print_json({"rules": text})
    else:
        OUT.print(text, markup=False, end="")


def _where(*, only_open: bool, kind: str | None) -> FaultFilter:
    with told_errors():
        return FaultFilter(is_open=True if only_open else None, kind=_kind(kind))


def _kind(text: str | None) -> FaultKind | None:
    if text is None:
        return None
    try:
        return FaultKind(text)
    except ValueError:
        raise RefusedError(f"--kind {text!r} is not one of: {KINDS}") from None


def _print(faults: Sequence[Fault], kind: str | None) -> None:
    for fault in faults:
        OUT.print("\n".join(_told(fault, OUT.width)), markup=False)
    if not faults:
        OUT.print(f"There is no fault of kind {kind!r}." if kind else "There is no fault.")


def _told(fault: Fault, width: int) -> Iterator[str]:
    """Yield the lines about a fault: what and where, since when, what shows it, who knows."""
    where = " ".join(filter(None, (fault.subject, fault.place)))
    yield f"{fault.fault_id:>5}  {fault.severity.words}: {fault.kind.value}, {where}"
    concerned = f"{fault.size} lanterns, " if fault.size > 1 else ""
    again = f", came back {fault.reopened} times" if fault.reopened else ""
    sure = f"confidence {fault.confidence.words}"
    told = [f"{concerned}since {clock(seconds(fault.first_seen))}{again}; {sure}", *fault.evidence]
    if fault.acknowledged_by:
        told.append(f"known to {fault.acknowledged_by}: {fault.acknowledged_reason}")
    if fault.cleared_at is not None:
        told.append(f"cleared {clock(seconds(fault.cleared_at))}: {fault.cleared_why}")
    for each in told:
        yield from wrap(each, width, initial_indent=" " * 7, subsequent_indent=" " * 9)
