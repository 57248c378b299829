"""What would fit instead of a refused device: other sockets of the lantern, other models."""

from collections.abc import Iterable
from dataclasses import dataclass

from firmware_profiles.devices.device import DeviceModel
from lighting.inventory.fit import check_fit
from lighting.inventory.limits import LimitTable
from lighting.inventory.sockets import LanternSockets, Socket, SocketId

_SOME = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldFit:
    """What would fit instead: sockets of this lantern for the device, models for this socket.

    ``may_*`` are those where nothing forbids it and nobody states all figures: somebody would have
    to answer for it.
    """

    sockets: tuple[SocketId, ...] = ()
    device_ids: tuple[str, ...] = ()
    may_sockets: tuple[SocketId, ...] = ()
    may_device_ids: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All lists as one text."""
        proved = _both(self.sockets, self.device_ids)
        perhaps = _both(self.may_sockets, self.may_device_ids)
        told = [f"What would fit: {proved}"] if proved else []
        told += (
            [f"May fit, if somebody answers for what is not stated: {perhaps}"] if perhaps else []
        )
        return ". ".join(told) or "Nothing else of this lantern or catalogue fits"


def _both(sockets: tuple[SocketId, ...], device_ids: tuple[str, ...]) -> str:
    places = f"it in {_some(sockets)}" if sockets else ""
    models = f"in this socket {_some(device_ids)}" if device_ids else ""
    return "; ".join(part for part in (places, models) if part)


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _SOME
    return ", ".join(names[:_SOME]) + (f" and {more} more" if more > 0 else "")


def alternatives(
    device: DeviceModel,
    socket: Socket | None,
    lantern: LanternSockets,
    *,
    table: LimitTable,
    catalogue: Iterable[DeviceModel],
) -> WouldFit:
    """Return what would fit: other sockets of the lantern, other models (same use first)."""
    others = (each for each in lantern.sockets if each is not socket)
    sockets = [(s.socket_id, check_fit(device, s, lantern, table=table)) for s in others]
    models = sorted(
        (each for each in catalogue if each.device_id != device.device_id),
        key=lambda model: (not set(model.uses) & set(device.uses), model.device_id),
    )
    if socket is None:
        models = []
    fits = [(m.device_id, check_fit(m, socket, lantern, table=table)) for m in models]
    return WouldFit(
        sockets=tuple(name for name, fit in sockets if fit.fits),
        device_ids=tuple(name for name, fit in fits if fit.fits),
        may_sockets=tuple(name for name, fit in sockets if not fit.fits and not fit.obstacles),
        may_device_ids=tuple(name for name, fit in fits if not fit.fits and not fit.obstacles),
    )
