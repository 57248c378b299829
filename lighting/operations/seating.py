"""Seats for devices that are registered: where one goes is decided on what is stored then."""

from dataclasses import dataclass, replace

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import RefusedError
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Fitting, Past, decide
from lighting.inventory.seats import StoredSockets, past_at, seated
from lighting.inventory.sockets import LanternSockets, Position, Socket
from lighting.operations.sockets import Sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSeat:
    """The place that a person named for a device; see ``commissionings.Seat``.

    A socket is named by ``fitting.socket_id`` (a swap), or by ``position`` and ``number``; without
    either it is the one that the device fits.
    """

    sockets: Sockets
    device: DeviceModel
    fitting: Fitting
    position: Position | None = None
    number: int = 1
    node: NodeLink | None = None

    def judge(self, stored: StoredSockets, past: Past) -> Fitting:
        """Return the fitting to record.

        Raises:
            FitRefusedError: the device does not go there; says why and what would.
            RefusedError: no such socket, several would do, or another node is on the lantern.
        """
        self._check_node(stored)
        view = seated(stored, self.sockets.catalogue)
        socket = self._socket(self._without_itself(view))
        return decide(
            replace(self.fitting, socket_id=None if socket is None else socket.socket_id),
            self.device,
            view,
            past_at(past, stored, socket),
            table=self.sockets.table,
            catalogue=tuple(self.sockets.catalogue.values()),
        )

    def judge_bare(self, stored: StoredSockets, past: Past) -> None:
        """Let the node pass to a lantern without sockets on record.

        Raises:
            RefusedError: another node is there, or this one is elsewhere.
        """
        self._check_node(stored)
        if past.node_on not in {None, stored.lantern_id}:
            raise RefusedError(
                f"DevEUI {self.fitting.dev_eui} is the node of lantern {past.node_on};"
                " remove it there first, or correct the DevEUI"
            )

    def _check_node(self, stored: StoredSockets) -> None:
        there = stored.node
        if self.node is not None and there is not None and there.dev_eui != self.node.dev_eui:
            raise RefusedError(
                f"lantern {stored.lantern_id} answers to node {there.dev_eui}; swap the two, or"
                " remove that one first"
            )

    def _without_itself(self, view: LanternSockets) -> LanternSockets:
        """Return the lantern without this device, where it is fitted and not recorded."""
        for occupant in view.occupants:
            same = occupant.dev_eui is not None and occupant.dev_eui == self.fitting.dev_eui
            if same and occupant.occupancy_id is None:
                return view.without(occupant)
        return view

    def _socket(self, view: LanternSockets) -> Socket | None:
        wanted = self.fitting.socket_id
        if wanted is None or not self.device.fits:
            return self.sockets.choose(self.device, view, self.position, self.number)
        for socket in view.sockets:
            if socket.socket_id == wanted:
                return socket
        raise RefusedError(f"lantern {view.lantern_id} has no socket {wanted} any more")
