"""Which columns a person may be standing at, nearest first, and whether the device goes there."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.fit import check_fit
from lighting.inventory.geodesy import distances_m
from lighting.inventory.needs import Place
from lighting.inventory.seats import StoredSockets, seated
from lighting.inventory.verdict import Fit, Reason, ReasonKind
from lighting.operations.sockets import Sockets

RADII_M = (60.0, 250.0, 1000.0)
"""How far is looked, until something is found: columns stand 25 to 40 m apart, and a kilometre away
nobody is standing at one."""

ACCURACY_MAX_M = 1000.0
DEFAULT_ACCURACY_M = 10.0
"""What a phone under a clear sky tells of itself; general knowledge, unverified."""


LANTERNS_MAX = 500
"""Lanterns that are looked at: three times what a kilometre of street has on both sides."""


class Surroundings(Protocol):
    """Lanterns around a place, from a database."""

    async def lanterns_within(self, here: Place, radius_m: float) -> list[StoredSockets]:
        """Return the lanterns at most ``radius_m`` away, and perhaps some a little farther.

        Of more than ``LANTERNS_MAX`` only so many are returned, of the nearest.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A lantern near a place.

    ``possible`` says whether the person may be standing at it, given how exact the place is.
    ``node`` is the one it answers to. ``fits`` are the answers for each socket where the device
    could plug in (or for the column), those that fit first; empty if no device was named.
    """

    stored: StoredSockets
    distance_m: float
    possible: bool
    node: DevEui | None
    fits: tuple[Fit, ...]

    @property
    def lantern_id(self) -> LanternId:
        """Which lantern."""
        return self.stored.lantern_id


async def lanterns_near(
    surroundings: Surroundings,
    sockets: Sockets,
    here: Place,
    *,
    accuracy_m: float = DEFAULT_ACCURACY_M,
    device_id: str = "",
    limit: int = 5,
) -> list[Near]:
    """Return the nearest lanterns: distances in metres, and which socket takes the device.

    Raises:
        RefusedError: the place or its accuracy cannot be.
        UnknownDeviceError: the device is not in the catalogue.
        StoreError: the database could not be read.
    """
    _check(here, accuracy_m)
    await sockets.learn()
    device = sockets.device(device_id) if device_id else None
    found: list[StoredSockets] = []
    for radius_m in RADII_M:
        found = await surroundings.lanterns_within(here, radius_m + accuracy_m)
        if len(found) >= limit:
            break
    if not found:
        return []
    distances = distances_m(
        np.array([each.latitude_deg for each in found]),
        np.array([each.longitude_deg for each in found]),
        here.latitude_deg,
        here.longitude_deg,
    )
    nearest = sorted(zip(distances.tolist(), found, strict=True), key=_by_distance)[:limit]
    first_m = nearest[0][0]
    return [
        Near(
            stored=stored,
            distance_m=round(distance, 1),
            possible=distance <= first_m + 2 * accuracy_m,
            node=None if stored.node is None else stored.node.dev_eui,
            fits=() if device is None else _fits(device, stored, sockets),
        )
        for distance, stored in nearest
    ]


def _check(here: Place, accuracy_m: float) -> None:
    if abs(here.latitude_deg) > 90.0 or abs(here.longitude_deg) > 180.0:  # noqa: PLR2004 - degrees
        raise RefusedError("the place is not on earth: give latitude and longitude in degrees")
    if not 0 <= accuracy_m <= ACCURACY_MAX_M:
        raise RefusedError(
            f"an accuracy of {accuracy_m:g} m finds no column; wait for a better position"
            f" (at most {ACCURACY_MAX_M:g} m), or type the column's id"
        )


def _by_distance(each: tuple[float, StoredSockets]) -> tuple[float, str]:
    return each[0], each[1].lantern_id


def _fits(device: DeviceModel, stored: StoredSockets, sockets: Sockets) -> tuple[Fit, ...]:
    view = seated(stored, sockets.catalogue)
    if not device.fits:
        return (check_fit(device, None, view, table=sockets.table),)
    if not stored.sockets:
        return (_bare(device, stored),)
    fits = [check_fit(device, each, view, table=sockets.table) for each in view.sockets]
    return tuple(sorted(fits, key=lambda fit: (not fit.fits, bool(fit.obstacles))))


def _bare(device: DeviceModel, stored: StoredSockets) -> Fit:
    """Return whether a device goes to a lantern of which no sockets are on record."""
    place = f"lantern {stored.lantern_id}"
    nothing = "no socket of this lantern is on record, so nothing was checked"
    reason = None
    if not device.firmware_profile:
        text = f"{nothing}; import its sockets first"
        reason = Reason(kind=ReasonKind.UNKNOWN, text=text)
    elif stored.node is not None:
        text = f"it answers to node {stored.node.dev_eui}; swap the two"
        reason = Reason(kind=ReasonKind.OCCUPIED, text=text)
    return Fit(
        device_id=device.device_id,
        place=place,
        socket_id=None,
        obstacles=() if reason is None else (reason,),
        caveats=(nothing,) if reason is None else (),
    )
