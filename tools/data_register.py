"""`lamplighter register`: the data register: why data is collected, for how long, on or off."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.sensing.ngsi import instant
from lighting.sensing.register import Deletion
from lighting.sensing.stream import Stream, what_is_missing
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import in_office

app = typer.Typer(
    help="Data register: why data is collected, who answers for it, how long it stays.",
    no_args_is_help=True,
)

StreamArgument = Annotated[str, typer.Argument(help="A row of the register.")]
By = Annotated[str, typer.Option(help="Who does it; kept with the change.")]
Why = Annotated[str, typer.Option(help="Why; kept with the change.")]


@app.command("list")
def list_streams(*, as_json: AsJson = False) -> None:
    """List the rows, whether they are on, what each lacks, and what was withheld."""

    async def act(office: Office) -> tuple[list[Stream], dict[str, int]]:
        withheld: dict[str, int] = {}
        for add_on in await office.stores.add_ons.add_ons():
            withheld[add_on.stream_id] = withheld.get(add_on.stream_id, 0) + add_on.withheld
        return await office.sensing.register.store.streams(), withheld

    streams, withheld = in_office(act)
    if as_json:
        rows = [_plain(each, withheld.get(each.stream_id, 0)) for each in streams]
        print_json({"streams": rows, "withheld_without_stream": withheld.get("", 0)})
        return
    table = Table("stream", "use", "state", "kept for", "withheld", "missing")
    for each in streams:
        table.add_row(
            each.stream_id,
            each.use.value,
            "on" if each.on else "off",
            "not stated" if each.retention is None else f"{each.retention.days} days",
            str(withheld.get(each.stream_id, 0)),
            escape("; ".join(what_is_missing(each)) or "nothing"),
        )
    OUT.print(table)
    if withheld.get(""):
        OUT.print(f"{withheld['']} messages were withheld of add-ons that have no stream.")


@app.command()
def put(
    file: Annotated[Path, typer.Argument(help="Rows as TOML, one table for each stream.")],
    *,
    by: By,
    why: Why,
    as_json: AsJson = False,
) -> None:
    """Write rows; new ones are off. All of the file is written or nothing."""
    with told_errors():
        text = _text(file)
    written = in_office(lambda office: office.sensing.register.put(text, by=by, why=why))
    if as_json:
        print_json([_plain(each, 0) for each in written])
        return
    for each in written:
        missing = "; ".join(what_is_missing(each)) or "nothing: it can be switched on"
        OUT.print(f"{each.stream_id}: missing {missing}", markup=False)
    if not written:
        OUT.print("Nothing changed.")


@app.command()
def on(stream_id: StreamArgument, *, by: By, why: Why, as_json: AsJson = False) -> None:
    """Begin to store what a stream's add-ons say; refused while its row lacks anything."""
    stream = in_office(lambda office: office.sensing.register.switch_on(stream_id, by=by, why=why))
    _told(stream, as_json=as_json)


@app.command()
def off(stream_id: StreamArgument, *, by: By, why: Why, as_json: AsJson = False) -> None:
    """Store nothing more of a stream; what is stored stays until its retention is over."""
    stream = in_office(lambda office: office.sensing.register.switch_off(stream_id, by=by, why=why))
    _told(stream, as_json=as_json)


@app.command()
def deletions(
    *,
    stream: Annotated[str | None, typer.Option(help="Only of this row.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what retention deleted, the latest first."""
    found = in_office(lambda office: office.sensing.register.store.deletions(stream))
    if as_json:
        print_json([_deletion(each) for each in found])
        return
    table = Table("at", "stream", "samples", "measured from", "to", "why")
    for each in found:
        table.add_row(
            instant(each.at),
            each.stream_id,
            str(each.samples),
            instant(each.first),
            instant(each.last),
            each.why,
        )
    OUT.print(table)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"{file} cannot be read: {exc}") from exc


def _told(stream: Stream, *, as_json: bool) -> None:
    if as_json:
        print_json({"stream_id": stream.stream_id, "on": stream.on})
    else:
        OUT.print(f"Stream {stream.stream_id} is {'on' if stream.on else 'off'}.", markup=False)


def _plain(stream: Stream, withheld: int) -> dict[str, object]:
    return {
        "stream_id": stream.stream_id,
        "title": stream.title,
        "use": stream.use.value,
        "on": stream.on,
        "people": stream.people,
        "retention_days": None if stream.retention is None else stream.retention.days,
        "missing": what_is_missing(stream),
        "withheld": withheld,
    }


def _deletion(deletion: Deletion) -> dict[str, object]:
    return {
        "stream_id": deletion.stream_id,
        "first": instant(deletion.first),
        "last": instant(deletion.last),
        "samples": deletion.samples,
        "at": instant(deletion.at),
        "why": deletion.why,
    }
