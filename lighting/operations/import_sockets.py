"""Bring sockets in: from a file, or the same one on every lantern of a selection. Twice is once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import IO

from firmware_profiles.devices.device import SocketStandard
from lighting.errors import RefusedError, StoreError
from lighting.identifiers import LanternId
from lighting.inventory.fit import check_fit
from lighting.inventory.rows import Rejected, rejected
from lighting.inventory.seats import StoredSockets, seated
from lighting.inventory.socket_report import SocketReport, SocketTally
from lighting.inventory.socket_rows import SocketRow, read_sockets
from lighting.inventory.sockets import (
    LanternSockets,
    Position,
    Socket,
    SocketId,
    Wire,
    wiring_fault,
)
from lighting.inventory.store import LanternFilter, LanternStore
from lighting.operations.part_done import broken_off
from lighting.operations.sockets import Sockets

BATCH = 2000
"""Rows looked up and written at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualSocket:
    """The socket that every lantern of a selection has; ``wiring`` empty takes the usual one."""

    standard: SocketStandard
    position: Position
    wiring: frozenset[Wire] = frozenset()


async def import_sockets(
    sockets: Sockets,
    stream: IO[bytes],
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> SocketReport:
    """Read every row, write what is new or changed (unless ``dry_run``), and report all of it.

    A socket that is changed under a device that would no longer fit is refused, row by row; what is
    fitted in this moment counts. A retired socket that the file has is there again.

    Raises:
        CouncilFileError: the file as a whole cannot be read; nothing is written.
        StoreError: the database could not take a batch; batches before it are kept, and importing
            the file again completes them.
    """
    tally = SocketTally()
    await sockets.learn()
    outcomes = read_sockets(stream)
    done = 0
    while batch := list(islice(outcomes, BATCH)):
        try:
            await _take(sockets, tally, batch, dry_run=dry_run)
        except StoreError as exc:
            raise broken_off(exc, done) from exc
        done += len(batch)
        progress(done)
    return tally.report()


async def add_usual_sockets(
    sockets: Sockets,
    lanterns: LanternStore,
    where: LanternFilter,
    usual: UsualSocket,
    *,
    dry_run: bool = False,
) -> SocketReport:
    """Give every lantern that matches the usual socket; one that has a socket there keeps it.

    Where a socket was retired none is added: an import brings it back.

    Raises:
        RefusedError: the wiring cannot be so, or has to be said.
        StoreError: the database failed; lanterns done before stay done, and again completes them.
    """
    wiring = usual.wiring or sockets.table.usual_wiring(usual.standard)
    fault = wiring_fault(usual.standard, wiring) if wiring else "its wiring has to be said"
    if fault:
        raise RefusedError(f"{usual.standard}: {fault}; wires are: {'; '.join(Wire)}")
    tally = SocketTally()
    async for chunk in lanterns.every(where):
        stored = await sockets.store.sockets_of([each.lantern.lantern_id for each in chunk])
        fresh = []
        for lantern_id, known in stored.items():
            new = Socket(
                lantern_id=lantern_id,
                position=usual.position,
                standard=usual.standard,
                wiring=wiring,
            )
            there = _ever_there(new, known)
            if tally.accepted(there or new, there):
                fresh.append(new)
        if not dry_run:
            await sockets.store.put_sockets(fresh, lambda new, now: _ever_there(new, now) is None)
    return tally.report()


async def _take(
    sockets: Sockets, tally: SocketTally, batch: list[SocketRow | Rejected], *, dry_run: bool
) -> None:
    """Write what is new or changed in a batch, and count what became of each row."""
    known = await sockets.store.sockets_of(sorted({row.socket.lantern_id for row in _good(batch)}))
    checked = [
        each if isinstance(each, Rejected) else _checked(each, known, sockets) for each in batch
    ]
    misfits: dict[SocketId, str] = {}

    def may(new: Socket, now: StoredSockets) -> bool:
        problem = _misfit(new, now, sockets)  # of what was fitted since we looked
        if problem:
            misfits[new.socket_id] = problem
        return not problem

    fresh = [row.socket for row in _good(checked) if not _is_there(row.socket, known)]
    if not dry_run:
        await sockets.store.put_sockets(fresh, may)
    for each in checked:
        if isinstance(each, SocketRow) and each.socket.socket_id not in misfits:
            tally.accepted(each.socket, _existing(each.socket, known[each.socket.lantern_id]))
        elif isinstance(each, SocketRow):
            tally.rejected(_refused(each, misfits[each.socket.socket_id]))
        else:
            tally.rejected(each)


def _good(batch: Iterable[SocketRow | Rejected]) -> Iterator[SocketRow]:
    return (row for row in batch if isinstance(row, SocketRow))


def _is_there(new: Socket, known: Mapping[LanternId, StoredSockets]) -> bool:
    return _existing(new, known[new.lantern_id]) == new


def _ever_there(new: Socket, stored: StoredSockets) -> Socket | None:
    """Return the socket in the place of ``new``, also one that was retired."""
    ever = (*stored.sockets, *(each.socket for each in stored.retired))
    return next((each for each in ever if each.socket_id == new.socket_id), None)


def _existing(new: Socket, stored: StoredSockets) -> Socket | None:
    return next((each for each in stored.sockets if each.socket_id == new.socket_id), None)


def _checked(
    row: SocketRow, known: Mapping[LanternId, StoredSockets], sockets: Sockets
) -> SocketRow | Rejected:
    stored = known.get(row.socket.lantern_id)
    if stored is None:
        return rejected(
            row.row,
            field="lantern_id",
            value=row.socket.lantern_id,
            problem="is not in the inventory",
            cure="import the lantern first, or correct the id",
        )
    problem = _misfit(row.socket, stored, sockets)
    return _refused(row, problem) if problem else row


def _refused(row: SocketRow, problem: str) -> Rejected:
    return rejected(
        row.row,
        field="standard",
        value=row.socket.standard,
        problem=problem,
        cure="remove the device first, or correct the row",
    )


def _misfit(new: Socket, stored: StoredSockets, sockets: Sockets) -> str:
    """Return why a device that sits in a socket would not fit it any more, or an empty text."""
    before = _existing(new, stored)
    if before is None or before == new:
        return ""
    view = seated(stored, sockets.catalogue)
    there = tuple(new if each.socket_id == new.socket_id else each for each in view.sockets)
    for occupant in view.in_socket(new.socket_id):
        if occupant.device is None or len(occupant.sits_in) != 1:
            continue
        changed = LanternSockets(
            lantern_id=view.lantern_id, sockets=there, occupants=view.without(occupant).occupants
        )
        fit = check_fit(occupant.device, new, changed, table=sockets.table)
        if fit.obstacles:
            return f"{occupant.words} sits there and would not fit: {fit.obstacles[0].text}"
    return ""
