"""`lamplighter devices register`, `swap`, `remove`, `waiting` and `retry`."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from lighting.identifiers import LanternId
from lighting.inventory.sockets import Position
from lighting.operations.commissionings import Commissioned
from lighting.operations.controller import Office
from lighting.operations.plain_registration import plain_commissioned, problem_of
from lighting.operations.scan import scanned_dev_eui
from tools import register_many
from tools.output import OUT, AsJson, print_json, told_errors
from tools.register_words import (
    Accept,
    Application,
    AskKeys,
    By,
    Join,
    KeysFile,
    LabelArgument,
    Model,
    Owner,
    Permit,
    Photo,
    Reason,
    Said,
    Stream,
    asked_of,
    root_keys,
    tell,
)
from tools.running import in_office

Lantern = Annotated[str, typer.Option(help="Lantern; left out, the device is only prepared.")]
Where = Annotated[Position | None, typer.Option(help="Which socket, if it has several.")]
Number = Annotated[int, typer.Option(min=1, help="Which of several sockets there.")]


def register(
    label: LabelArgument,
    model: Model,
    by: By,
    *,
    lantern: Lantern = "",
    position: Where = None,
    number: Number = 1,
    stream: Stream = "",
    owner: Owner = "",
    permit: Permit = "",
    photo: Photo = "",
    join_eui: Join = "",
    ask_keys: AskKeys = False,
    keys_file: KeysFile = None,
    application: Application = "",
    accept: Accept = "",
    as_json: AsJson = False,
) -> None:
    """Register a device: check its fit, fit it, create it on the network server. Twice is once.

    A lantern node then gets its program by the rules. Exits 1 if the network server refused.
    """
    with told_errors():
        keys = root_keys(ask=ask_keys, file=keys_file)
    said = Said(
        model=model, by=by, stream=stream, owner=owner, permit=permit, photo=photo,
        join_eui=join_eui, application=application, accept=accept, keys=keys,
    )  # fmt: skip
    place = LanternId(lantern) if lantern else None

    async def act(office: Office) -> Commissioned:
        asked = await asked_of(office, label, said)
        placed = replace(asked, lantern_id=place, position=position, number=number)
        return await office.devices.registration.register(placed)

    tell(in_office(act), as_json=as_json)


def swap(
    old: Annotated[str, typer.Argument(help="Label or DevEUI of the device that leaves.")],
    new: Annotated[str, typer.Argument(help="Label or DevEUI of the one that takes its place.")],
    model: Model,
    by: By,
    reason: Reason,
    *,
    stream: Stream = "",
    owner: Owner = "",
    permit: Permit = "",
    photo: Photo = "",
    join_eui: Join = "",
    ask_keys: AskKeys = False,
    keys_file: KeysFile = None,
    application: Application = "",
    accept: Accept = "",
    as_json: AsJson = False,
) -> None:
    """Put a device in the place of another in one act; the old one is disabled on the server."""
    with told_errors():
        leaving = scanned_dev_eui(old)
        keys = root_keys(ask=ask_keys, file=keys_file)
    said = Said(
        model=model, by=by, stream=stream, owner=owner, permit=permit, photo=photo,
        join_eui=join_eui, application=application, accept=accept, keys=keys,
    )  # fmt: skip

    async def act(office: Office) -> Commissioned:
        asked = await asked_of(office, new, said)
        return await office.devices.registration.swap(leaving, asked, reason=reason)

    tell(in_office(act), as_json=as_json)


def remove(
    label: LabelArgument,
    by: By,
    reason: Reason,
    *,
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete it on the network server, with its keys.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a device off its lantern; it is disabled on the network server, or forgotten."""
    with told_errors():
        dev_eui = scanned_dev_eui(label)

    async def act(office: Office) -> Commissioned:
        return await office.devices.registration.remove(
            dev_eui, by=by, reason=reason, forget=forget
        )

    tell(in_office(act), as_json=as_json)


def waiting(*, as_json: AsJson = False) -> None:
    """List the devices that are not in service yet, and why."""
    found = in_office(lambda office: office.devices.registration.store.waiting(limit=10_000))
    if as_json:
        print_json([plain_commissioned(each) for each in found])
        return
    table = Table(*(Column(name, no_wrap=True) for name in ("device", "place", "state", "since")))
    for each in found:
        since = f"{each.since:%Y-%m-%d %H:%M}"
        table.add_row(each.dev_eui, escape(each.place), each.state.value, since)
    OUT.print(table)
    for each in found:
        if problem := problem_of(each):
            OUT.print(f"{each.dev_eui}: {problem}", markup=False)


def retry(
    label: Annotated[str, typer.Argument(help="Label or DevEUI; left out, all.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Tell the network server now what it could not be told before."""
    with told_errors():
        dev_eui = scanned_dev_eui(label) if label else None
    done = in_office(lambda office: office.devices.registration.retry(dev_eui))
    if as_json:
        print_json({"done": done})
    else:
        OUT.print(f"{done} done; `lamplighter devices waiting` lists what is left.")


def add_to(app: typer.Typer) -> None:
    """Add the commands of registration to `lamplighter devices`."""
    many = (register_many.scan, register_many.near, register_many.bulk)
    for command in (*many, register, swap, remove, waiting, retry):
        app.command()(command)
