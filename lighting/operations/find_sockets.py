"""Find sockets for a need: first around its point, then among arrays of the whole city.

What is near is read from the store and needs nothing else. A need that names no point, or finds too
little near it, is put to the arrays, which are read once (seconds in a large city) and then kept.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lighting.identifiers import LanternId
from lighting.inventory.candidates import Candidates, SocketIndex, sought
from lighting.inventory.fit import check_fit
from lighting.inventory.needs import Need, Place, parse_need
from lighting.inventory.seats import StoredSockets, seated
from lighting.inventory.sockets import Socket, SocketId
from lighting.inventory.verdict import Fit
from lighting.operations.nearby import LANTERNS_MAX, Surroundings
from lighting.operations.sockets import Sockets

RADII_M = (150.0, 500.0)
"""How far around its point a need is looked for before the arrays are asked: ten free sockets are
mostly within the first, and the second holds few enough lanterns to read in some 30 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSocket:
    """A socket that meets a need, where it is, and on what the answer rests."""

    stored: StoredSockets
    socket: Socket
    distance_m: float | None
    fit: Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best sockets, and how many there are.

    ``not_provable`` counts those where a figure that nobody states stands in the way of a proof.
    Both are counted as far as ``counted_within_m`` from the need's point (None: everywhere).
    """

    need: Need
    sockets: tuple[FoundSocket, ...]
    provable: int
    not_provable: int
    counted_within_m: float | None


class SocketFinder:
    """Keeps the arrays as the store is: what has changed since the last question is read first."""

    def __init__(self, sockets: Sockets, surroundings: Surroundings) -> None:
        self._sockets = sockets
        self._surroundings = surroundings
        self._index = SocketIndex(sockets.table, sockets.catalogue)
        self._seen = 0
        self._turn = asyncio.Lock()

    async def refresh(self) -> int:
        """Read what has changed, from whatever process; return how many sockets there are.

        Raises:
            StoreError: the database could not be read.
        """
        async with self._turn:
            await self._refresh()
            return len(self._index)

    async def find(self, text: str, *, limit: int = 10, unproved: bool = False) -> Found:
        """Return sockets for the need that ``text`` states; ``unproved`` takes all candidates.

        Raises:
            NeedError: the need cannot be read; says which part and what is allowed.
            StoreError: the database could not be read.
        """
        await self._sockets.learn()
        need = parse_need(text, catalogue=self._sockets.catalogue)
        near = None
        if need.near is not None:
            near = await self._find_near(need, need.near, limit=limit, unproved=unproved)
        return near or await self._find_anywhere(need, limit=limit, unproved=unproved)

    async def _find_near(
        self, need: Need, here: Place, *, limit: int, unproved: bool
    ) -> Found | None:
        """Return what the arrays would find, if enough of it is near; else None."""
        asked_m = RADII_M[-1] if need.within_m is None else need.within_m
        for radius_m in RADII_M:
            around = await self._surroundings.lanterns_within(here, radius_m)
            if len(around) >= LANTERNS_MAX:
                return None  # there may be more, as near
            index = SocketIndex(self._sockets.table, self._sockets.catalogue)
            index.put(around)
            circle = replace(need, within_m=min(radius_m, asked_m))
            found = index.search(circle, limit=limit, unproved=unproved)
            if len(found.found) == limit or need.within_m == circle.within_m:
                stored = {each.lantern_id: each for each in around}
                return self._found(circle, found, stored, unproved=unproved)
        return None

    async def _find_anywhere(self, need: Need, *, limit: int, unproved: bool) -> Found:
        async with self._turn:
            await self._refresh()
            found = self._index.search(need, limit=limit, unproved=unproved)
        stored = await self._sockets.store.sockets_of([each.lantern_id for each in found.found])
        return self._found(need, found, stored, unproved=unproved)

    def _found(
        self,
        need: Need,
        found: Candidates,
        stored: Mapping[LanternId, StoredSockets],
        *,
        unproved: bool,
    ) -> Found:
        """Return candidates with where they are, each judged on what is ``stored``."""
        shown = []
        for each in found.found:
            there = stored.get(each.lantern_id)
            place = _socket(there, each.socket_id) if there else None
            if there is None or place is None:
                continue  # gone since the arrays were read
            fit = self._confirm(need, there, place)
            if fit.fits or (unproved and not fit.obstacles):
                shown.append(
                    FoundSocket(stored=there, socket=place, distance_m=each.distance_m, fit=fit)
                )
        return Found(
            need=need,
            sockets=tuple(shown),
            provable=found.provable,
            not_provable=found.not_provable,
            counted_within_m=need.within_m,
        )

    def _confirm(self, need: Need, stored: StoredSockets, socket: Socket) -> Fit:
        view = seated(stored, self._sockets.catalogue)
        return check_fit(sought(need), socket, view, table=self._sockets.table)

    async def _refresh(self) -> None:
        newest = await self._sockets.store.revision()
        if newest == self._seen:
            return
        async for chunk in self._sockets.store.changed_since(self._seen):
            # In a thread: 5,000 lanterns take some 0.1 s, in which others want to be answered.
            await asyncio.to_thread(self._index.put, chunk)
        self._seen = newest


def _socket(stored: StoredSockets, socket_id: SocketId) -> Socket | None:
    return next((each for each in stored.sockets if each.socket_id == socket_id), None)
