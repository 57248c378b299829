"""SocketStore: what the register of sockets needs from a database."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Correction, Fitting, Occupancy, Past, Removal
from lighting.inventory.seats import StoredSockets
from lighting.inventory.sockets import Retirement, Socket

Judge = Callable[[StoredSockets, Past], Fitting]
"""Decides on one fitting from what is stored, inside the transaction: returns it, or raises."""

NodeJudge = Callable[[NodeLink, StoredSockets], Fitting | None]
"""The same for a node, which may have been anywhere; None for a lantern without sockets."""


SocketJudge = Callable[[Socket, StoredSockets], bool]
"""Whether a socket may be written, decided on its lantern as it stands in the transaction."""

SocketChoice = Callable[[StoredSockets], Socket]
"""Which socket is to go, decided in the same way; or raises why none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Whose history: every part that is given must hold. ``serial`` matches without case."""

    lantern_id: LanternId | None = None
    dev_eui: DevEui | None = None
    serial: str | None = None
    owner: str | None = None
    open_only: bool = False


class SocketStore(Protocol):
    """Durable sockets and all that ever sat in them.

    Every method is one transaction. Who changes what sits on a lantern holds that lantern until the
    end, so that of two fitters one wins and the other is judged by what the first has done.
    """

    async def put_sockets(
        self, sockets: Sequence[Socket], may: SocketJudge | None = None
    ) -> list[Socket]:
        """Add sockets of lanterns that exist, or replace those with the same id.

        A retired one is there again. Those that ``may`` refuses are left out, and returned.
        """

    async def retire(
        self, lantern_id: LanternId, choose: SocketChoice, retirement: Retirement
    ) -> tuple[Socket, int]:
        """Take the socket that ``choose`` returns off the register; return how often it was used.

        Raises:
            NotFoundError: there is no such lantern.
            RefusedError: whatever the choice raises; nothing is changed then.
        """

    async def sockets_of(
        self, lantern_ids: Sequence[LanternId]
    ) -> Mapping[LanternId, StoredSockets]:
        """Return the lanterns that exist among these, with their sockets, if any, in order."""

    async def fit(self, asked: Fitting, judge: Judge, *, node: NodeLink | None = None) -> Occupancy:
        """Record what ``judge`` returns for the lantern of ``asked`` as it stands.

        With ``node`` the device also becomes the node that the lantern answers to.

        Raises:
            NotFoundError: there is no such lantern.
            RefusedError: whatever the judge raises; nothing is kept then.
        """

    async def fit_nodes(
        self, links: Sequence[NodeLink], judge: NodeJudge, *, leaving: Removal
    ) -> list[Occupancy]:
        """Fit nodes as the lantern store does, and record them where lanterns have sockets.

        What nodes that move or give way were recorded in ends with ``leaving``.

        Raises:
            StoreError: a lantern that does not exist; nothing is kept then.
            RefusedError: whatever the judge raises; nothing is kept then.
        """

    async def find_occupancy(self, occupancy_id: int) -> Occupancy | None:
        """Return one occupancy or None."""

    async def remove(self, occupancy_id: int, removal: Removal) -> Occupancy:
        """End an occupancy; a node that was fitted through it is taken off its lantern too.

        Raises:
            NotFoundError: there is none.
            RecordError: it has ended already, or would end before it began.
        """

    async def correct(
        self, occupancy_id: int, changes: Mapping[str, str], made: Correction
    ) -> Occupancy:
        """Change what was recorded; what it was is kept.

        Raises:
            NotFoundError: there is none.
            RefusedError: the change is not allowed, or the device is then one that sits elsewhere.
        """

    async def history(
        self, where: HistoryFilter, *, after: int | None = None, limit: int = 100
    ) -> list[Occupancy]:
        """Return occupancies in order of id (as they were recorded), those after ``after``."""

    async def revision(self) -> int:
        """Return the number of the last change of any socket; 0 if there was none."""

    def changed_since(self, revision: int) -> AsyncIterator[list[StoredSockets]]:
        """Yield the lanterns whose sockets have changed after ``revision``, in chunks."""
