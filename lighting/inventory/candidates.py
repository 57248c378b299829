"""SocketIndex: every socket of the city as arrays, so that a search takes milliseconds.

The rows say what ``check_fit`` would find; the rules here are its rules, over whole columns, and a
test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from firmware_profiles.devices.device import DeviceModel, PowerNeed, SocketStandard, Supply, Use
from lighting.identifiers import LanternId
from lighting.inventory.fit import SLACK
from lighting.inventory.geodesy import distances_m
from lighting.inventory.limits import LimitTable
from lighting.inventory.needs import Need
from lighting.inventory.seats import Catalogue, StoredSockets, seated
from lighting.inventory.sockets import (
    WIRES_OF,
    Figure,
    LanternSockets,
    Position,
    Socket,
    SocketId,
    Wire,
)
from lighting.inventory.supply import SHARED, WIRES_BEHIND, Budget, budget, needed

Mask = NDArray[np.bool_]

_STANDARDS = {standard: np.uint16(1 << n) for n, standard in enumerate(SocketStandard)}
_POSITIONS = {position: np.uint8(1 << n) for n, position in enumerate(Position)}
_WIRES = {wire: np.uint8(1 << n) for n, wire in enumerate(Wire)}
_NOTHING = -1

_ROW = np.dtype(
    [
        ("alive", "?"),
        ("taken", "?"),
        ("perhaps_taken", "?"),
        ("position_allowed", "?"),
        ("fed_by_day", "?"),
        ("standard", "u2"),
        ("position", "u1"),
        ("wires", "u1"),
        ("ward", "i4"),
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        *((figure.value, "f8") for figure in Figure),  # what is left; NaN where none is known
        *((f"{figure.value}_open", "?") for figure in SHARED),  # somebody's share is unknown
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A socket that meets a need.

    ``provable`` is False where that rests on a figure that nobody states. ``distance_m`` is None
    where the need names no point.
    """

    lantern_id: LanternId
    socket_id: SocketId
    distance_m: float | None
    provable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The first candidates, nearest first (by id without a point), and how many there are."""

    found: tuple[Candidate, ...]
    provable: int
    not_provable: int


class SocketIndex:
    """The sockets of the city; ``put`` replaces those of the lanterns it is given."""

    def __init__(self, table: LimitTable, catalogue: Catalogue) -> None:
        self._table = table
        self._catalogue = catalogue
        self._rows = np.zeros(1024, _ROW)
        self._keys: list[tuple[LanternId, SocketId]] = []
        self._of: dict[LanternId, list[int]] = {}
        self._wards: dict[str, int] = {}

    def __len__(self) -> int:
        return int(np.count_nonzero(self._rows["alive"][: len(self._keys)]))

    def put(self, lanterns: Iterable[StoredSockets]) -> None:
        """Take lanterns as they are now, in place of what was known of them."""
        for stored in lanterns:
            view = seated(stored, self._catalogue)
            budgets = {figure: budget(figure, view, self._table) for figure in SHARED}
            spare = self._of.pop(stored.lantern_id, [])
            self._rows["alive"][spare] = False
            used = []
            for socket in view.sockets:
                at = spare.pop() if spare else self._new_row()
                self._keys[at] = (stored.lantern_id, socket.socket_id)
                self._rows[at] = self._row(socket, stored, view, budgets)
                used.append(at)
            self._of[stored.lantern_id] = used

    def search(self, need: Need, *, limit: int, unproved: bool = False) -> Candidates:
        """Return the ``limit`` best sockets for a need; ``unproved`` takes those not provable too.

        A need that states a point is answered by distance, any other by id.
        """
        rows = self._rows[: len(self._keys)]
        device = sought(need)
        possible = self._asked(rows, need) & self._plugs(rows, device)
        obstacle, unknown = _figures(rows, device)
        possible &= ~obstacle
        unknown |= rows["perhaps_taken"]
        distances = None
        if need.near is not None:
            here = need.near
            distances = distances_m(
                rows["latitude_deg"], rows["longitude_deg"], here.latitude_deg, here.longitude_deg
            )
            if need.within_m is not None:
                possible &= distances <= need.within_m
        provable = possible & ~unknown
        chosen = np.flatnonzero(possible if unproved else provable)
        return Candidates(
            found=self._first(chosen, distances, unknown, limit),
            provable=int(np.count_nonzero(provable)),
            not_provable=int(np.count_nonzero(possible & unknown)),
        )

    def _new_row(self) -> int:
        if len(self._keys) == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros(len(self._rows), _ROW)])
        self._keys.append((LanternId(""), SocketId("")))
        return len(self._keys) - 1

    def _row(
        self,
        socket: Socket,
        stored: StoredSockets,
        view: LanternSockets,
        budgets: dict[Figure, Budget],
    ) -> tuple[object, ...]:
        occupants = view.in_socket(socket.socket_id)
        positions = self._table.positions(socket.standard)
        ward = stored.ward.casefold()
        return (
            True,
            any(len(each.sits_in) == 1 for each in occupants),
            any(len(each.sits_in) > 1 for each in occupants),
            not positions or socket.position in positions,
            view.fed_by_day,
            _STANDARDS[socket.standard],
            _POSITIONS[socket.position],
            sum(_WIRES[wire] for wire in socket.contacts),
            self._wards.setdefault(ward, len(self._wards)),
            stored.latitude_deg,
            stored.longitude_deg,
            *(self._left(figure, socket, budgets) for figure in Figure),
            *(bool(budgets[figure].unknown) for figure in SHARED),
        )

    def _left(self, figure: Figure, socket: Socket, budgets: dict[Figure, Budget]) -> float:
        if figure not in SHARED:
            limit = self._table.of(socket, figure)
            return np.nan if limit is None else limit.value
        shared = budgets[figure]
        return np.nan if shared.limit is None else shared.limit.value - shared.drawn

    def _asked(self, rows: NDArray[np.void], need: Need) -> Mask:
        """Return which rows are where and as the need says, and free."""
        possible: Mask = rows["alive"] & ~rows["taken"] & rows["position_allowed"]
        if need.position is not None:
            possible &= rows["position"] == _POSITIONS[need.position]
        if need.ward is not None:
            possible &= rows["ward"] == self._wards.get(need.ward.casefold(), _NOTHING)
        return possible

    def _plugs(self, rows: NDArray[np.void], device: DeviceModel) -> Mask:
        """Return into which rows the device plugs, and where its supply is there when needed."""
        standards = sum(_STANDARDS[standard] for standard in set(device.fits))
        possible: Mask = (rows["standard"] & np.uint16(standards)) != 0
        if device.orientation:
            possible &= rows["position"] == _POSITIONS[Position(device.orientation)]
        supply = device.power.supply
        wires = sum(_WIRES[wire] for wire in WIRES_OF[supply])
        if needed(device, Figure.BUS):
            possible &= (rows["wires"] & _WIRES[Wire.DALI]) != 0
        if wires:
            possible &= (rows["wires"] & np.uint8(wires)) != 0
        if supply is Supply.BATTERY or set(device.uses) == {Use.LIGHTING}:
            return possible
        if supply in {Supply.SWITCHED_MAINS, Supply.PERMANENT_MAINS}:
            possible &= (rows["wires"] & _WIRES[Wire.SWITCHED_MAINS]) == 0
        else:
            possible &= rows["fed_by_day"]
        return possible

    def _first(
        self,
        chosen: NDArray[np.intp],
        distances: NDArray[np.float64] | None,
        unknown: Mask,
        limit: int,
    ) -> tuple[Candidate, ...]:
        if distances is None:
            best = nsmallest(limit, chosen.tolist(), key=self._keys.__getitem__)
        else:
            if len(chosen) > limit:  # those as far as the last one too: ties go by id
                last = np.partition(distances[chosen], limit - 1)[limit - 1]
                chosen = chosen[distances[chosen] <= last]
            near = sorted(chosen.tolist(), key=lambda at: (distances[at], self._keys[at]))
            best = near[:limit]
        return tuple(
            Candidate(
                lantern_id=self._keys[at][0],
                socket_id=self._keys[at][1],
                distance_m=None if distances is None else round(float(distances[at]), 2),
                provable=not unknown[at],
            )
            for at in best
        )


def sought(need: Need) -> DeviceModel:
    """Return the need as a device: what it leaves out draws, weighs and minds nothing.

    It has to live by day, unless it is content with mains that are switched.
    """
    if need.device is not None:
        return need.device
    content = need.supply is Supply.SWITCHED_MAINS
    return DeviceModel(
        device_id="the device sought",
        title="",
        vendor="",
        uses=(Use.LIGHTING,) if content else (),
        power=PowerNeed(
            supply=need.supply or Supply.BATTERY,
            average_w=need.average_w or 0.0,
            peak_w=need.peak_w or need.average_w or 0.0,
            bus_ma=need.bus_ma or 0.0,
        ),
        fits=tuple(need.standards or SocketStandard),
        mass_g=need.mass_g or 0.0,
    )


def _figures(rows: NDArray[np.void], device: DeviceModel) -> tuple[Mask, Mask]:
    """Return where a figure is exceeded, and where that cannot be proved."""
    exceeded: Mask = np.zeros(len(rows), np.bool_)
    unknown: Mask = np.zeros(len(rows), np.bool_)
    for figure in Figure:
        value = needed(device, figure)
        if value == 0:
            continue
        left = rows[figure.value]
        wires = sum(_WIRES[wire] for wire in WIRES_BEHIND[figure])
        here: Mask = (rows["wires"] & np.uint8(wires)) != 0
        missing: Mask = np.isnan(left) | (value is None)
        if figure in SHARED:
            missing |= rows[f"{figure.value}_open"]
        exceeded |= here & ((value or 0.0) > left + SLACK)
        unknown |= here & missing
    return exceeded, unknown
