"""`lamplighter policy`: check, show, save and assign policies."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from firmware_profiles.registry import profile_for
from lighting.clock import SystemClock
from lighting.errors import RefusedError
from lighting.operations.assign import AssignReport, assign_lanterns
from lighting.operations.controller import Office
from lighting.operations.policies import check_for, get_policy, save_policy, save_rules
from lighting.operations.records import PolicyRevision
from schedules.errors import PolicyError
from schedules.library import library_names
from schedules.night import night_of
from schedules.policy import Policy
from schedules.policy_text import parse_policy, policy_document
from schedules.rules_text import parse_rules
from tools.output import EXIT_FAILED, OUT, AsJson, counting, print_json, told_errors
from tools.places import DEFAULT_PROFILE, ProfileId, night_date, policy_text_of, site_of
from tools.revisions import REVISION_MAX, plain_revision
from tools.running import in_office

app = typer.Typer(help="Dimming policies: check, show, save, assign.")

By = Annotated[str, typer.Option(help="Who saves it, for the record.")]


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A policy file, or a library name.")],
    *,
    place: Annotated[str | None, typer.Option(help="Prove it for LATITUDE,LONGITUDE.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone there.")] = "Europe/London",
    on: Annotated[
        str | None, typer.Option("--from", help="First night of the proof; tonight if left out.")
    ] = None,
    profile: ProfileId = DEFAULT_PROFILE,
    as_json: AsJson = False,
) -> None:
    """Check a policy document; with --place also prove it over a year. Exits 1 if it is refused."""
    with told_errors():
        text, document = policy_text_of(file)
        policy = _parsed(text, document, as_json=as_json)
        if place is not None:
            site = site_of(place, zone)
            now = night_of(site, SystemClock().now()).evening
            first = now if on is None else night_date(on, "--from")
            check_for(policy, site, first, profile_for(profile))
    if as_json:
        print_json({"ok": True, "document": document, "policy": policy_document(policy)})
    else:
        OUT.print(f"{document}: policy {policy.name!r} is well formed.", markup=False)
        for note in policy.notes:
            OUT.print(f"  note: {note}", markup=False)


def _parsed(text: str, document: str, *, as_json: bool) -> Policy:
    """Return the policy; with --json what is wrong with it is printed as JSON."""
    try:
        return parse_policy(text, document=document)
    except PolicyError as exc:
        if not as_json:
            raise
        problems = [
            {"line": p.line, "field": p.field, "message": p.message, "allowed": p.allowed}
            for p in exc.problems
        ]
        print_json({"ok": False, "document": exc.document, "problems": problems})
        raise typer.Exit(EXIT_FAILED) from None


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(help="A file, library or saved policy.")] = None,
    *,
    revision: Annotated[
        int | None, typer.Option(min=1, max=REVISION_MAX, help="A saved revision.")
    ] = None,
    saved: Annotated[bool, typer.Option(help="Look among saved policies.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a policy document, or list what there is."""
    if name is None:
        with told_errors():
            if saved or revision is not None:
                raise RefusedError("--saved and --revision need the name of a policy")
        _list(as_json=as_json)
        return
    if saved or revision is not None:
        text = in_office(lambda office: _saved_text(office, name, revision))
    else:
        with told_errors():
            text, _ = policy_text_of(name)
    if as_json:
        with told_errors():
            print_json(policy_document(parse_policy(text, document=name)))
    else:
        OUT.print(text, markup=False, end="")


async def _saved_text(office: Office, name: str, revision: int | None) -> str:
    _, found = await get_policy(office.stores.policies, name, revision)
    return found.text


def _list(*, as_json: bool) -> None:
    saved = in_office(lambda office: office.stores.policies.newest_policies())
    rows = [plain_revision(revision) for revision in saved]
    if as_json:
        print_json({"library": list(library_names()), "saved": rows})
        return
    OUT.print("Library: " + ", ".join(library_names()))
    for row in rows:
        OUT.print(f"Saved: {row['name']} revision {row['revision']} ({row['saved_at']})")


@app.command()
def save(
    file: Annotated[str, typer.Argument(help="A policy file, or a library name.")],
    *,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Save a policy as a new revision (the same text again is the same revision)."""
    with told_errors():
        text, document = policy_text_of(file)
        parse_policy(text, document=document)  # told with the name of its file

    async def act(office: Office) -> PolicyRevision:
        _, revision = await save_policy(office.stores.policies, text, at=office.clock.now(), by=by)
        return revision

    revision = in_office(act)
    if as_json:
        print_json(plain_revision(revision))
    else:
        OUT.print(f"Saved {revision.name} revision {revision.revision}.")


@app.command()
def assign(
    rules: Annotated[Path, typer.Argument(help="Rules file (TOML or JSON).")],
    *,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Save rules and give every lantern its policy by them. Exits 1 if a lantern matched none."""
    with told_errors():
        try:
            text = rules.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise RefusedError(f"{rules} cannot be read as UTF-8 text: {exc}") from None
        parse_rules(text, document=str(rules))

    async def act(office: Office) -> AssignReport:
        policies = office.stores.policies
        checked, _ = await save_rules(policies, text, at=office.clock.now(), by=by)
        newest = {each.name: each.revision for each in await policies.newest_policies()}
        with counting("lanterns"):
            return await assign_lanterns(office.stores.lanterns, checked, newest)

    report = in_office(act)
    if as_json:
        print_json(
            {
                "lanterns": report.lanterns,
                "changed": report.changed,
                "exempt": report.exempt,
                "by_rule": dict(report.by_rule),
                "unmatched": report.unmatched,
                "unmatched_ids": list(report.unmatched_ids),
            }
        )
    else:
        OUT.print(f"{report.lanterns} lanterns, {report.changed} changed, {report.exempt} exempt")
        for rule, count in report.by_rule.most_common():
            OUT.print(f"  {count:8}  {rule}", markup=False)
        if report.unmatched:
            listed = escape(", ".join(report.unmatched_ids[:20]))
            OUT.print(f"[bold red]{report.unmatched} match no rule:[/] {listed}")
    if report.unmatched:
        raise typer.Exit(EXIT_FAILED)
