"""Occupancy: what sat where, from when to when, by whose hand. Nothing recorded is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId, dev_eui
from lighting.inventory.alternatives import alternatives
from lighting.inventory.fit import check_fit
from lighting.inventory.limits import LimitTable
from lighting.inventory.socket_errors import FitRefusedError, RecordError
from lighting.inventory.sockets import LanternSockets, Socket, SocketId
from lighting.inventory.verdict import Fit, Reason, ReasonKind

CORRECTABLE = ("serial", "dev_eui", "owner", "permit", "photo")
"""What a correction may change. Another model or place is another fitting: remove, and fit."""

_PLAIN_TEXTS = ("owner", "permit", "photo")

TEXT_MAX = 500
"""Characters in one text of a record. Our own limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A person who answers for what could not be proved, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """When, by whom and why a device was taken off."""

    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A later change of what was recorded: the fields as they ``were``, who changed them, why."""

    at: datetime
    by: str
    reason: str
    was: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What someone has fitted, or wants to. ``socket_id`` None: clamped to the column.

    A device is known by its ``serial`` (with its model) or its ``dev_eui``; one of them is needed.
    ``photo`` is a reference: a file name or an address. ``accepted`` are the reasons that
    ``acceptance`` answers for, in words. ``device_id`` is empty only for a lantern node of which
    nobody knows the model.
    """

    lantern_id: LanternId
    socket_id: SocketId | None
    device_id: str
    at: datetime
    by: str
    serial: str = ""
    dev_eui: DevEui | None = None
    owner: str = ""
    permit: str = ""
    photo: str = ""
    acceptance: Acceptance | None = None
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """A recorded fitting, its removal if it has ended, and its corrections, earliest first."""

    occupancy_id: int
    fitting: Fitting
    removal: Removal | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def words(self) -> str:
        """Who it is, for people."""
        made = self.fitting
        parts = [made.device_id or "a lantern node"]
        parts += [f"serial {made.serial}"] if made.serial else []
        parts += [f"DevEUI {made.dev_eui}"] if made.dev_eui else []
        parts += [f"of {made.owner}"] if made.owner else []
        return f"{' '.join(parts)} (fitted by {made.by}, {made.at:%Y-%m-%d %H:%M} UTC)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is recorded already of a fitting's device.

    ``device_now`` is the open occupancy of the same device; ``node_on`` the lantern on which its
    DevEUI is the node; ``last_removal`` when it (or the socket it goes to) was last set free.
    """

    device_now: Occupancy | None = None
    node_on: LanternId | None = None
    last_removal: datetime | None = None


def decide(
    asked: Fitting,
    device: DeviceModel,
    lantern: LanternSockets,
    past: Past,
    *,
    table: LimitTable,
    catalogue: tuple[DeviceModel, ...] = (),
) -> Fitting:
    """Return the fitting to record, with what was accepted in it.

    Raises:
        FitRefusedError: the device does not go there; says why and what would.
        RecordError: the fitting contradicts what is recorded.
        RefusedError: it lacks who, or which device, or names a socket that is not there.
    """
    _check_words(asked)
    socket = _socket(asked, lantern)
    unseated = _without_same_node(asked, lantern)
    fit = _with_place_of_device(check_fit(device, socket, unseated, table=table), asked, past)
    if fit.obstacles or (fit.unknown and asked.acceptance is None):
        instead = alternatives(device, socket, unseated, table=table, catalogue=catalogue)
        raise FitRefusedError(fit, instead)
    if past.last_removal is not None and asked.at < past.last_removal:
        raise RecordError(
            f"fitted at {utc_words(asked.at)} is before {utc_words(past.last_removal)}, when this"
            " socket or device was last set free; give a later time"
        )
    return replace(asked, accepted=tuple(reason.text for reason in fit.unknown))


def check_removal(occupancy: Occupancy, removal: Removal) -> None:
    """Refuse a removal that cannot have been.

    Raises:
        RecordError: the device is gone already, or would be gone before it came.
        RefusedError: it does not say who.
    """
    if not removal.by.strip():
        raise RefusedError("say who removed it")
    check_texts({"by": removal.by, "reason": removal.reason})
    if occupancy.removal is not None:
        gone = occupancy.removal
        raise RecordError(
            f"{occupancy.words} was removed by {gone.by} at {utc_words(gone.at)} already"
        )
    if removal.at < occupancy.fitting.at:
        raise RecordError(
            f"removed at {utc_words(removal.at)} is before it was fitted,"
            f" {utc_words(occupancy.fitting.at)}; give a later time"
        )


def corrected(occupancy: Occupancy, changes: Mapping[str, str], *, made: Correction) -> Occupancy:
    """Return ``occupancy`` with ``changes``, and with what they replace among its corrections.

    ``made`` says who, when and why; its ``was`` is filled here.

    Raises:
        RefusedError: a field that cannot be corrected, nothing to change, no name or no reason.
        IdentifierError: the DevEUI is none.
    """
    unknown = sorted(set(changes) - set(CORRECTABLE))
    if unknown:
        raise RefusedError(
            f"{', '.join(unknown)} cannot be corrected; allowed: {', '.join(CORRECTABLE)}."
            " Another model or socket is another fitting: remove this one, then fit"
        )
    if not made.by.strip() or not made.reason.strip():
        raise RefusedError("say who corrects it and why")
    check_texts({**changes, "by": made.by, "reason": made.reason})
    clean: dict[str, str | None] = {name: text.strip() for name, text in changes.items()}
    if "dev_eui" in clean:
        clean["dev_eui"] = dev_eui(clean["dev_eui"]) if clean["dev_eui"] else None
    fitting = occupancy.fitting
    was = {name: getattr(fitting, name) or "" for name in clean}
    if all((clean[name] or "") == before for name, before in was.items()):
        raise RefusedError("the correction changes nothing")
    new = replace(fitting, **clean)  # type: ignore[arg-type] # the names are those of CORRECTABLE
    if not new.serial and new.dev_eui is None:
        raise RefusedError("a device needs a serial number or a DevEUI; leave one of them")
    kept = (*occupancy.corrections, replace(made, was=was))
    return replace(occupancy, fitting=new, corrections=kept)


def utc_words(at: datetime) -> str:
    """Return an instant as it is told to people."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _check_words(asked: Fitting) -> None:
    if not asked.by.strip():
        raise RefusedError("say who fitted it")
    if not asked.serial.strip() and asked.dev_eui is None:
        raise RefusedError("give the device's serial number, its DevEUI, or both")
    answers = asked.acceptance
    if answers is not None and not (answers.by.strip() and answers.reason.strip()):
        raise RefusedError("who accepts what is not provable gives a name and a reason")
    check_texts({name: getattr(asked, name) for name in ("by", "serial", *_PLAIN_TEXTS)})
    if answers is not None:
        check_texts({"accept by": answers.by, "accept reason": answers.reason})


def check_texts(texts: Mapping[str, str]) -> None:
    """Refuse what a label, a database or a terminal could stumble over.

    Raises:
        RefusedError: one is too long, or has control characters; says which.
    """
    for name, text in texts.items():
        if len(text) > TEXT_MAX:
            raise RefusedError(f"{name} has {len(text):,} characters; allowed are {TEXT_MAX}")
        if not text.isprintable():
            raise RefusedError(f"{name} {text!a} has control characters; leave them out")


def _socket(asked: Fitting, lantern: LanternSockets) -> Socket | None:
    if asked.socket_id is None:
        return None
    for socket in lantern.sockets:
        if socket.socket_id == asked.socket_id:
            return socket
    there = ", ".join(socket.socket_id for socket in lantern.sockets) or "none"
    raise RefusedError(
        f"lantern {lantern.lantern_id} has no socket {asked.socket_id}; it has: {there}."
        " Import its sockets first, or correct the position"
    )


def _without_same_node(asked: Fitting, lantern: LanternSockets) -> LanternSockets:
    """Return the lantern without the node that is being recorded: it is not in its own way."""
    for occupant in lantern.occupants:
        same = asked.dev_eui is not None and occupant.dev_eui == asked.dev_eui
        if same and occupant.occupancy_id is None:
            return lantern.without(occupant)
    return lantern


def _with_place_of_device(fit: Fit, asked: Fitting, past: Past) -> Fit:
    now = past.device_now
    if now is not None:
        where = now.fitting.socket_id or f"the column of {now.fitting.lantern_id}"
        text = f"{now.words} sits in {where}; remove it there first"
        found = Reason(kind=ReasonKind.ELSEWHERE, text=text, occupancy_id=now.occupancy_id)
    elif past.node_on not in {None, asked.lantern_id}:
        text = f"DevEUI {asked.dev_eui} is the node of lantern {past.node_on}; move it by fitting"
        found = Reason(kind=ReasonKind.ELSEWHERE, text=f"{text} nodes, or correct the DevEUI")
    else:
        return fit
    already_said = any(each.occupancy_id == found.occupancy_id for each in fit.obstacles if now)
    return fit if already_said else replace(fit, obstacles=(*fit.obstacles, found))
