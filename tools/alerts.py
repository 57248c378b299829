"""`lamplighter alerts`: what rules raised, who knows of it, and what was told to whom."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from lighting.errors import NotFoundError, RefusedError
from lighting.operations.controller import Office
from lighting.operations.tonight import utc_text
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.notice import Delivery, DeliveryState, Notice, NoticeKind
from lighting.sensing.alerts.store import AlertFilter
from lighting.sensing.alerts.telling import alert_as_plain
from lighting.sensing.rules.rule import Severity
from tools import alert_rules
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import in_office

app = typer.Typer(help="Alerts: list, acknowledge, deliver; the rules that raise them.")
app.add_typer(alert_rules.app, name="rules")

NUMBER_MAX = 2**63 - 1
"""What every database holds."""

Number = Annotated[int, typer.Argument(min=1, max=NUMBER_MAX, help="Its number, as listed.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most so many, newest first.")]


@app.command("list")
def list_alerts(
    *,
    is_open: Annotated[
        bool | None, typer.Option("--open/--over", help="Only open ones, or only those over.")
    ] = None,
    unknown: Annotated[bool, typer.Option(help="Only those that nobody acknowledged.")] = False,
    severity: Annotated[Severity | None, typer.Option(help="Only of this severity.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only of a rule, or of a document.")] = None,
    ward: Annotated[str | None, typer.Option(help="Only in this ward.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List alerts, newest first."""
    where = AlertFilter(
        is_open=is_open,
        acknowledged=False if unknown else None,
        severity=severity,
        rule=rule,
        ward=ward,
    )
    found = in_office(lambda office: office.alerts.store.find(where, limit=limit))
    if as_json:
        print_json([alert_as_plain(alert) for alert in found])
        return
    raised = Column("raised (UTC)", no_wrap=True)
    table = Table(Column("alert", justify="right"), "severity", "rule", "place", raised, "state")
    for alert in found:
        at, state = f"{alert.raised_at:%Y-%m-%d %H:%M}", "open" if alert.is_open else "over"
        known = f", {alert.acknowledged_by} knows" if alert.acknowledged_at else ""
        words = (alert.rule_id, alert.place.words, at, state + known)
        table.add_row(str(alert.alert_id), alert.severity, *(escape(word) for word in words))
    OUT.print(table)


@app.command()
def show(alert: Number, *, as_json: AsJson = False) -> None:
    """Show one alert: why it was raised, with the values, and what was told to whom."""

    async def act(office: Office) -> tuple[Alert, list[Delivery]]:
        found = await office.alerts.store.get(alert)
        return found, await office.alerts.outbox.deliveries(alert_id=alert)

    found, deliveries = in_office(act)
    if as_json:
        told = [_plain_delivery(each) for each in deliveries]
        print_json({**alert_as_plain(found), "deliveries": told})
        return
    lines = [
        f"Alert {found.alert_id}: {found.severity} {found.rule_id} revision {found.revision}",
        f"Place: {found.place.words}",
        f"Raised {utc_text(found.raised_at)}: {found.reason}",
        f"State: {_state(found)}",
    ]
    lines += [f"What to do: {found.note}"] if found.note else []
    for finding in found.findings:
        values = ", ".join(f"{utc_text(p.at)} {p.value:.6g}" for p in finding.values)
        lines.append(f"  {finding.quantity} [{finding.unit}]: {values}")
    for each in sorted(deliveries, key=lambda each: each.delivery_id):
        event = each.notice.kind.rpartition(".")[2]
        lines.append(f"  {event}, {each.channel}: {each.state} {each.problem}".rstrip())
    OUT.print("\n".join(lines), markup=False)


@app.command()
def acknowledge(
    alert: Number,
    *,
    by: Annotated[str, typer.Option(help="Who knows of it.")],
    why: Annotated[str, typer.Option(help="What is done about it.")],
    as_json: AsJson = False,
) -> None:
    """Say that somebody knows of an alert; the newest word counts."""
    with told_errors():
        if not by.strip() or not why.strip():
            raise RefusedError("--by and --why must say something")

    async def act(office: Office) -> Alert:
        at = office.clock.now()
        return await office.alerts.store.acknowledge(alert, at=at, by=by, why=why)

    known = in_office(act)
    if as_json:
        print_json(alert_as_plain(known))
    else:
        OUT.print(f"Alert {known.alert_id} acknowledged by {known.acknowledged_by}.", markup=False)


@app.command()
def deliveries(
    *,
    state: Annotated[DeliveryState | None, typer.Option(help="Only in this state.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List what was told to whom, newest first; dead ones were given up."""
    found = in_office(lambda office: office.alerts.outbox.deliveries(state=state, limit=limit))
    if as_json:
        print_json([_plain_delivery(each) for each in found])
        return
    table = Table("delivery", "channel", "subject", "state", "tries", "problem")
    for each in found:
        words = (each.channel, each.notice.subject, each.state, str(each.attempts), each.problem)
        table.add_row(str(each.delivery_id), *(escape(word) for word in words))
    OUT.print(table)


@app.command("deliver-again")
def deliver_again(
    delivery: Number,
    *,
    as_json: AsJson = False,
) -> None:
    """Let a dead delivery go again."""
    found = in_office(lambda office: office.alerts.outbox.again(delivery, at=office.clock.now()))
    if as_json:
        print_json(_plain_delivery(found))
    else:
        OUT.print(f"Delivery {found.delivery_id} waits for {found.channel}.", markup=False)


@app.command("test-channel")
def try_channel(
    name: Annotated[str, typer.Argument(help="A channel of the alerts file.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Send a notice through a channel now, past the outbox. Exits 1 if it is not taken."""

    async def act(office: Office) -> str:
        channels = office.alerts.postman.channels
        if name not in channels:
            known = ", ".join(sorted(channels)) or "none: the setting alerts_file names no file"
            raise NotFoundError("channel", f"{name} (there are: {known})")
        at = office.clock.now()
        text = f"This is a test of the channel {name}. Nothing has happened.\n"
        notice = Notice(kind=NoticeKind.TEST, subject="Lamplighter: a test", text=text, at=at)
        return await channels[name].send(notice, key=f"test-{int(at.timestamp() * 1000)}", at=at)

    note = in_office(act)
    if as_json:
        print_json({"channel": name, "taken": True, "note": note})
    else:
        OUT.print(f"{name} took it. {note}".rstrip(), markup=False)


def _state(alert: Alert) -> str:
    known = f", {alert.acknowledged_by} knows: {alert.acknowledged_why}"
    told = "open" if alert.cleared_at is None else f"over {utc_text(alert.cleared_at)}"
    return told + (known if alert.acknowledged_at else "")


def _plain_delivery(each: Delivery) -> dict[str, object]:
    return {
        "delivery_id": each.delivery_id,
        "key": each.key,
        "channel": each.channel,
        "kind": each.notice.kind,
        "subject": each.notice.subject,
        "alert_id": each.alert_id,
        "state": each.state,
        "attempts": each.attempts,
        "created_at": utc_text(each.created_at),
        "next_try_at": utc_text(each.next_try_at),
        "sent_at": None if each.sent_at is None else utc_text(each.sent_at),
        "problem": each.problem,
    }
