"""Where a device is, whoever recorded it: registered, put into a socket, or fitted as a node."""

from dataclasses import dataclass

from lighting.identifiers import DevEui, LanternId
from lighting.inventory.socket_store import HistoryFilter, SocketStore
from lighting.inventory.sockets import SocketId
from lighting.operations.commissionings import CommissioningStore
from lighting.operations.stores import NodeStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A lantern and, where one is on record, the socket."""

    lantern_id: LanternId
    socket_id: SocketId | None = None

    @property
    def words(self) -> str:
        """The place for people."""
        return self.socket_id or f"lantern {self.lantern_id}"


class Whereabouts:
    """Looks in all three places."""

    def __init__(self, store: CommissioningStore, sockets: SocketStore, nodes: NodeStore) -> None:
        self._store = store
        self._sockets = sockets
        self._nodes = nodes

    async def find(self, dev_eui: DevEui) -> Spot | None:
        """Return where a device is now, or None.

        Raises:
            StoreError: the database could not be read.
        """
        known = await self._store.find(dev_eui)
        if known is not None and known.ended_at is None and known.lantern_id is not None:
            return Spot(lantern_id=known.lantern_id, socket_id=known.socket_id)
        for each in await self._sockets.history(HistoryFilter(dev_eui=dev_eui, open_only=True)):
            return Spot(lantern_id=each.fitting.lantern_id, socket_id=each.fitting.socket_id)
        for node in await self._nodes.find_nodes([dev_eui]):
            return Spot(lantern_id=node.lantern_id)
        return None
