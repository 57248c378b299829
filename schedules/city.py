"""City: the sun's moments for a whole city at once, as arrays.

Calling astral for 100,000 lanterns and 365 nights is half an hour. The moment at which the sun
passes an angle is a smooth function of position, so it is computed by astral at nine points of a
cell and interpolated (biquadratic) for every lantern in it. Each cell and night is checked by
astral at four more points; where the check is off by more than ``ERROR_S_MAX``, or the sun does not
do the same all over the cell (near the polar circles), the cell is quartered, and at the end of
the quartering astral is called for each lantern.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from schedules.night import Night
from schedules.policy import SunBound
from schedules.site import Site
from schedules.sun import angle_of, find_pass, is_below

Floats = NDArray[np.float64]
Seconds = NDArray[np.float32]

ERROR_S_MAX = 0.25
"""Largest error [s] accepted at a check point; the promise is one second."""

QUARTERINGS_MAX = 5
NODES = np.array([-1.0, 0.0, 1.0])
CHECKS = ((-0.55, -0.6), (-0.6, 0.55), (0.6, -0.55), (0.55, 0.6))
"""Check points in cell coordinates, about where a biquadratic is furthest off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Positions of lanterns (WGS 84 degrees, arrays of one length) that keep one civil time."""

    latitudes_deg: Floats
    longitudes_deg: Floats
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Some lanterns (indices) and the box that holds them: centre and half sizes [degrees]."""

    lanterns: NDArray[np.intp]
    latitude_deg: float
    longitude_deg: float
    half_latitude_deg: float
    half_longitude_deg: float

    def point(self, y: float, x: float) -> tuple[float, float]:
        """Return the position of cell coordinates, each from -1 to 1."""
        return (
            self.latitude_deg + y * self.half_latitude_deg,
            self.longitude_deg + x * self.half_longitude_deg,
        )


def switch_times(city: City, bound: SunBound, first: date, nights: int) -> Seconds:
    """Return when the sun passes a bound, the offset included, for every lantern and night.

    Returns:
        Seconds after the night's start (local noon), shape (lanterns, nights), at most 1 s from
        astral called for each lantern; NaN where the sun does not pass.
    """
    out = np.full((len(city.latitudes_deg), nights), np.nan, dtype=np.float32)
    everyone = np.arange(len(city.latitudes_deg))
    frame = _Frame(city=city, bound=bound, first=first, out=out)
    if len(everyone):
        _fill(frame, _cell(city, everyone), np.arange(nights), QUARTERINGS_MAX)
    out += np.float32(bound.offset_min * 60)
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What all cells share: the question, and where the answers go."""

    city: City
    bound: SunBound
    first: date
    out: Seconds

    def moments(self, position: tuple[float, float], nights: NDArray[np.intp]) -> Floats:
        """Return astral's moments [s after local noon] at one position."""
        site = Site(latitude_deg=position[0], longitude_deg=position[1], zone=self.city.zone)
        return np.array(
            [_moment(site, self.first + timedelta(days=int(n)), self.bound) for n in nights]
        )

    def noons(self, position: tuple[float, float], night: np.intp) -> tuple[bool, bool]:
        """Tell whether the sun is below the bound's angle when a night begins and ends."""
        site = Site(latitude_deg=position[0], longitude_deg=position[1], zone=self.city.zone)
        at = Night(site=site, evening=self.first + timedelta(days=int(night)))
        angle, _ = angle_of(self.bound)
        return is_below(at, angle, at.start), is_below(at, angle, at.end)


def _moment(site: Site, evening: date, bound: SunBound) -> float:
    night = Night(site=site, evening=evening)
    at = find_pass(night, bound)
    return float("nan") if at is None else (at - night.start).total_seconds()


def _cell(city: City, lanterns: NDArray[np.intp]) -> _Cell:
    latitudes, longitudes = city.latitudes_deg[lanterns], city.longitudes_deg[lanterns]
    south, north = float(latitudes.min()), float(latitudes.max())
    west, east = float(longitudes.min()), float(longitudes.max())
    return _Cell(
        lanterns=lanterns,
        latitude_deg=(south + north) / 2,
        longitude_deg=(west + east) / 2,
        half_latitude_deg=max((north - south) / 2, 1e-6),
        half_longitude_deg=max((east - west) / 2, 1e-6),
    )


def _weights(u: Floats) -> Floats:
    """Return the three Lagrange weights of quadratic interpolation at ``u`` (-1 to 1)."""
    return np.stack((u * (u - 1) / 2, 1 - u * u, u * (u + 1) / 2), axis=-1)


def _fill(frame: _Frame, cell: _Cell, nights: NDArray[np.intp], quarterings: int) -> None:
    """Write the answers of one cell for some nights, quartering it where it is not smooth."""
    if len(cell.lanterns) <= len(NODES) ** 2 + len(CHECKS):
        _call_each(frame, cell, nights)
        return
    nodes = np.array([frame.moments(cell.point(y, x), nights) for y, x in product(NODES, NODES)])
    smooth = _is_smooth(frame, cell, nights, nodes)
    _interpolate(frame, cell, nights[smooth], nodes[:, smooth])
    absent = np.isnan(nodes).all(axis=0)
    absent[absent] = _is_nowhere(frame, cell, nights[absent])
    rough = nights[~smooth & ~absent]
    if not len(rough):
        return
    if quarterings == 0:
        _call_each(frame, cell, rough)
        return
    for quarter in _quarters(frame.city, cell):
        _fill(frame, quarter, rough, quarterings - 1)


def _is_smooth(
    frame: _Frame, cell: _Cell, nights: NDArray[np.intp], nodes: Floats
) -> NDArray[np.bool_]:
    smooth = ~np.isnan(nodes).any(axis=0)
    for y, x in CHECKS:
        weights = np.outer(_weights(np.array(y)), _weights(np.array(x))).ravel()
        error = np.abs(weights @ nodes - frame.moments(cell.point(y, x), nights))
        smooth &= error <= ERROR_S_MAX  # false for NaN too
    return np.asarray(smooth)


def _is_nowhere(frame: _Frame, cell: _Cell, nights: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell on which of the nights, absent at every node, the sun passes nowhere in the cell.

    Where it goes down within minutes of local noon the pass is in this night for a strip of places
    only, perhaps between two nodes; the sun's side of the angle at noon then differs by corner.
    """
    checks = np.array([frame.moments(cell.point(y, x), nights) for y, x in CHECKS])
    nowhere = np.isnan(checks).all(axis=0)
    corners = [cell.point(y, x) for y, x in product((-1.0, 1.0), repeat=2)]
    for number in np.flatnonzero(nowhere):
        nowhere[number] = len({frame.noons(corner, nights[number]) for corner in corners}) == 1
    return np.asarray(nowhere)


def _interpolate(frame: _Frame, cell: _Cell, nights: NDArray[np.intp], nodes: Floats) -> None:
    y = (frame.city.latitudes_deg[cell.lanterns] - cell.latitude_deg) / cell.half_latitude_deg
    x = (frame.city.longitudes_deg[cell.lanterns] - cell.longitude_deg) / cell.half_longitude_deg
    weights = (_weights(y)[:, :, None] * _weights(x)[:, None, :]).reshape(len(y), -1)
    # Differences from the centre are small, so single precision loses nothing that matters.
    centre = nodes[len(nodes) // 2]
    offsets = weights.astype(np.float32) @ (nodes - centre).astype(np.float32)
    offsets += centre.astype(np.float32)
    if len(nights) == frame.out.shape[1] and len(cell.lanterns) == len(frame.out):
        frame.out[:] = offsets
    else:
        frame.out[np.ix_(cell.lanterns, nights)] = offsets


def _call_each(frame: _Frame, cell: _Cell, nights: NDArray[np.intp]) -> None:
    for lantern in cell.lanterns:
        position = (
            float(frame.city.latitudes_deg[lantern]),
            float(frame.city.longitudes_deg[lantern]),
        )
        frame.out[lantern, nights] = frame.moments(position, nights)


def _quarters(city: City, cell: _Cell) -> Iterator[_Cell]:
    north = city.latitudes_deg[cell.lanterns] > cell.latitude_deg
    east = city.longitudes_deg[cell.lanterns] > cell.longitude_deg
    for is_north, is_east in product((True, False), repeat=2):
        lanterns = cell.lanterns[(north == is_north) & (east == is_east)]
        if len(lanterns):
            yield _cell(city, lanterns)
