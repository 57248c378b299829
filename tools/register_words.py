"""What the commands of registration have in common: options, keys that show nowhere, the answer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.inventory.occupancy import Acceptance
from lighting.operations.commissionings import Commissioned
from lighting.operations.controller import Office
from lighting.operations.plain_registration import plain_commissioned, problem_of
from lighting.operations.register_asked import RegisterAsked
from lighting.registration.eui import typed_join_eui
from lighting.registration.keys import RootKeys
from tools.output import EXIT_FAILED, OUT, print_json

LabelArgument = Annotated[str, typer.Argument(help="Scanned TR005 code, or typed DevEUI.")]
By = Annotated[str, typer.Option(help="Who does it, for the record.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
Model = Annotated[str, typer.Option("--model", help="Model, such as nas-ul2020; see list.")]
Accept = Annotated[
    str, typer.Option(help="Answer for what cannot be proved of the fit: the reason why it is so.")
]
Join = Annotated[str, typer.Option(help="JoinEUI (AppEUI), where the label does not say it.")]
AskKeys = Annotated[
    bool, typer.Option("--ask-keys", help="Ask for the root keys, unseen; they are in no history.")
]
KeysFile = Annotated[
    Path | None,
    typer.Option(help="File with the AppKey on its first line, the NwkKey of 1.1 on its second."),
]
Application = Annotated[
    str, typer.Option(help="Application there, where no network server is set.")
]
Stream = Annotated[str, typer.Option(help="Row of the data register, for an add-on.")]
Owner = Annotated[str, typer.Option(help="Whose it is.")]
Permit = Annotated[str, typer.Option(help="Number of the permit.")]
Photo = Annotated[str, typer.Option(help="File name or address of a photo.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of a device on the command line."""

    model: str
    by: str
    stream: str
    owner: str
    permit: str
    photo: str
    join_eui: str
    application: str
    accept: str
    keys: RootKeys | None


async def asked_of(office: Office, label: str, said: Said) -> RegisterAsked:
    """Return the request to register a device, not yet with its place.

    Raises:
        LabelError: the label names no device, or the JoinEUI is none.
        StoreError: the database could not be read.
    """
    looked = await office.devices.scanner.look(label)
    return RegisterAsked(
        dev_eui=looked.dev_eui,
        device_id=said.model,
        by=said.by,
        join_eui=typed_join_eui(said.join_eui) if said.join_eui else looked.join_eui,
        keys=said.keys,
        stream_id=said.stream,
        application_id=said.application,
        serial=looked.serial,
        owner=said.owner,
        permit=said.permit,
        photo=said.photo,
        label=looked.label,
        acceptance=Acceptance(by=said.by, reason=said.accept) if said.accept else None,
    )


def root_keys(*, ask: bool, file: Path | None) -> RootKeys | None:
    """Return the keys that a person types unseen, or that a file has; None if neither is asked.

    Raises:
        RefusedError: both are asked, or the file cannot be read.
        RootKeyError: they are none.
    """
    if ask and file is not None:
        raise RefusedError("keys are asked for and in a file; take one of the two")
    if ask:
        app_key = typer.prompt("AppKey", hide_input=True, err=True)
        nwk_key = typer.prompt("NwkKey (LoRaWAN 1.1 only)", hide_input=True, err=True, default="")
        return RootKeys.from_hex(app_key, nwk_key or None)
    if file is None:
        return None
    try:
        lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise RefusedError(f"{file} cannot be read as text") from None
    if len(lines) not in {1, 2}:
        raise RefusedError(f"{file} has {len(lines)} lines; one key or two are wanted, a line each")
    return RootKeys.from_hex(*lines)


def tell(there: Commissioned, *, as_json: bool) -> None:
    """Print how a device stands; exits 1 if the network server has refused it."""
    if as_json:
        print_json(plain_commissioned(there))
    else:
        show(there)
    if there.pending.problem and there.pending.next_try_at is None:
        raise typer.Exit(EXIT_FAILED)


def show(there: Commissioned) -> None:
    """Print a device and its way so far."""
    OUT.print(
        f"{there.dev_eui} ({there.particulars.device_id}) on {there.place}: {there.state.value}"
        f" since {there.since:%Y-%m-%d %H:%M} UTC",
        markup=False,
    )
    for step in there.steps:
        note = f": {step.note}" if step.note else ""
        OUT.print(f"  {step.at:%Y-%m-%d %H:%M} {step.event.value} by {step.by}{note}", markup=False)
    if problem := problem_of(there):
        OUT.print(f"  problem: {problem}", markup=False)
