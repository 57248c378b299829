"""Which lanterns stand near each other: pairs within a distance, and the clusters they make."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lighting.faults.rows import Floats, Places

METRES_PER_DEGREE = 111_195.0
"""Along a meridian of a sphere of 6,371 km: good to half a percent, enough for neighbours."""

_ROW = 1 << 32

_WIDER = 1 + 1e-9
"""Squares are so much wider than the distance, lest rounding puts one between two neighbours."""

_HALF_AROUND = ((0, 1), (1, -1), (1, 0), (1, 1))
"""Half of the squares around a square: each pair of squares is looked at once."""


def metres(latitudes_deg: Floats, longitudes_deg: Floats) -> tuple[Floats, Floats]:
    """Return positions as metres north and east, flat around their middle (a city is small)."""
    middle = np.radians(np.mean(latitudes_deg)) if len(latitudes_deg) else 0.0
    east = longitudes_deg * METRES_PER_DEGREE * np.cos(middle)
    return latitudes_deg * METRES_PER_DEGREE, np.asarray(east)


def pairs_within(north_m: Floats, east_m: Floats, distance_m: float) -> NDArray[np.int64]:
    """Return all pairs (two columns of places) that stand at most so far apart, each once."""
    side_m = distance_m * _WIDER
    row = np.floor(north_m / side_m).astype(np.int64)
    column = np.floor(east_m / side_m).astype(np.int64)
    square = (row - row.min(initial=0) + 1) * _ROW + column - column.min(initial=0) + 1
    order = np.argsort(square, kind="stable")
    found = [
        pair[_apart_m(north_m, east_m, pair) <= distance_m]
        for pair in _candidates(square[order], order)
    ]
    return np.concatenate(found) if found else np.zeros((0, 2), dtype=np.int64)


def clusters(size: int, pairs: NDArray[np.int64]) -> Places:
    """Return for each of ``size`` places the lowest place that pairs join it to."""
    label = np.arange(size)
    while True:
        lowest = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        joined = label.copy()
        for side in (0, 1):
            np.minimum.at(joined, pairs[:, side], lowest)
            np.minimum.at(joined, label[pairs[:, side]], lowest)
        joined = joined[joined]
        if np.array_equal(joined, label):
            return label
        label = joined


def _apart_m(north_m: Floats, east_m: Floats, pair: NDArray[np.int64]) -> Floats:
    first, second = pair[:, 0], pair[:, 1]
    return np.hypot(north_m[first] - north_m[second], east_m[first] - east_m[second])


def _candidates(square: Places, order: Places) -> Iterator[NDArray[np.int64]]:
    """Yield pairs of places in one square, and in each two squares that touch."""
    place = np.arange(len(square))
    end = np.searchsorted(square, square, side="right")
    yield _spread(order, place, place + 1, end)
    for rows, columns in _HALF_AROUND:
        other = square + rows * _ROW + columns
        start = np.searchsorted(square, other, side="left")
        yield _spread(order, place, start, np.searchsorted(square, other, side="right"))


def _spread(order: Places, place: Places, start: Places, end: Places) -> NDArray[np.int64]:
    """Return each place with every place from its start to its end, by their order."""
    count = np.maximum(end - start, 0)
    first = np.repeat(place, count)
    skipped = np.repeat(np.cumsum(count) - count, count)
    second = np.arange(len(first)) - skipped + np.repeat(start, count)
    return np.stack((order[first], order[second]), axis=1)
