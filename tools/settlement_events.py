"""`lamplighter settlement events|event-log`: switching events: import, infer, list, write."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.settlement.codes import SubMeterId, sub_meter_id, unit_ref
from lighting.settlement.event_log import UNVERIFIED, event_log_lines, event_log_name
from lighting.settlement.event_log_template import parse_template, shipped_template
from lighting.settlement.events import (
    COLUMNS,
    SwitchingEvent,
    events_rows,
    read_events,
    standing,
)
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import instant_of, night_date
from tools.running import in_office
from tools.settlement_files import Folder, MaybeSubMeter, SubMeter, read_text, write_file

_DAY = timedelta(days=1)

events = typer.Typer(
    help="Switching events: import, infer from nights, list.", no_args_is_help=True
)


@events.command("import")
def import_events(
    file: Annotated[Path, typer.Argument(help=f"CSV with {', '.join(COLUMNS)}.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Add events of a file; those that are there are left."""
    with told_errors():
        new = read_events(read_text(file))
    added = in_office(lambda office: office.settlement.events.add_events(new))
    if as_json:
        print_json({"read": len(new), "added": added})
    else:
        OUT.print(f"{len(new)} events read, {added} of them new")


@events.command()
def infer(
    night: Annotated[str, typer.Option(help="A night that is over, YYYY-MM-DD.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Infer the events of a night from proved programs, overrides and what nodes reported."""
    with told_errors():
        evening = night_date(night, "--night")

    async def act(office: Office) -> dict[str, object]:
        if office.planner.night_of(office.clock.now()) <= evening:
            raise RefusedError(f"the night of {evening} is not over yet")
        done = await office.inference.infer(evening)
        return {
            "units": done.units,
            "inferred": done.inferred,
            "actual": done.actual,
            "not_proved": done.not_proved,
            "not_asked": done.not_asked,
        }

    told = in_office(act)
    if as_json:
        print_json(told)
    else:
        for what, value in told.items():
            OUT.print(f"{what}: {value}", markup=False)


@events.command("list")
def list_events(
    start: Annotated[str, typer.Option("--from", help="ISO 8601 with offset: 2026-11-22T00:00Z.")],
    end: Annotated[str, typer.Option("--to", help="The same; up to, not including.")],
    *,
    sub_meter: MaybeSubMeter = None,
    unit: Annotated[str | None, typer.Option(help="Only of this unit reference.")] = None,
    as_json: AsJson = False,
) -> None:
    """List events as they were recorded, each unit's state in force at the start first."""
    with told_errors():
        since, until = instant_of(start, "--from"), instant_of(end, "--to")
        meter = sub_meter_id(sub_meter) if sub_meter is not None else None
        refs = None if unit is None else [unit_ref(unit)]

    async def act(office: Office) -> list[SwitchingEvent]:
        of = refs or [each.unit_ref for each in await office.settlement.units.units(meter)]
        return await office.settlement.events.events_of(of, start=since, end=until)

    rows = events_rows(in_office(act))
    if as_json:
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((COLUMNS, *rows))
    OUT.print(text.getvalue(), markup=False, end="")


def event_log(
    *,
    sub_meter: SubMeter,
    day: Annotated[str, typer.Option(help="UTC day, YYYY-MM-DD.")],
    template: Annotated[
        Path | None, typer.Option(help="Layout of your own (TOML); unverified like ours.")
    ] = None,
    folder: Folder = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a day's events by a template; the layout is UNVERIFIED and the file says so."""
    with told_errors():
        meter, date = sub_meter_id(sub_meter), night_date(day, "--day")
        layout = shipped_template()
        if template is not None:
            layout = parse_template(read_text(template), template.name)
    start = datetime.combine(date, time(), tzinfo=UTC)
    found = in_office(lambda office: _of_day(office, meter, start))
    path = folder / event_log_name(layout, meter, date)
    with told_errors():
        stand, torn = standing(found)
        write_file(path, "".join(event_log_lines(layout, meter, stand)).encode())
    if as_json:
        print_json(
            {"events": len(stand), "output": str(path), "layout": UNVERIFIED, "contradictory": torn}
        )
        return
    OUT.print(f"{len(stand)} events written to {path}", markup=False)
    OUT.print(f"{UNVERIFIED}: agree it with the meter administrator before any use.")
    if torn:
        OUT.print(f"Events contradict each other at: {', '.join(torn)}; the highest level stands.")


async def _of_day(office: Office, meter: SubMeterId, start: datetime) -> list[SwitchingEvent]:
    units = await office.settlement.units.units(meter)
    refs = [unit.unit_ref for unit in units]
    found = await office.settlement.events.events_of(refs, start=start, end=start + _DAY)
    return [event for event in found if event.at >= start]
