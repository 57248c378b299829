"""`lamplighter rollout`, `override` and `status`: bring policies to nodes, and see how they are."""

from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.drift import find_drift
from lighting.operations.override import OverrideRequest
from lighting.operations.records import Override
from lighting.operations.roll_out import RolledOut, roll_out
from lighting.operations.selection import select
from lighting.operations.status import status as look
from lighting.operations.tonight import Plain, plain_proof, utc_text
from tools.output import OUT, AsJson, counting, print_json, told_errors
from tools.places import instant_of
from tools.running import in_office

DRIFT_MAX = 1000

overrides = typer.Typer(help="Light lanterns at a level until a time; they resume by themselves.")


def rollout(
    *,
    policy: Annotated[str | None, typer.Option(help="Only nodes on this policy.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove the rules' policies, assign them, and order what nodes lack for tonight."""

    async def act(office: Office) -> RolledOut:
        total = await office.stores.lanterns.count(LanternFilter(with_node=True))
        with counting("nodes", total=total) as progress:
            return await roll_out(office, policy, progress=progress)

    done = in_office(act)
    if as_json:
        print_json(_plain(done))
        return
    plan = done.plan
    for proved in done.proofs:
        OUT.print(
            f"{proved.policy} revision {proved.revision} holds for {proved.profile_id}: at most"
            f" {proved.proof.minutes_wrong:.1f} min at another level,"
            f" {len(proved.proof.uploads)} programs a year",
            markup=False,
        )
    OUT.print(
        f"{plan.nodes} nodes for the night of {plan.night}: {plan.changed} want another"
        f" program, {plan.ordered} were ordered for, {plan.without_policy} have no policy"
    )
    if done.assigned.unmatched:
        OUT.print(f"[bold red]{done.assigned.unmatched} lanterns match no rule.[/]")
    for why in plan.refused.values():
        OUT.print(f"Refused: {why}", markup=False)
    for name, losses in plan.losses.items():
        for loss in losses:
            OUT.print(f"  {name} gives up: {loss}", markup=False)


def _plain(done: RolledOut) -> Plain:
    plan = done.plan
    return {
        "night": plan.night.isoformat(),
        "nodes": plan.nodes,
        "changed": plan.changed,
        "ordered": plan.ordered,
        "without_policy": plan.without_policy,
        "compiled": plan.compiled,
        "by_policy": dict(plan.by_policy),
        "losses": {name: list(losses) for name, losses in plan.losses.items()},
        "refused": list(plan.refused.values()),
        "unmatched": done.assigned.unmatched,
        "proofs": [
            {"policy": each.policy, "revision": each.revision, "proof": plain_proof(each.proof)}
            for each in done.proofs
        ],
    }


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
    with told_errors():
        _check_where(where, everything=everything)
        starts_at = None if start is None else instant_of(start, "--from")
        ends_at = instant_of(until, "--until")

    async def act(office: Office) -> Override:
        selected = await select(office.stores.lanterns, where, whole_city=everything)
        at = office.clock.now()
        request = OverrideRequest(
            selection=selected.words,
            level=level,
            starts_at=at if starts_at is None else starts_at,
            ends_at=ends_at,
            reason=reason,
            emergency=emergency,
        )
        return await office.overrides.begin(request, selected.dev_euis, at=at)

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


def status(
    *,
    drift: Annotated[
        bool, typer.Option("--drift", help="List nodes that do not hold what is wanted.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show lanterns, evidence, orders and overrides; with --drift the nodes that are adrift."""

    async def act(office: Office) -> Plain:
        plain = await look(office)
        if drift:
            found = await find_drift(office.stores, limit=DRIFT_MAX)
            plain["drift"] = [
                {
                    "dev_eui": each.node.dev_eui,
                    "lantern_id": each.node.lantern_id,
                    "evidence": each.node.evidence.words,
                    "reason": each.reason,
                }
                for each in found
            ]
        return plain

    plain = in_office(act)
    if as_json:
        print_json(plain)
    else:
        _show(plain)


def _show(plain: Plain) -> None:
    for key, value in plain.items():
        if isinstance(value, dict):
            counts = ", ".join(f"{name} {count}" for name, count in value.items() if count)
            OUT.print(f"{key}: {counts or 'none'}")
        elif isinstance(value, list):
            OUT.print(f"{key}: {len(value) or 'none'}")
            for row in value:
                OUT.print("  " + ", ".join(str(cell) for cell in row.values()), markup=False)
        else:
            OUT.print(f"{key}: {value}", markup=False)


def _check_where(where: LanternFilter, *, everything: bool) -> None:
    """Refuse a selection that says nothing: an empty word is a script's unset variable."""
    words = (where.ward, where.road, where.lighting_class, where.tag)
    if "" in words or everything == any(words):
        raise RefusedError(
            "say which lanterns: --ward, --road, --class or --tag, none of them empty,"
            " or --all alone for every lantern"
        )
