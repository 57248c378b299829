"""`lamplighter alerts rules`: check, save, show and try the rules that people write."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from lighting.errors import RefusedError
from lighting.operations.alert_rules import Tried
from lighting.operations.controller import Office
from lighting.operations.tonight import utc_text
from lighting.sensing.alerts.alert import RuleRevision
from lighting.sensing.rules.reason import told_condition, told_time
from lighting.sensing.rules.rule import Rule
from lighting.sensing.rules.rule_text import parse_rules
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import instant_of
from tools.revisions import REVISION_MAX, plain_revision
from tools.running import in_office

app = typer.Typer(help="Rules that raise alerts: check, save, show, try.")

File = Annotated[Path, typer.Argument(help="A file of rules (TOML).")]
Name = Annotated[str | None, typer.Option(help="Name of the document [default: that of the file].")]
Checked = tuple[list[Rule], dict[str, int]]


@app.command()
def check(file: File, *, name: Name = None, as_json: AsJson = False) -> None:
    """Check rules, and tell how they were understood and at how many places they look now."""
    text, document = _read(file, name)

    async def act(office: Office) -> Checked:
        rules = office.alerts.book.check(document, text)
        return rules, await office.alerts.book.places(rules)

    rules, places = in_office(act)
    if as_json:
        print_json({"ok": True, "document": document, "rules": _plain_rules(rules, places)})
    else:
        _print_rules(rules, places)


@app.command()
def save(
    file: File,
    *,
    name: Name = None,
    by: Annotated[str, typer.Option(help="Who saves it, for the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Save rules as a new revision, in force from now (the same text again changes nothing).

    A file without rules ends those of its document, and their alerts.
    """
    text, document = _read(file, name)

    async def act(office: Office) -> tuple[Checked, RuleRevision]:
        book, at = office.alerts.book, office.clock.now()
        rules, revision = await book.save(document, text, at=at, by=by)
        return (rules, await book.places(rules)), revision

    (rules, places), revision = in_office(act)
    if as_json:
        print_json({**plain_revision(revision), "rules": _plain_rules(rules, places)})
    else:
        OUT.print(f"Saved {revision.name} revision {revision.revision}.", markup=False)
        _print_rules(rules, places)


@app.command("list")
def list_rules(*, as_json: AsJson = False) -> None:
    """List the documents of rules that are in force."""
    found = in_office(lambda office: office.alerts.store.newest_rules())
    if as_json:
        print_json([plain_revision(each) for each in found])
        return
    table = Table("document", "revision", "saved", "by")
    for each in found:
        words = (each.name, str(each.revision), utc_text(each.saved_at), each.saved_by)
        table.add_row(*(escape(word) for word in words))
    OUT.print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The name of a document.")],
    *,
    revision: Annotated[
        int | None, typer.Option(min=1, max=REVISION_MAX, help="A revision [default: the newest].")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show saved rules as they were written."""
    found = in_office(lambda office: office.alerts.book.get(name, revision))
    if as_json:
        print_json({**plain_revision(found), "text": found.text})
    else:
        OUT.print(found.text, markup=False, end="")


@app.command("try")
def try_rules(
    file: File,
    start: Annotated[str, typer.Option("--from", help="From this time, with its zone.")],
    end: Annotated[str, typer.Option("--to", help="To this time, with its zone.")],
    *,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Show what rules would have raised on what was measured. Nothing is saved or told."""
    text, document = _read(file, name)
    with told_errors():
        first, last = instant_of(start, "--from"), instant_of(end, "--to")
    tried = in_office(
        lambda office: office.alerts.book.try_out(
            document, text, start=first, end=last, at=office.clock.now()
        )
    )
    if as_json:
        print_json([_plain_tried(each) for each in tried])
        return
    for each in tried:
        alert, ending = each.alert, each.ending
        over = "still open" if ending is None else f"over {utc_text(ending.at)}"
        words = f"{utc_text(alert.raised_at)} {alert.rule_id} at {alert.place.words}, {over}"
        OUT.print(f"{words}\n    {alert.reason}", markup=False)
    OUT.print(f"{len(tried)} alerts would have been raised.")


def _read(file: Path, name: str | None) -> tuple[str, str]:
    """Return the text of a file, and its document's name; what is wrong is told with the path."""
    with told_errors():
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise RefusedError(f"{file} cannot be read as UTF-8 text: {exc}") from None
        parse_rules(text, document=str(file))
    return text, name or file.stem


def _print_rules(rules: list[Rule], places: dict[str, int]) -> None:
    OUT.print(f"{len(rules)} rules, well formed." if rules else "No rules.")
    for rule in rules:
        default = " (by default)" if rule.until_by_default else ""
        tells = ", ".join(rule.tell) or "nobody"
        OUT.print(
            f"{rule.rule_id} ({rule.severity}), at {places[rule.rule_id]} places now\n"
            f"    when {told_condition(rule.when)}\n"
            f"    until{default} {told_condition(rule.until)}\n"
            f"    a gap of more than {told_time(rule.gap)} breaks a hold; tells {tells}",
            markup=False,
        )


def _plain_rules(rules: list[Rule], places: dict[str, int]) -> list[dict[str, object]]:
    return [
        {
            "rule": rule.rule_id,
            "when": told_condition(rule.when),
            "until": told_condition(rule.until),
            "until_by_default": rule.until_by_default,
            "severity": rule.severity,
            "tell": rule.tell,
            "gap_min": rule.gap.total_seconds() / 60,
            "note": rule.note,
            "places": places[rule.rule_id],
        }
        for rule in rules
    ]


def _plain_tried(tried: Tried) -> dict[str, object]:
    alert, ending = tried.alert, tried.ending
    return {
        "rule": alert.rule_id,
        "severity": alert.severity,
        "lantern_id": alert.place.lantern_id,
        "raised_at": utc_text(alert.raised_at),
        "reason": alert.reason,
        "cleared_at": None if ending is None else utc_text(ending.at),
        "cleared_why": "" if ending is None else ending.why,
    }
