"""Take a socket off the register: one that was entered by mistake, or is gone from its lantern."""

from dataclasses import dataclass

from lighting.clock import Clock
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.occupancy import check_texts
from lighting.inventory.seats import StoredSockets, seated, socket_at
from lighting.inventory.sockets import LanternSockets, Position, RetiredSocket, Retirement, Socket
from lighting.operations.sockets import Sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireAsked:
    """Which socket is to go, who says so, and why. ``number`` tells apart several in a position."""

    lantern_id: LanternId
    position: Position
    by: str
    reason: str
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketGone:
    """A socket that is off the register. ``fittings`` were in it; they stay in the history."""

    gone: RetiredSocket
    fittings: int


async def retire_socket(sockets: Sockets, asked: RetireAsked, clock: Clock) -> SocketGone:
    """Take an empty socket off the register; what sat in it before stays in the history.

    Raises:
        NotFoundError: there is no such lantern.
        RefusedError: it has no such socket, a device sits in it, or who or why is missing.
        StoreError: the database failed; nothing is changed.
    """
    by, reason = asked.by.strip(), asked.reason.strip()
    if not by or not reason:
        raise RefusedError("say who takes the socket off the register, and why")
    check_texts({"by": by, "reason": reason})
    retirement = Retirement(at=clock.now(), by=by, reason=reason)

    def choose(stored: StoredSockets) -> Socket:
        view = seated(stored, sockets.catalogue)
        socket = socket_at(view, asked.position, asked.number)
        _check_empty(view, socket)
        return socket

    socket, fittings = await sockets.store.retire(asked.lantern_id, choose, retirement)
    return SocketGone(gone=RetiredSocket(socket=socket, retirement=retirement), fittings=fittings)


def _check_empty(view: LanternSockets, socket: Socket) -> None:
    for occupant in view.in_socket(socket.socket_id):
        # A node that nobody recorded may sit elsewhere: it is no reason to keep a wrong socket.
        if occupant.occupancy_id is not None:
            raise RefusedError(
                f"{occupant.words} sits in {socket.socket_id}; remove it first, then retire the"
                " socket"
            )
