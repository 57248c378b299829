"""A generated district in the manner of Leeds: roads, lanterns, classes, wattages, gateways.

Nothing here is a real street or a real lantern: the roads, their names and the wards are drawn
from a seed, round the middle of Leeds. Every distribution is in a table below, with its source or
with "general knowledge, unverified". One check ties them to the city: the mean wattage should be
near 41 W, derived from Leeds City Council's announcement of its LED programme (news.leeds.gov.uk,
8 July 2019: GBP 4.8m a year of electricity, saving 62 % and 7,050 t; about 15.6 GWh a year over
92,000 lights and 4,100 h; our derivation, not a published figure).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern

CENTRE_DEG = (53.80, -1.55)
"""Latitude and longitude of the middle of Leeds [degrees]; general knowledge, rounded."""

CITY_LANTERNS = 92_000
"""Street lights of Leeds (news.leeds.gov.uk, 8 July 2019: about 92,000)."""

CITY_AREA_M2 = 552e6
"""Area of the district; general knowledge, unverified. Fewer lanterns get a smaller district."""

WARDS = 33
"""Number of wards of Leeds; general knowledge, unverified. Those here are only numbered."""

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""


class Spread(NamedTuple):
    """A uniform distribution from ``least`` to ``most``."""

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadKind:
    """How one kind of road is lit: its share of all roads, and what is drawn for each of them."""

    share: float
    length_m: Spread
    spacing_m: Spread
    heights_m: tuple[float, ...]
    classes: dict[str, float]
    tags: tuple[str, ...] = ()
    regime: str = "35/18"
    crossing_share: float = 0.0


# General knowledge, unverified: shares, lengths, spacings, heights, class weights, regimes. The
# class names are those of EN 13201-2. A subway is lit day and night, so no schedule may dim it.
ROAD_KINDS = {
    "residential": RoadKind(
        share=0.80,
        length_m=Spread(90.0, 420.0),
        spacing_m=Spread(28.0, 38.0),
        heights_m=(5.0, 6.0),
        classes={"P3": 0.15, "P4": 0.40, "P5": 0.30, "P6": 0.15},
    ),
    "traffic": RoadKind(
        share=0.12,
        length_m=Spread(400.0, 1800.0),
        spacing_m=Spread(30.0, 42.0),
        heights_m=(8.0, 10.0),
        classes={"M3": 0.30, "M4": 0.40, "M5": 0.30},
        crossing_share=0.03,
    ),
    "conflict": RoadKind(
        share=0.05,
        length_m=Spread(80.0, 240.0),
        spacing_m=Spread(20.0, 28.0),
        heights_m=(8.0, 10.0),
        classes={"C2": 0.30, "C3": 0.70},
        crossing_share=0.10,
    ),
    "subway": RoadKind(
        share=0.03,
        length_m=Spread(12.0, 40.0),
        spacing_m=Spread(4.0, 6.0),
        heights_m=(2.5,),
        classes={"P2": 1.0},
        tags=("subway", "continuous"),
        regime="Continuous",
    ),
}

# General knowledge, unverified: LED lanterns draw about 10 to 30 W on residential roads and 40 to
# 120 W on traffic routes. One wattage is drawn for a whole road, in whole watts.
POWER_W = {
    "P2": Spread(10, 20),
    "P3": Spread(20, 30),
    "P4": Spread(16, 24),
    "P5": Spread(12, 18),
    "P6": Spread(10, 14),
    "M3": Spread(80, 120),
    "M4": Spread(55, 85),
    "M5": Spread(40, 60),
    "C2": Spread(80, 120),
    "C3": Spread(60, 90),
}

# General knowledge, unverified: a road bends a little every 60 m; lanterns hang 4 m off its middle,
# on alternate sides; roads lie closer together towards the middle of the city.
_BEND_EVERY_M = 60.0
_BEND_STANDARD_DEVIATION_RAD = 0.15
_OFFSET_M = 4.0
_RADIAL_EXPONENT = 0.6  # 0.5 would spread roads evenly over the disc

_OLD = ("", "Upper", "Lower", "Old", "Little", "Far", "Nether", "Back", "Long", "High")
_WORDS = (
    "Lamplighter", "Gasworks", "Mantle", "Lantern", "Wick", "Tallow", "Ember", "Candle", "Dusk",
    "Lumen", "Photocell", "Ballast", "Bracket", "Swan Neck", "Beacon", "Taper", "Filament", "Globe",
    "Sodium", "Argand", "Limelight", "Glowworm", "Moonrise", "Nightjar", "Owlet", "Moth",
    "Starling", "Bobbin", "Heddle", "Shuttle", "Fuller", "Teasel", "Worsted", "Flax",
)  # fmt: skip
_ENDINGS = (
    "Row", "Lane", "Street", "Road", "Avenue", "Grove", "Mount", "Terrace", "View", "Place",
    "Crescent", "Drive", "Walk", "Gate", "Close", "Garth", "Rise", "Fold", "Parade", "Approach",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Road:
    """One road as drawn; ``points_m`` are its lanterns east and north of the centre [m]."""

    name: str
    ward: str
    kind: RoadKind
    lighting_class: str
    height_m: float
    power_w: float
    points_m: NDArray[np.float64]
    crossing: NDArray[np.bool_]


def district_radius_m(lanterns: int) -> float:
    """Return the radius [m] of a round district with as many lanterns per km2 as Leeds.

    Raises:
        ValueError: fewer than one lantern.
    """
    if lanterns < 1:
        raise ValueError(f"a district of {lanterns} lanterns: at least 1 is needed")
    return math.sqrt(CITY_AREA_M2 * min(1.0, lanterns / CITY_LANTERNS) / math.pi)


def leeds_district(lanterns: int, seed: int) -> list[Lantern]:
    """Return ``lanterns`` lanterns of a generated district: the same for the same seed.

    Raises:
        ValueError: fewer than one lantern.
    """
    radius_m = district_radius_m(lanterns)
    hung = _hung(_roads(np.random.default_rng(seed), radius_m))
    return list(islice(hung, lanterns))


def _roads(rng: Generator, radius_m: float) -> Iterator[_Road]:
    kinds = list(ROAD_KINDS.values())
    shares = [kind.share for kind in kinds]
    for name in _names(rng):
        kind = kinds[rng.choice(len(kinds), p=shares)]
        lighting_class = str(rng.choice(list(kind.classes), p=list(kind.classes.values())))
        points_m = _points(rng, kind, radius_m)
        yield _Road(
            name=name,
            ward=_ward(points_m, radius_m),
            kind=kind,
            lighting_class=lighting_class,
            height_m=float(rng.choice(kind.heights_m)),
            power_w=_whole(rng, POWER_W[lighting_class]),
            points_m=points_m,
            crossing=rng.random(len(points_m)) < kind.crossing_share,
        )


def _whole(rng: Generator, spread: Spread) -> float:
    return float(rng.integers(int(spread.least), int(spread.most), endpoint=True))


def _points(rng: Generator, kind: RoadKind, radius_m: float) -> NDArray[np.float64]:
    length_m = min(rng.uniform(*kind.length_m), radius_m)
    spacing_m = rng.uniform(*kind.spacing_m)
    along_m = np.arange(spacing_m / 2, max(length_m, spacing_m), spacing_m)
    bends = rng.normal(0.0, _BEND_STANDARD_DEVIATION_RAD, int(length_m / _BEND_EVERY_M) + 1)
    headings = rng.uniform(0.0, math.tau) + np.cumsum(bends)
    heading = headings[np.minimum((along_m / _BEND_EVERY_M).astype(int), len(headings) - 1)]
    steps = spacing_m * np.stack([np.sin(heading), np.cos(heading)], axis=1)
    side = np.where(np.arange(len(along_m)) % 2 == 0, _OFFSET_M, -_OFFSET_M)
    across = side[:, None] * np.stack([np.cos(heading), -np.sin(heading)], axis=1)
    road = np.cumsum(steps, axis=0) + across
    bearing = rng.uniform(0.0, math.tau)
    # Half a road's length from the edge, so that no road leaves the district.
    middle_m = (radius_m - length_m / 2) * rng.random() ** _RADIAL_EXPONENT
    middle = middle_m * np.array([math.sin(bearing), math.cos(bearing)])
    return np.asarray(road - road.mean(axis=0) + middle)


def _ward(points_m: NDArray[np.float64], radius_m: float) -> str:
    """Return the ward whose seed is nearest; the seeds are a sunflower's, evenly over the disc."""
    order = np.arange(1, WARDS + 1)
    golden_rad = math.pi * (3.0 - math.sqrt(5.0))
    seeds = (radius_m * np.sqrt((order - 0.5) / WARDS))[:, None] * np.stack(
        [np.sin(order * golden_rad), np.cos(order * golden_rad)], axis=1
    )
    nearest = np.hypot(*(seeds - points_m.mean(axis=0)).T).argmin()
    return f"Ward {nearest + 1}"


def _names(rng: Generator) -> Iterator[str]:
    """Yield road names without end, each once: after all plain ones come numbered ones."""
    names = [f"{a} {b} {c}".strip() for a in _OLD for b in _WORDS for c in _ENDINGS]
    order = rng.permutation(len(names))
    yield from (names[i] for i in order)
    turn = 2
    while True:
        yield from (f"{names[i]} {turn}" for i in order)
        turn += 1


def _hung(roads: Iterator[_Road]) -> Iterator[Lantern]:
    number = 0
    for road in roads:
        tags = frozenset(("led", *road.kind.tags))
        for place, ((east_m, north_m), crossing) in enumerate(
            zip(road.points_m.tolist(), road.crossing.tolist(), strict=True), start=1
        ):
            number += 1
            latitude_deg, longitude_deg = _degrees(east_m, north_m)
            yield Lantern(
                lantern_id=LanternId(f"demo:{number:06d}"),
                latitude_deg=latitude_deg,
                longitude_deg=longitude_deg,
                road=road.name,
                ward=road.ward,
                column=str(place),
                lighting_class=road.lighting_class,
                lamp="LED",
                regime=road.kind.regime,
                power_w=road.power_w,
                height_m=road.height_m,
                tags=tags | {"crossing"} if crossing else tags,
            )


def _degrees(east_m: float, north_m: float) -> tuple[float, float]:
    latitude_deg, longitude_deg = CENTRE_DEG
    per_degree_m = METRES_PER_DEGREE * math.cos(math.radians(latitude_deg))
    return (
        round(latitude_deg + north_m / METRES_PER_DEGREE, 7),
        round(longitude_deg + east_m / per_degree_m, 7),
    )
