"""The register of sockets at work: look, check, fit, remove, correct, and what happened before."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from firmware_profiles.devices.device import DeviceModel
from firmware_profiles.errors import UnknownDeviceError
from lighting.clock import Clock
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.alternatives import WouldFit, alternatives
from lighting.inventory.fit import check_fit
from lighting.inventory.lantern import NodeLink
from lighting.inventory.limits import LimitTable
from lighting.inventory.occupancy import (
    Acceptance,
    Correction,
    Fitting,
    Occupancy,
    Past,
    Removal,
    decide,
    utc_words,
)
from lighting.inventory.seats import Catalogue, StoredSockets, past_at, seated, socket_at
from lighting.inventory.socket_store import HistoryFilter, SocketStore
from lighting.inventory.sockets import LanternSockets, Position, Socket
from lighting.inventory.supply import SHARED, Budget, budget
from lighting.inventory.verdict import Fit

CLOCKS_APART = timedelta(minutes=2)
"""How far a fitter's clock may be ahead of ours; what is later has not happened yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitAsked:
    """What a fitter asks: which device, on which lantern, in which position.

    ``position`` None takes the one socket where the device can go, and refuses if there are two.
    ``at`` None is now. ``application_id`` makes a lantern node the one that the lantern answers to.
    """

    lantern_id: LanternId
    device_id: str
    by: str
    position: Position | None = None
    number: int = 1
    serial: str = ""
    dev_eui: DevEui | None = None
    owner: str = ""
    permit: str = ""
    photo: str = ""
    at: datetime | None = None
    acceptance: Acceptance | None = None
    application_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternShown:
    """A lantern with its sockets, who sits in them, and what its shared supplies have left."""

    stored: StoredSockets
    sockets: LanternSockets
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitChecked:
    """The answer to a question about a fit, and what would fit instead."""

    fit: Fit
    would_fit: WouldFit


async def _nothing_new() -> None:
    """Leave the catalogue as it is."""


class Sockets:
    """The register, over a store; ``table`` and ``catalogue`` say what fits.

    ``learn`` brings the catalogue up to date with what other processes have imported.
    """

    def __init__(
        self,
        store: SocketStore,
        clock: Clock,
        *,
        table: LimitTable,
        catalogue: Catalogue,
        learn: Callable[[], Awaitable[None]] = _nothing_new,
    ) -> None:
        self.store = store
        self.table = table
        self.catalogue = catalogue
        self.learn = learn
        self._clock = clock

    async def show(self, lantern_id: LanternId) -> LanternShown:
        """Return what is known of a lantern's sockets.

        Raises:
            NotFoundError: there is no such lantern.
        """
        await self.learn()
        found = await self.store.sockets_of([lantern_id])
        if lantern_id not in found:
            raise NotFoundError("lantern", lantern_id)
        view = seated(found[lantern_id], self.catalogue)
        wires = {wire for socket in view.sockets for wire in socket.wiring}
        budgets = (budget(figure, view, self.table) for figure in SHARED if SHARED[figure] in wires)
        return LanternShown(stored=found[lantern_id], sockets=view, budgets=tuple(budgets))

    async def check(
        self, lantern_id: LanternId, device_id: str, *, position: Position | None, number: int = 1
    ) -> FitChecked:
        """Return whether a device would fit now; nothing is written.

        Raises:
            NotFoundError: there is no such lantern.
            UnknownDeviceError: the device is not in the catalogue.
            RefusedError: the lantern has no such socket, or several would do.
        """
        view = (await self.show(lantern_id)).sockets
        device = self.device(device_id)
        socket = self.choose(device, view, position, number)
        fit = check_fit(device, socket, view, table=self.table)
        return FitChecked(fit=fit, would_fit=self._instead(device, socket, view))

    async def fit(self, asked: FitAsked) -> Occupancy:
        """Record a device in a socket, or on a column, after checking that it fits.

        Raises:
            NotFoundError: there is no such lantern.
            UnknownDeviceError: the device is not in the catalogue.
            FitRefusedError: it does not go there; says why and what would.
            RefusedError: something is missing from the record, or contradicts it.
        """
        await self.learn()
        device = self.device(asked.device_id)
        fitting = self._fitting(asked)
        node = _node_link(asked, device)

        def judge(stored: StoredSockets, past: Past) -> Fitting:
            if node is not None and stored.node is not None:
                _check_node(stored.node, node)
            view = seated(stored, self.catalogue)
            socket = self.choose(device, view, asked.position, asked.number)
            placed = replace(fitting, socket_id=socket.socket_id if socket else None)
            return decide(
                placed,
                device,
                view,
                past_at(past, stored, socket),
                table=self.table,
                catalogue=tuple(self.catalogue.values()),
            )

        return await self.store.fit(fitting, judge, node=node)

    async def remove(
        self, occupancy_id: int, *, by: str, reason: str = "", at: datetime | None = None
    ) -> Occupancy:
        """Record that a device was taken off.

        Raises:
            NotFoundError: nothing was recorded under this id.
            RecordError: it is gone already, or the time is before the fitting.
            RefusedError: it does not say who, or the time has not come yet.
        """
        return await self.store.remove(
            occupancy_id, Removal(at=self._past(at), by=by.strip(), reason=reason.strip())
        )

    async def correct(
        self, occupancy_id: int, changes: Mapping[str, str], *, by: str, reason: str
    ) -> Occupancy:
        """Change what was recorded; what it was stays in the history.

        Raises:
            NotFoundError: nothing was recorded under this id.
            RefusedError: the change is not allowed.
        """
        made = Correction(at=self._clock.now(), by=by.strip(), reason=reason.strip(), was={})
        return await self.store.correct(occupancy_id, changes, made)

    async def history(
        self, where: HistoryFilter, *, after: int | None = None, limit: int = 100
    ) -> list[Occupancy]:
        """Return what was ever recorded, in order of recording."""
        return await self.store.history(where, after=after, limit=limit)

    def device(self, device_id: str) -> DeviceModel:
        """Return a model of the catalogue.

        Raises:
            UnknownDeviceError: it has none of that id.
        """
        if device_id not in self.catalogue:
            raise UnknownDeviceError(device_id, tuple(self.catalogue))
        return self.catalogue[device_id]

    def _instead(
        self, device: DeviceModel, socket: Socket | None, view: LanternSockets
    ) -> WouldFit:
        return alternatives(
            device, socket, view, table=self.table, catalogue=self.catalogue.values()
        )

    def choose(
        self,
        device: DeviceModel,
        view: LanternSockets,
        position: Position | None,
        number: int = 1,
    ) -> Socket | None:
        """Return the socket that is meant; None for what is clamped to the column.

        Raises:
            RefusedError: there is no such socket, or the device goes into several.
        """
        if position is not None:
            return socket_at(view, position, number)
        if number != 1:
            raise RefusedError(f"number {number} counts the sockets of a position: say which")
        if not device.fits:
            return None
        plugs = [socket for socket in view.sockets if socket.standard in device.fits]
        goes = [s for s in plugs if not check_fit(device, s, view, table=self.table).obstacles]
        if len(goes) > 1:
            raise RefusedError(
                f"{device.device_id} goes into {' and '.join(s.socket_id for s in goes)}; say which"
            )
        best = goes or plugs or list(view.sockets)
        if not best:
            raise RefusedError(
                f"lantern {view.lantern_id} has no socket on record; import its sockets first"
            )
        return best[0]

    def _fitting(self, asked: FitAsked) -> Fitting:
        return Fitting(
            lantern_id=asked.lantern_id,
            socket_id=None,
            device_id=asked.device_id,
            at=self._past(asked.at),
            by=asked.by.strip(),
            serial=asked.serial.strip(),
            dev_eui=asked.dev_eui,
            owner=asked.owner.strip(),
            permit=asked.permit.strip(),
            photo=asked.photo.strip(),
            acceptance=asked.acceptance,
        )

    def _past(self, at: datetime | None) -> datetime:
        now = self._clock.now()
        if at is not None and at > now + CLOCKS_APART:
            raise RefusedError(
                f"{utc_words(at)} has not come yet (it is {utc_words(now)});"
                " record what has happened"
            )
        return now if at is None else at


def _node_link(asked: FitAsked, device: DeviceModel) -> NodeLink | None:
    """Return the link by which the lantern answers to the device, if it is to."""
    if not asked.application_id:
        return None
    if not device.firmware_profile or asked.dev_eui is None:
        raise RefusedError(
            "an application is for a lantern node with its DevEUI;"
            f" {device.device_id} {'lacks the DevEUI' if device.firmware_profile else 'is none'}"
        )
    return NodeLink(
        lantern_id=asked.lantern_id,
        dev_eui=asked.dev_eui,
        profile_id=device.firmware_profile,
        application_id=asked.application_id,
    )


def _check_node(there: NodeLink, new: NodeLink) -> None:
    if there.dev_eui != new.dev_eui:
        raise RefusedError(
            f"lantern {new.lantern_id} answers to node {there.dev_eui}; remove that one first"
        )
