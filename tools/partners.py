"""`lamplighter partners`: outside organisations, their trials, tokens, and devices to take off."""

from datetime import date
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.operations.controller import Office
from lighting.operations.partners import TrialAsked
from lighting.operations.tonight import utc_text
from lighting.registration.trial import Partner
from lighting.registration.trial_rules import is_overdue
from tools.output import OUT, AsJson, print_json, told_errors
from tools.partners_shown import (
    Overview,
    device_document,
    device_table,
    partner_document,
    token_document,
    trial_document,
    trial_table,
)
from tools.running import in_office

app = typer.Typer(
    no_args_is_help=True, help="Partners: outside organisations that try devices on columns."
)

By = Annotated[str, typer.Option(help="Who you are; it is recorded.")]
TrialId = Annotated[int, typer.Argument(help="The trial's number.")]


@app.command()
def add(
    partner_id: Annotated[str, typer.Argument(help="A short name of a-z, 0-9 and -.")],
    *,
    name: Annotated[str, typer.Option(help="The organisation.")],
    contact: Annotated[str, typer.Option(help="How a person there is reached.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Add a partner."""
    with told_errors():
        partner = Partner(partner_id=partner_id, name=name.strip(), contact=contact.strip())
    in_office(lambda office: office.partners.city.add(partner, by=by))
    if as_json:
        print_json({"partner_id": partner_id})
    else:
        OUT.print(f"Partner {partner_id} is added. Next: lamplighter partners trial", markup=False)


@app.command()
def trial(
    partner_id: Annotated[str, typer.Argument(help="The partner's id.")],
    *,
    lantern: Annotated[list[str], typer.Option(help="A lantern whose column may be used; repeat.")],
    first: Annotated[str, typer.Option("--from", help="First local day, such as 2026-12-01.")],
    last: Annotated[str, typer.Option("--until", help="Last local day; it is part of the trial.")],
    devices_max: Annotated[int, typer.Option(help="So many devices at a time.")],
    permit: Annotated[str, typer.Option(help="Reference of the permit.")],
    by: By,
    model: Annotated[
        list[str] | None, typer.Option(help="A device model; repeat. None: any add-on.")
    ] = None,
    stream: Annotated[
        list[str] | None, typer.Option(help="A row of the data register; repeat.")
    ] = None,
    accept: Annotated[
        str, typer.Option(help="Why you answer for fits of which some figure is not known.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Agree on a trial: which columns, from when until when, what and how many."""
    with told_errors():
        asked = TrialAsked(
            partner_id=partner_id,
            lantern_ids=tuple(LanternId(each) for each in lantern),
            first=_day("--from", first),
            last=_day("--until", last),
            devices_max=devices_max,
            permit=permit,
            by=by,
            model_ids=tuple(model or ()),
            stream_ids=tuple(stream or ()),
            accepted=accept,
        )
    made = in_office(lambda office: office.partners.city.agree(asked))
    if as_json:
        print_json(trial_document(made))
        return
    until = utc_text(made.agreed.ends_at)
    OUT.print(
        f"Trial {made.trial_id} runs from {utc_text(made.agreed.starts_at)} to {until}."
        f" Next: lamplighter partners token {made.trial_id}",
        markup=False,
    )


@app.command()
def token(trial_id: TrialId, *, by: By, as_json: AsJson = False) -> None:
    """Make a token of a trial. It is shown this once: hand it over by a safe way."""
    made, text = in_office(lambda office: office.partners.city.issue_token(trial_id, by=by))
    if as_json:
        print_json({"number": made.number, "trial_id": trial_id, "token": text})
        return
    OUT.print(text, markup=False)
    OUT.print(f"This is token {made.number}; nobody can show it again.", markup=False)


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number (not its text).")],
    *,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Revoke a token: it opens nothing from now on."""
    gone = in_office(lambda office: office.partners.city.revoke(number, by=by))
    if as_json:
        print_json(token_document(gone))
    else:
        OUT.print(f"Token {number} is revoked.", markup=False)


@app.command()
def end(
    trial_id: TrialId,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why it ends before its time.")],
    as_json: AsJson = False,
) -> None:
    """End a trial now; its devices that hang are listed, to be taken off."""
    over, hanging = in_office(
        lambda office: office.partners.city.end(trial_id, by=by, reason=reason)
    )
    if as_json:
        left = [device_document(each, overdue=True) for each in hanging]
        print_json({**trial_document(over), "to_remove": left})
        return
    OUT.print(f"Trial {trial_id} was over at {utc_text(over.over_at)}.", markup=False)
    for each in hanging:
        device = each.device
        OUT.print(
            f"Take off: {device.model_id} {device.dev_eui} on {device.lantern_id}", markup=False
        )


@app.command("list")
def list_all(
    *,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only devices to be taken off.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List partners, trials, tokens and devices; those that hang after their trial's end."""
    found = in_office(_overview)
    devices = [
        (state, is_overdue(each, state.device, found.at))
        for each in found.trials
        for state in found.devices[each.trial_id]
    ]
    shown = [(state, late) for state, late in devices if late or not overdue]
    if as_json:
        print_json(
            {
                "partners": [partner_document(each) for each in found.partners],
                "trials": [
                    {**trial_document(each), "state": each.standing(found.at).value}
                    for each in found.trials
                ],
                "tokens": [token_document(each) for each in found.tokens],
                "devices": [device_document(state, overdue=late) for state, late in shown],
            }
        )
        return
    if not overdue:
        OUT.print(trial_table(found))
    OUT.print(device_table(shown))


async def _overview(office: Office) -> Overview:
    store = office.partners.city.store
    trials = await store.trials()
    return Overview(
        at=office.clock.now(),
        zone=office.zone,
        partners=await store.partners(),
        trials=trials,
        tokens=await store.tokens(),
        devices={each.trial_id: await store.devices(each.trial_id) for each in trials},
    )


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{option} {text!r} is not a day; write 2026-12-01") from None
