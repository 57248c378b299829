"""`lamplighter rollout`, `override` and `status`: bring policies to nodes, and see how they are."""

from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress

from lighting.errors import RefusedError
from lighting.identifiers import DevEui
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.override import OverrideRequest
from lighting.operations.records import Override
from lighting.operations.rollout import PlanReport
from lighting.operations.status import status as look
from lighting.operations.tonight import Plain, utc_text
from tools.output import ERR, OUT, AsJson, print_json
from tools.running import in_office

overrides = typer.Typer(help="Light lanterns at a level until a time; they resume by themselves.")


def rollout(
    *,
    policy: Annotated[str | None, typer.Option(help="Only nodes on this policy.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compile what every node should hold tonight and write the orders for what is missing."""

    async def act(office: Office) -> PlanReport:
        total = await office.stores.lanterns.count(LanternFilter(with_node=True))
        with Progress(console=ERR, transient=True) as progress:
            task = progress.add_task("nodes", total=total)
            return await office.planner.plan(
                office.clock.now(),
                policy=policy,
                progress=lambda nodes: progress.update(task, completed=nodes),
            )

    report = in_office(act)
    plain = {
        "night": report.night.isoformat(),
        "nodes": report.nodes,
        "changed": report.changed,
        "ordered": report.ordered,
        "without_policy": report.without_policy,
        "compiled": report.compiled,
        "by_policy": dict(report.by_policy),
        "losses": {name: list(losses) for name, losses in report.losses.items()},
    }
    if as_json:
        print_json(plain)
        return
    OUT.print(
        f"{report.nodes} nodes for the night of {report.night}: {report.changed} want another"
        f" program, {report.ordered} have orders waiting, {report.without_policy} have no policy"
    )
    for name, losses in report.losses.items():
        for loss in losses:
            OUT.print(f"  {name} gives up: {loss}", markup=False)


@overrides.command()
def begin(
    level: Annotated[int, typer.Option(min=0, max=100, help="Level [percent].")],
    until: Annotated[str, typer.Option(help="When it ends: ISO time with zone.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    *,
    start: Annotated[
        str | None, typer.Option("--from", help="When it starts; now if left out.")
    ] = None,
    ward: Annotated[str | None, typer.Option(help="Lanterns of a ward.")] = None,
    road: Annotated[str | None, typer.Option(help="Lanterns of a road.")] = None,
    lighting_class: Annotated[str | None, typer.Option("--class", help="Of a class.")] = None,
    tag: Annotated[str | None, typer.Option(help="Lanterns with a tag.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every lantern.")] = False,
    emergency: Annotated[bool, typer.Option(help="Goes ahead of everything; 100 % only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin an override; the controller on the same database sends it."""
    where = LanternFilter(ward=ward, road=road, lighting_class=lighting_class, tag=tag)

    async def act(office: Office) -> Override:
        if everything == (where != LanternFilter()):
            raise RefusedError("say which lanterns: --ward, --road, --class, --tag, or --all")
        at = office.clock.now()
        request = OverrideRequest(
            selection="every lantern" if everything else _words(where),
            level=level,
            starts_at=at if start is None else _instant(start),
            ends_at=_instant(until),
            reason=reason,
            emergency=emergency,
        )
        return await office.overrides.begin(request, await _nodes(office, where), at=at)

    override = in_office(act)
    if as_json:
        print_json({"override_id": override.override_id, "nodes": override.nodes})
    else:
        OUT.print(
            f"Override {override.override_id}: {override.nodes} lanterns at {override.level} %"
            f" until {utc_text(override.ends_at)}"
        )


@overrides.command()
def end(
    override_id: Annotated[int, typer.Argument(help="Its number.")], *, as_json: AsJson = False
) -> None:
    """End an override now."""
    override = in_office(lambda office: office.overrides.end(override_id, at=office.clock.now()))
    if as_json:
        print_json({"override_id": override.override_id, "ended": True})
    else:
        OUT.print(f"Override {override.override_id} is ended; its lanterns are told to resume.")


def status(*, as_json: AsJson = False) -> None:
    """Show lanterns, evidence, orders and overrides."""
    plain = in_office(look)
    if as_json:
        print_json(plain)
    else:
        _show(plain)


def _show(plain: Plain) -> None:
    for key, value in plain.items():
        if isinstance(value, dict):
            counts = ", ".join(f"{name} {count}" for name, count in value.items() if count)
            OUT.print(f"{key}: {counts or 'none'}")
        else:
            OUT.print(f"{key}: {value}", markup=False)


async def _nodes(office: Office, where: LanternFilter) -> list[DevEui]:
    return [
        stored.dev_eui
        async for chunk in office.stores.lanterns.every(where)
        for stored in chunk
        if stored.dev_eui is not None
    ]


def _words(where: LanternFilter) -> str:
    parts = {
        "ward": where.ward,
        "road": where.road,
        "class": where.lighting_class,
        "tag": where.tag,
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{text!r} is not a time such as 2026-11-22T23:00:00Z") from None
    if at.tzinfo is None:
        raise RefusedError(f"{text!r} has no zone; add Z or +00:00")
    return at
