"""`lamplighter sockets`: what sits where, what fits, and where there is room."""

from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId, dev_eui
from lighting.inventory.occupancy import CORRECTABLE, Acceptance, Occupancy
from lighting.inventory.socket_store import HistoryFilter
from lighting.inventory.sockets import Position
from lighting.operations.controller import Office
from lighting.operations.find_sockets import Found
from lighting.operations.plain_sockets import (
    plain_fit,
    plain_found,
    plain_gone,
    plain_occupancy,
    plain_shown,
)
from lighting.operations.retire_sockets import RetireAsked, retire_socket
from lighting.operations.sockets import FitAsked, FitChecked, LanternShown
from tools import sockets_in
from tools.output import ERR, EXIT_FAILED, OUT, AsJson, print_json, told_errors
from tools.places import instant_of
from tools.running import in_office
from tools.sockets_told import found_lines, shown_lines, tell_occupancy

HISTORY_MAX = 1000

app = typer.Typer(help="Sockets: what sits where, what fits, where there is room.")
app.command("import")(sockets_in.import_file)
app.command("default")(sockets_in.default)
app.command("limits")(sockets_in.limits)

Lantern = Annotated[str, typer.Argument(help="The lantern's id, such as leeds:12.")]
Device = Annotated[str, typer.Option(help="A model of the catalogue.")]
Where = Annotated[
    Position | None, typer.Option("--position", help="Which socket; the one that fits if left out.")
]
Number = Annotated[int, typer.Option(min=1, help="Which of several in that position.")]
By = Annotated[str, typer.Option(help="Who does it, for the record.")]
At = Annotated[str | None, typer.Option(help="When: ISO time with zone; now if left out.")]


@app.command()
def find(
    need: Annotated[str, typer.Option(help='Such as "zhaga, 2 W, near 53.80,-1.55".')],
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 10,
    unproved: Annotated[
        bool, typer.Option(help="Those too where a figure that nobody states stands in the way.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find columns that have room for a need, the nearest first."""

    async def act(office: Office) -> Found:
        with ERR.status("reading the register"):
            return await office.finder.find(need, limit=limit, unproved=unproved)

    found = in_office(act)
    if as_json:
        print_json(plain_found(found))
        return
    for line in found_lines(found, unproved=unproved):
        OUT.print(line, markup=False)


@app.command()
def show(lantern: Lantern, *, as_json: AsJson = False) -> None:
    """Show a lantern's sockets, who sits in them, and what is left of its supplies."""

    async def act(office: Office) -> tuple[LanternShown, dict[str, object]]:
        shown = await office.sockets.show(LanternId(lantern))
        return shown, plain_shown(shown, office.sockets.table)

    shown, plain = in_office(act)
    if as_json:
        print_json(plain)
        return
    for line in shown_lines(shown):
        OUT.print(line, markup=False)


@app.command()
def check(
    lantern: Lantern,
    device: Device,
    *,
    position: Where = None,
    number: Number = 1,
    as_json: AsJson = False,
) -> None:
    """Say whether a device would fit, why not, and what would. Exits 1 if it does not."""

    async def act(office: Office) -> FitChecked:
        return await office.sockets.check(
            LanternId(lantern), device, position=position, number=number
        )

    checked = in_office(act)
    fit = checked.fit
    if as_json:
        print_json(plain_fit(fit, checked.would_fit))
    else:
        OUT.print(fit.verdict, markup=False)
        for reason in fit.reasons:
            OUT.print(f"  {reason.kind}: {reason.text}", markup=False)
        for caveat in fit.caveats:
            OUT.print(f"  rests on: {caveat}", markup=False)
        if not fit.fits:
            OUT.print(checked.would_fit.words, markup=False)
    if not fit.fits:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def fit(
    lantern: Lantern,
    device: Device,
    by: By,
    *,
    position: Where = None,
    number: Number = 1,
    serial: Annotated[str, typer.Option(help="Serial number.")] = "",
    eui: Annotated[str | None, typer.Option("--dev-eui", help="Its DevEUI.")] = None,
    owner: Annotated[str, typer.Option(help="Whose device it is.")] = "",
    permit: Annotated[str, typer.Option(help="Under which permit.")] = "",
    photo: Annotated[str, typer.Option(help="A photo's file name or address.")] = "",
    at: At = None,
    accept_by: Annotated[
        str, typer.Option(help="Who answers for what cannot be proved, with --accept-reason.")
    ] = "",
    accept_reason: Annotated[str, typer.Option(help="Why that person may.")] = "",
    application: Annotated[
        str, typer.Option(help="Makes a lantern node the one that the lantern answers to.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Record a device in a socket, or on a column, if it fits there."""
    with told_errors():
        asked = FitAsked(
            lantern_id=LanternId(lantern),
            device_id=device,
            by=by,
            position=position,
            number=number,
            serial=serial,
            dev_eui=_eui(eui),
            owner=owner,
            permit=permit,
            photo=photo,
            at=None if at is None else instant_of(at, "--at"),
            acceptance=_acceptance(accept_by, accept_reason),
            application_id=application,
        )

    async def act(office: Office) -> Occupancy:
        return await office.sockets.fit(asked)

    tell_occupancy(in_office(act), as_json=as_json)


@app.command()
def remove(
    occupancy: Annotated[int, typer.Argument(help="The number that `sockets show` tells.")],
    by: By,
    *,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Record that a device was taken off; it stays in the history."""
    with told_errors():
        instant = None if at is None else instant_of(at, "--at")

    async def act(office: Office) -> Occupancy:
        return await office.sockets.remove(occupancy, by=by, reason=reason, at=instant)

    tell_occupancy(in_office(act), as_json=as_json)


@app.command()
def retire(
    lantern: Lantern,
    position: Annotated[Position, typer.Option(help="Which socket.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why: entered by mistake, lantern changed, …")],
    *,
    number: Number = 1,
    as_json: AsJson = False,
) -> None:
    """Take an empty socket off the register; what sat in it stays in the history."""
    asked = RetireAsked(
        lantern_id=LanternId(lantern), position=position, number=number, by=by, reason=reason
    )
    done = in_office(lambda office: retire_socket(office.sockets, asked, office.clock))
    if as_json:
        print_json(plain_gone(done))
        return
    past = f"fittings in its history: {done.fittings}" if done.fittings else "it was never used"
    OUT.print(f"{done.gone.socket.socket_id} is off the register ({past}).", markup=False)


@app.command()
def correct(
    occupancy: Annotated[int, typer.Argument(help="The number that `sockets show` tells.")],
    changes: Annotated[
        list[str], typer.Argument(help=f"FIELD=VALUE; fields: {', '.join(CORRECTABLE)}.")
    ],
    by: By,
    reason: Annotated[str, typer.Option(help="Why it was wrong.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Correct what was recorded; what it was stays in the history."""
    with told_errors():
        pairs = [change.partition("=") for change in changes]
        if any(not equals for _, equals, _ in pairs):
            raise RefusedError("write each change as FIELD=VALUE, such as serial=A12")

    async def act(office: Office) -> Occupancy:
        wanted = {name.replace("-", "_"): value for name, _, value in pairs}
        return await office.sockets.correct(occupancy, wanted, by=by, reason=reason)

    tell_occupancy(in_office(act), as_json=as_json)


@app.command()
def history(
    *,
    lantern: Annotated[str | None, typer.Option(help="Of a lantern.")] = None,
    eui: Annotated[str | None, typer.Option("--dev-eui", help="Of a DevEUI.")] = None,
    serial: Annotated[str | None, typer.Option(help="Of a serial number.")] = None,
    owner: Annotated[str | None, typer.Option(help="Of an owner.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Only what is there now.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what was ever fitted, by whom and when, with every correction."""
    with told_errors():
        where = HistoryFilter(
            lantern_id=None if lantern is None else LanternId(lantern),
            dev_eui=_eui(eui),
            serial=serial,
            owner=owner,
            open_only=now,
        )

    async def act(office: Office) -> list[Occupancy]:
        return await office.sockets.history(where, limit=HISTORY_MAX + 1)

    found = in_office(act)
    if as_json:
        shown = [plain_occupancy(each) for each in found[:HISTORY_MAX]]
        print_json({"occupancies": shown, "more": len(found) > HISTORY_MAX})
        return
    if not found:
        OUT.print("Nothing on record.")
    for each in found[:HISTORY_MAX]:
        tell_occupancy(each, as_json=False)
    if len(found) > HISTORY_MAX:
        OUT.print(f"There is more than {HISTORY_MAX}: ask for a lantern or a device.")


def _eui(text: str | None) -> DevEui | None:
    return None if text is None else dev_eui(text)


def _acceptance(by: str, reason: str) -> Acceptance | None:
    return Acceptance(by=by, reason=reason) if by or reason else None
