"""Does a device fit a socket? Every reason why not, with figures, and what rests on a belief.

An obstacle is a fact: it cannot be talked away. An unknown is a figure that nobody states: a person
may answer for it with a name and a reason. A caveat is a limit that holds, but is unverified.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from firmware_profiles.devices.device import DeviceModel, Supply, Use
from lighting.inventory.limits import LimitTable
from lighting.inventory.sockets import (
    NEMA,
    WIRES_OF,
    Figure,
    LanternSockets,
    Limit,
    Occupant,
    Socket,
    Wire,
)
from lighting.inventory.supply import SHARED, WIRES_BEHIND, budget, needed
from lighting.inventory.verdict import Fit, Reason, ReasonKind

SLACK = 1e-9
"""Sums of decimal figures may be off by this: 0.1 + 0.2 is not above 0.3."""

_RESTS_ON = ("power", "fits", "mass", "orientation")
"""Fields of a device model that a fit rests on."""


_EXCEEDED = {
    Figure.MASS: ReasonKind.MASS,
    Figure.AUX_AVERAGE: ReasonKind.AUX_AVERAGE,
    Figure.AUX_PEAK: ReasonKind.AUX_PEAK,
    Figure.BUS: ReasonKind.BUS,
    Figure.MAINS: ReasonKind.MAINS,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """What the rules look at."""

    device: DeviceModel
    socket: Socket
    lantern: LanternSockets
    table: LimitTable


@dataclass(frozen=True, slots=True)
class _Caveat:
    """A limit that holds but is only believed, or a figure of the device that is."""

    text: str


def check_fit(
    device: DeviceModel, socket: Socket | None, lantern: LanternSockets, *, table: LimitTable
) -> Fit:
    """Return whether ``device`` may be put into a socket of ``lantern`` as it stands now.

    ``socket`` None asks for the column itself, for what is clamped or screwed to it.
    """
    if socket is None:
        return _clamped(device, lantern)
    case = _Case(device, socket, lantern, table)
    found = [*_standard(case), *_taken(case), *_supplied(case), *_by_day(case)]
    found += [*_position(case), *_limits(case), *_hints(case)]
    reasons = [each for each in found if isinstance(each, Reason)]
    return Fit(
        device_id=device.device_id,
        place=socket.socket_id,
        socket_id=socket.socket_id,
        obstacles=tuple(each for each in reasons if each.kind is not ReasonKind.UNKNOWN),
        unknown=tuple(each for each in reasons if each.kind is ReasonKind.UNKNOWN),
        caveats=tuple(each.text for each in found if isinstance(each, _Caveat)),
    )


def _clamped(device: DeviceModel, lantern: LanternSockets) -> Fit:
    """Return whether a device may be clamped to the column, or wired inside it."""
    found: list[Reason] = []
    supply = device.power.supply
    if device.fits:
        text = f"plugs into {', '.join(device.fits)}; name one of the lantern's sockets"
        found.append(Reason(kind=ReasonKind.STANDARD, text=text))
    elif supply in {Supply.AUX_24V, Supply.DALI_BUS}:
        text = f"takes {supply}, which only a socket gives; take one with a battery"
        found.append(Reason(kind=ReasonKind.SUPPLY, text=text))
    elif supply is not Supply.BATTERY:
        text = f"takes {supply} by wires of its own; no record says that this column has it"
        found.append(Reason(kind=ReasonKind.UNKNOWN, text=text))
        if set(device.uses) != {Use.LIGHTING} and not lantern.fed_by_day:
            text = "the lantern is on switched mains: it would be dead by day"
            found.append(Reason(kind=ReasonKind.BY_DAY, text=text))
    caveat = "what the column itself can bear (wind, weight) is not checked here"
    return Fit(
        device_id=device.device_id,
        place=f"the column of {lantern.lantern_id}",
        socket_id=None,
        obstacles=tuple(each for each in found if each.kind is not ReasonKind.UNKNOWN),
        unknown=tuple(each for each in found if each.kind is ReasonKind.UNKNOWN),
        caveats=(caveat,),
    )


def _standard(case: _Case) -> Iterator[Reason]:
    if not case.device.fits:
        text = "is clamped or screwed to the column and needs no socket; name none"
        yield Reason(kind=ReasonKind.STANDARD, text=text)
    elif case.socket.standard not in case.device.fits:
        text = f"plugs into {', '.join(case.device.fits)}; this socket is {case.socket.standard}"
        yield Reason(kind=ReasonKind.STANDARD, text=text)


def _taken(case: _Case) -> Iterator[Reason]:
    for occupant in case.lantern.in_socket(case.socket.socket_id):
        if len(occupant.sits_in) == 1:
            recorded = occupant.occupancy_id is not None
            cure = "remove it first" if recorded else "record it here by its DevEUI, or remove it"
            yield Reason(
                kind=ReasonKind.OCCUPIED,
                text=f"{occupant.words} sits in it; {cure}",
                occupancy_id=occupant.occupancy_id,
            )
        else:
            where = " or ".join(occupant.sits_in)
            text = f"{occupant.words} sits in {where}, and nobody recorded in which; record it"
            yield Reason(kind=ReasonKind.UNKNOWN, text=text)


def _supplied(case: _Case) -> Iterator[Reason]:
    supply = case.device.power.supply
    wires = WIRES_OF[supply]
    contacts = case.socket.contacts
    on_switched = supply is Supply.PERMANENT_MAINS and Wire.SWITCHED_MAINS in contacts
    if wires and not wires & contacts and not on_switched:
        there = ", ".join(sorted(contacts))
        text = f"needs {supply}; this socket carries {there}"
        yield Reason(kind=ReasonKind.SUPPLY, text=text)
    elif needed(case.device, Figure.BUS) and Wire.DALI not in case.socket.wiring:
        text = f"draws {case.device.power.bus_ma:g} mA of the DALI bus; this socket has none"
        yield Reason(kind=ReasonKind.SUPPLY, text=text)


def _by_day(case: _Case) -> Iterator[Reason | _Caveat]:
    """Yield what stops a device by day that has to live then: any but the light's own node."""
    supply = case.device.power.supply
    lives_by_day = supply is Supply.PERMANENT_MAINS or set(case.device.uses) != {Use.LIGHTING}
    if supply is Supply.BATTERY:
        return
    on_mains = supply in {Supply.SWITCHED_MAINS, Supply.PERMANENT_MAINS}
    if on_mains and Wire.SWITCHED_MAINS not in case.socket.contacts:
        return
    if not on_mains and case.lantern.fed_by_day:
        return
    text = f"takes {supply} of a lantern on switched mains: it would be dead by day"
    if lives_by_day:
        cure = "take one with a battery, or a lantern on permanent mains"
        yield Reason(kind=ReasonKind.BY_DAY, text=f"{text}; {cure}")
    else:
        yield _Caveat(f"{text}, and not be heard then")


def _position(case: _Case) -> Iterator[Reason]:
    own = case.socket.position.value
    if case.device.orientation not in {"", own}:
        text = f"belongs at the {case.device.orientation}; this socket is at the {own}"
        yield Reason(kind=ReasonKind.ORIENTATION, text=text)
    allowed = case.table.positions(case.socket.standard)
    if allowed and case.socket.position not in allowed:
        text = f"a {case.socket.standard} socket may be at the {' or '.join(sorted(allowed))} only"
        yield Reason(kind=ReasonKind.ORIENTATION, text=text)


def _limits(case: _Case) -> Iterator[Reason | _Caveat]:
    for figure in Figure:
        value = needed(case.device, figure)
        if value != 0 and WIRES_BEHIND[figure] & case.socket.contacts:
            yield from _within(case, figure, value)


def _within(case: _Case, figure: Figure, value: float | None) -> Iterator[Reason | _Caveat]:
    """Yield what is against ``value`` of a figure, on top of what others draw of it."""
    drawn, others = 0.0, tuple[Occupant, ...]()
    limit = case.table.of(case.socket, figure)
    if figure in SHARED:
        shared = budget(figure, case.lantern, case.table)
        limit, drawn, others = shared.limit, shared.drawn, shared.unknown
    if limit is not None and (value or 0.0) + drawn > limit.value + SLACK:
        yield _exceeded(figure, value or 0.0, drawn, limit)
        return
    missing = []
    if value is None:
        missing.append(f"not stated for {case.device.device_id}")
    if limit is None:
        missing.append(f"no limit is known of {case.socket.standard}; {figure.value} can be set")
    missing += [f"not stated for {other.words}" for other in others]
    for text in missing:
        yield Reason(
            kind=ReasonKind.UNKNOWN,
            text=f"{figure.words}: {text}",
            figure=figure,
            needed=value,
            drawn=drawn,
            limit=limit,
        )
    if limit is not None and limit.unverified:
        yield _Caveat(f"{figure.words}: {_amount(limit.value, figure)} ({_belief(limit)})")


def _exceeded(figure: Figure, value: float, drawn: float, limit: Limit) -> Reason:
    others = f" and others draw {_amount(drawn, figure)}" if drawn else ""
    text = (
        f"{figure.words}: needs {_amount(value, figure)}{others}, allowed are"
        f" {_amount(limit.value, figure)} ({_belief(limit)})"
    )
    return Reason(
        kind=_EXCEEDED[figure], text=text, figure=figure, needed=value, drawn=drawn, limit=limit
    )


def _hints(case: _Case) -> Iterator[_Caveat]:
    named = [name for name in case.device.unverified if name.startswith(_RESTS_ON)]
    if named:
        yield _Caveat(f"unverified of {case.device.device_id}: {', '.join(named)}")
    low_voltage = case.device.power.supply in {Supply.AUX_24V, Supply.DALI_BUS}
    if low_voltage and any(socket.standard in NEMA for socket in case.lantern.sockets):
        yield _Caveat(
            "a node in the C136.41 socket may switch the driver off, and the low-voltage supplies"
            " with it (inferred, not from a source)"
        )


def _amount(value: float, figure: Figure) -> str:
    return f"{round(value, 3):g} {figure.unit}"


def _belief(limit: Limit) -> str:
    return f"unverified: {limit.unverified}" if limit.unverified else f"source: {limit.source}"
