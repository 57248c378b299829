"""`lamplighter baseline`: what savings are measured against: bring in, look at, adjust."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from lighting.energy.adjustments import NonRoutine, Recorded, recorded_as_plain
from lighting.energy.baseline_store import StoredHeader
from lighting.energy.snapshot import BaselineSnapshot, header_as_plain
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.rows import Rejected
from lighting.operations.baseline_header import BaselineHeader, parse_header
from lighting.operations.baseline_rows import read_baseline
from lighting.operations.baselines import BaselineImport, evidence_lines, evidence_of
from lighting.operations.controller import Office
from tools.importing import DryRun, require_file, tell_report
from tools.output import OUT, AsJson, counting, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

app = typer.Typer(help="Baselines: what was there before, against which savings are stated.")

Name = Annotated[str, typer.Argument(help="Name of a baseline.")]
File = Annotated[Path, typer.Argument(help="CSV, a row for each lantern.")]
Header = Annotated[Path, typer.Option("--header", help="TOML that says what the rows are.")]
Version = Annotated[int | None, typer.Option(min=1, help="The newest unless given.")]
By = Annotated[str, typer.Option(help="Who does this.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept and shown.")]
Since = Annotated[str, typer.Option(help="First night, YYYY-MM-DD.")]


@app.command("import")
def bring_in(
    file: File,
    header: Header,
    by: By,
    *,
    indicative_watts: Annotated[
        bool, typer.Option(help="Where watts are empty take unverified ones of the lamp, labelled.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Save a snapshot as the next version of its name. Exits 1 if a row was rejected."""
    with told_errors():
        head = _header(header)
        require_file(file)

    async def act(office: Office) -> BaselineImport:
        with file.open("rb") as stream, counting("rows") as progress:
            return await office.energy.baselines.bring_in(
                stream,
                head,
                by=by,
                indicative=indicative_watts,
                dry_run=dry_run,
                progress=progress,
            )

    report = in_office(act)
    plain, well = report.as_json() | {"dry_run": dry_run}, not report.rejected
    tell_report(report.lines(), plain, well=well, dry_run=dry_run, as_json=as_json)


@app.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """List every version of every baseline."""

    async def act(office: Office) -> list[StoredHeader]:
        return await office.energy.baselines.store.headers()

    found = in_office(act)
    if as_json:
        print_json({"baselines": [_plain(each) for each in found]})
        return
    name = Column("baseline", no_wrap=True)
    table = Table(name, "kind", "taken on", "lanterns", "saved by", "title")
    for each in found:
        taken, head = each.header.taken_on.isoformat(), each.header
        cells = (
            each.label,
            head.kind.value,
            taken,
            f"{each.lanterns:,}",
            each.saved_by,
            head.title,
        )
        table.add_row(*map(escape, cells))
    OUT.print(table)


@app.command()
def show(name: Name, *, version: Version = None, as_json: AsJson = False) -> None:
    """Show a baseline: how its figures are known, and what was adjusted since."""

    async def act(office: Office) -> tuple[StoredHeader, BaselineSnapshot, list[Recorded]]:
        stored = await office.energy.baselines.found(name, version)
        snapshot = await office.energy.baselines.store.load(stored)
        return stored, snapshot, await office.energy.baselines.store.adjustments(stored)

    stored, snapshot, recorded = in_office(act)
    evidence = evidence_of(snapshot.entries)
    if as_json:
        plain = {
            "evidence": evidence,
            "adjustments": [recorded_as_plain(each) for each in recorded],
        }
        print_json(_plain(stored) | plain)
        return
    head = stored.header
    full_kw = sum(entry.full_w for entry in snapshot.entries) / 1000
    lines = [
        f"{stored.label}: {head.title}",
        f"{head.kind.value}, as of {head.taken_on}; {head.note}".removesuffix("; "),
        f"{stored.lanterns:,} lanterns, {full_kw:,.1f} kW at full power",
        *evidence_lines(evidence),
        *(f"{each.made_at:%Y-%m-%d} {each.made_by}: {each.reason}" for each in recorded),
    ]
    for line in lines:
        OUT.print(line, markup=False)


@app.command()
def add(name: Name, file: File, header: Header, since: Since, why: Why, by: By) -> None:
    """Take lanterns in that were hung since, at the figures of a CSV."""
    with told_errors():
        start, head = night_date(since, "--since"), _header(header)
        require_file(file)
        with file.open("rb") as stream:
            rows = list(read_baseline(stream, head))
        bad = [problem for row in rows if isinstance(row, Rejected) for problem in row.problems]
        if bad:
            raise RefusedError(f"{len(bad)} problems, nothing is taken in; the first: {bad[0]}")
    entries = [row.entry for row in rows if not isinstance(row, Rejected)]

    async def act(office: Office) -> int:
        stored = await office.energy.baselines.found(name)
        return await office.energy.baselines.add_lanterns(
            stored, entries, since=start, why=why, by=by
        )

    OUT.print(f"{in_office(act):,} lanterns are in {name} from the night of {start} on.")


@app.command()
def remove(
    name: Name,
    lanterns: Annotated[list[str], typer.Argument(help="Ids of lanterns.")],
    since: Since,
    why: Why,
    by: By,
) -> None:
    """Take lanterns out that were taken down since."""
    with told_errors():
        start = night_date(since, "--since")

    async def act(office: Office) -> int:
        stored = await office.energy.baselines.found(name)
        gone = [LanternId(each) for each in lanterns]
        return await office.energy.baselines.remove_lanterns(
            stored, gone, since=start, why=why, by=by
        )

    OUT.print(f"{in_office(act):,} lanterns are out of {name} from the night of {start} on.")


@app.command()
def adjust(
    name: Name,
    kwh_a_night: Annotated[float, typer.Option(help="What the baseline would use more [kWh].")],
    first: Annotated[str, typer.Option("--from", help="First night, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last night, YYYY-MM-DD.")],
    why: Why,
    by: By,
) -> None:
    """Record a non-routine adjustment: it is a line of its own in every report."""
    with told_errors():
        nights: tuple[date, date] = night_date(first, "--from"), night_date(last, "--to")
    change = NonRoutine(first=nights[0], last=nights[1], kwh_a_night=kwh_a_night)

    async def act(office: Office) -> int:
        stored = await office.energy.baselines.found(name)
        return await office.energy.baselines.adjust(stored, change, why=why, by=by)

    in_office(act)
    OUT.print(f"{name} is adjusted by {kwh_a_night:g} kWh a night.", markup=False)


def _header(path: Path) -> BaselineHeader:
    require_file(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"{path} cannot be read as UTF-8 text: {exc}") from None
    return parse_header(text, document=str(path))


def _plain(stored: StoredHeader) -> dict[str, object]:
    return {
        **header_as_plain(stored.header),
        "version": stored.version,
        "fingerprint": stored.fingerprint,
        "lanterns": stored.lanterns,
        "saved_at": stored.saved_at.isoformat(),
        "saved_by": stored.saved_by,
    }
