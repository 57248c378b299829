"""Who sits where, from what is stored: recorded occupancies, and nodes that nobody recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Occupancy, Past
from lighting.inventory.sockets import (
    LanternSockets,
    Occupant,
    Position,
    RetiredSocket,
    Socket,
    SocketId,
)

Catalogue = Mapping[str, DeviceModel]
"""Models by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSockets:
    """A lantern with sockets as a store has it: what is in them now, and the node it answers to.

    ``retired`` sockets are no longer among the others, and empty. Positions are WGS 84 degrees.
    """

    lantern_id: LanternId
    latitude_deg: float
    longitude_deg: float
    road: str = ""
    ward: str = ""
    column: str = ""
    sockets: tuple[Socket, ...] = ()
    open: tuple[Occupancy, ...] = ()
    node: NodeLink | None = None
    retired: tuple[RetiredSocket, ...] = ()
    freed: Mapping[SocketId, datetime] = field(default_factory=dict)
    """When each socket was last set free; read under lock only."""


def seated(stored: StoredSockets, catalogue: Catalogue) -> LanternSockets:
    """Return the lantern with everyone who sits on it."""
    occupants = [
        Occupant(
            device=catalogue.get(each.fitting.device_id),
            sits_in=() if each.fitting.socket_id is None else (each.fitting.socket_id,),
            words=each.words,
            occupancy_id=each.occupancy_id,
            dev_eui=each.fitting.dev_eui,
        )
        for each in stored.open
    ]
    node = stored.node
    if node is not None and all(each.dev_eui != node.dev_eui for each in occupants):
        occupants.append(_unrecorded(node, stored, catalogue))
    return LanternSockets(
        lantern_id=stored.lantern_id, sockets=stored.sockets, occupants=tuple(occupants)
    )


def past_at(past: Past, stored: StoredSockets, socket: Socket | None) -> Past:
    """Return the past of a device and of the socket (None: the column) that it goes to."""
    freed = None if socket is None else stored.freed.get(socket.socket_id)
    times = [at for at in (past.last_removal, freed) if at is not None]
    return replace(past, last_removal=max(times, default=None))


def socket_at(view: LanternSockets, position: Position, number: int) -> Socket:
    """Return the socket in a position of a lantern.

    Raises:
        RefusedError: there is none; says which there are.
    """
    for socket in view.sockets:
        if (socket.position, socket.number) == (position, number):
            return socket
    there = ", ".join(socket.socket_id for socket in view.sockets) or "none on record"
    raise RefusedError(
        f"lantern {view.lantern_id} has no socket {number} at the {position}; it has: {there}."
        " Correct the position, or import its sockets first"
    )


def node_models(profile_id: str, sockets: tuple[Socket, ...], catalogue: Catalogue) -> list[str]:
    """Return the models of lantern node that speak a firmware profile and plug in there."""
    standards = {socket.standard for socket in sockets}
    return sorted(
        model.device_id
        for model in catalogue.values()
        if model.firmware_profile == profile_id and standards.intersection(model.fits)
    )


def _unrecorded(node: NodeLink, stored: StoredSockets, catalogue: Catalogue) -> Occupant:
    """Return the node of a lantern, in every socket where it may sit.

    That is each free socket that one of the models of its firmware plugs into; without such a
    model, each free socket.
    """
    models = node_models(node.profile_id, stored.sockets, catalogue)
    taken = {each.fitting.socket_id for each in stored.open}
    free = [socket for socket in stored.sockets if socket.socket_id not in taken]
    standards = {standard for name in models for standard in catalogue[name].fits}
    likely = [socket for socket in free if not models or socket.standard in standards]
    return Occupant(
        device=catalogue[models[0]] if len(models) == 1 else None,
        sits_in=tuple(socket.socket_id for socket in likely or free),
        words=f"lantern node {node.dev_eui} (fitted, its socket not recorded)",
        dev_eui=node.dev_eui,
    )
