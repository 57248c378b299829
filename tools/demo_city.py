"""The demo's city: lanterns of a council's file or a generated district, rules, nodes, gateways."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil, sqrt
from pathlib import Path
from random import Random
from typing import IO

from lighting.errors import RefusedError
from lighting.identifiers import DevEui, GatewayId
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.lantern import Lantern, NodeLink
from lighting.inventory.mapping import FileMapping
from lighting.inventory.rows import Accepted
from lighting.operations.records import Node
from lighting.testing.lantern_spec import Faults, LanternSpec
from lighting.testing.leeds import leeds_district
from lighting.testing.light_plan import LightPlans
from lighting.testing.network_settings import Gateway
from lighting.testing.virtual_lantern import VirtualLantern
from tools.mappings import mapping_of

APPLICATION_ID = "5b1f0d3e-7f8a-4c57-9a53-6d0c1a7e2f40"
PROFILE_ID = "nas_ul20xx_1_1"
DEV_EUI_FIRST = 0x70B3D57ED0000000
GATEWAY_FIRST = 0x0016C001F1500000

LANTERNS_A_GATEWAY = 300
"""A dense network; a city that is happy to wait longer for a rollout gets by with 2,500."""

POWER_UNKNOWN_W = 40.0
"""What a virtual lantern draws whose wattage the inventory does not know. The controller is not
told: it counts such a lantern as unknown."""

UPLINKS_A_NIGHT_MAX = 120_000
"""Regular reports are spaced so that a night's are about this many at most."""

POLICIES = ("residential", "traffic-route", "dusk-to-dawn")

RULES = """\
lamplighter_rules = 1

[[rules]]
name = "Crossings, subways and lamps that burn day and night"
match = { tags = ["continuous", "belisha", "crossing", "subway"] }
exempt = "No schedule may touch them"

[[rules]]
name = "Traffic routes"
match = { classes = ["M*"] }
policy = "traffic-route"

[[rules]]
name = "Conflict areas"
match = { classes = ["C*"] }
policy = "dusk-to-dawn"

[[rules]]
name = "LED lanterns"
match = { tags = ["led"] }
policy = "residential"

[[rules]]
name = "Lamps that cannot be dimmed, or are not known to be LED"
policy = "dusk-to-dawn"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityChoice:
    """What the person asked for: a file with its mapping, or a generated district."""

    file: Path | None
    mapping: str
    lanterns: int | None
    seed: int


def city_lanterns(choice: CityChoice) -> list[Lantern]:
    """Return the lanterns of the demo's city.

    Raises:
        CouncilFileError: the file cannot be read with this mapping.
        RefusedError: it cannot be opened, or holds no usable row.
    """
    if choice.file is None:
        return leeds_district(choice.lanterns or 1000, choice.seed)
    mapping = mapping_of(choice.mapping)
    try:
        with choice.file.open("rb") as stream:
            lanterns = list(islice(_accepted(stream, mapping), choice.lanterns))
    except OSError as exc:
        raise RefusedError(f"--city {choice.file} cannot be read: {exc}") from None
    if not lanterns:
        raise RefusedError(f"--city {choice.file} holds no row that mapping {mapping.name} accepts")
    return lanterns


def _accepted(stream: IO[bytes], mapping: FileMapping) -> Iterator[Lantern]:
    for outcome in read_lanterns(stream, mapping):
        if isinstance(outcome, Accepted):
            yield outcome.lantern


def node_links(lanterns: list[Lantern]) -> list[NodeLink]:
    """Fit a node to each of these lanterns, with DevEUIs in order."""
    return [
        NodeLink(
            lantern_id=lantern.lantern_id,
            dev_eui=DevEui(f"{DEV_EUI_FIRST + number:016x}"),
            profile_id=PROFILE_ID,
            application_id=APPLICATION_ID,
        )
        for number, lantern in enumerate(lanterns, start=1)
    ]


def city_gateways(nodes: list[Node]) -> list[Gateway]:
    """Put gateways over the city: a square grid, one at the middle of the nodes of each cell."""
    wanted = max(2, ceil(len(nodes) / LANTERNS_A_GATEWAY))
    south, north = _range([node.latitude_deg for node in nodes])
    west, east = _range([node.longitude_deg for node in nodes])
    side = ceil(sqrt(wanted))
    cells: dict[tuple[int, int], list[Node]] = {}
    for node in nodes:
        row = min(int((node.latitude_deg - south) / (north - south) * side), side - 1)
        column = min(int((node.longitude_deg - west) / (east - west) * side), side - 1)
        cells.setdefault((row, column), []).append(node)
    return [
        Gateway(
            GatewayId(f"{GATEWAY_FIRST + number:016x}"),
            sum(node.latitude_deg for node in members) / len(members),
            sum(node.longitude_deg for node in members) / len(members),
        )
        for number, (_, members) in enumerate(sorted(cells.items()), start=1)
    ]


def _range(values: list[float]) -> tuple[float, float]:
    return min(values), max(values) + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How many of the virtual lanterns misbehave in the night, as shares of all."""

    dead: float = 0.002
    lamp_failure: float = 0.002
    rejoin: float = 0.01


def virtual_lanterns(
    nodes: list[Node], *, dusk_s: float, trouble: Trouble, seed: int
) -> list[VirtualLantern]:
    """Return a virtual lantern for every node; some are dead, fail, or rejoin in the night."""
    rng = Random(seed)
    plans = LightPlans()
    interval_s = max(3600, ceil(len(nodes) * 2 * 16 / UPLINKS_A_NIGHT_MAX) * 3600)
    lanterns = []
    for node in nodes:
        spec = LanternSpec(
            dev_eui=node.dev_eui,
            application_id=node.application_id,
            latitude_deg=node.latitude_deg,
            longitude_deg=node.longitude_deg,
            power_w=node.power_w or POWER_UNKNOWN_W,
            status_interval_s=interval_s,
            usage_interval_s=interval_s,
        )
        own = Random(rng.getrandbits(64))
        lanterns.append(VirtualLantern(spec, plans, rng=own, faults=_faults(own, dusk_s, trouble)))
    return lanterns


def _faults(rng: Random, dusk_s: float, trouble: Trouble) -> Faults:
    throw = rng.random()
    if throw < trouble.dead:
        return Faults(dead_from_s=0.0)
    throw -= trouble.dead
    at_s = dusk_s + rng.uniform(0, 8 * 3600)
    if throw < trouble.lamp_failure:
        return Faults(lamp_fails_s=at_s)
    throw -= trouble.lamp_failure
    return Faults(rejoins_s=at_s) if throw < trouble.rejoin else Faults()
