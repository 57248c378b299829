"""FaultKind, Severity, Confidence: what can be wrong, how much it matters, how sure we are."""

from collections.abc import Collection
from enum import Enum, IntEnum


class FaultKind(Enum):
    """What is wrong.

    In the words of uCIFI 3416 and TALQ where they have one (reference devices.md 2.8, features.md
    1.2): lamp failure, day burner, cycling.
    """

    LAMP = "lamp failure"
    """No power where light is asked, or the driver tells a lamp or gear failure."""
    UNLIT = "unlit"
    """The node itself says 0 % where light is asked."""
    DAY_BURNER = "day burner"
    """Lit in daylight, where nothing is asked."""
    CYCLING = "cycling"
    """On and off again and again, or a node that restarts again and again."""
    DIMMING = "dimming failure"
    """Power does not go down with the level."""
    POWER = "abnormal power"
    """Power far from what the lantern's model says."""
    VOLTAGE = "low voltage"
    TILT = "tilt"
    SILENT = "no communication"
    """One node is not heard."""
    FEEDER = "stretch silent"
    """Neighbours fell silent together: probably their supply."""
    GATEWAY = "gateway silent"
    """The nodes that only one gateway hears fell silent."""
    NETWORK = "network silent"
    """Nearly everybody is silent: the network, or we ourselves."""


GROUPS = frozenset({FaultKind.FEEDER, FaultKind.GATEWAY, FaultKind.NETWORK})
"""Kinds that one fault tells for many lanterns."""

COMING_AND_GOING = frozenset({FaultKind.CYCLING, FaultKind.VOLTAGE})
"""Kinds that good reports in between belong to; of the others only bad reports in a row count."""

SILENCES = GROUPS | {FaultKind.SILENT}
"""Kinds that are judged by when nodes were last heard, not by what they told in a night."""


class Severity(IntEnum):
    """How much it matters; the higher goes first in the work list."""

    SAVING = 1
    """It wastes energy."""
    CONTROL = 2
    """We do not see or command it; the light itself is as the node's own program has it."""
    LIGHT = 3
    """A place is dark, or may be."""
    SAFETY = 4
    """The same where people rely on light most, or something may fall."""

    @property
    def words(self) -> str:
        """The severity as people read it."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure we are; the rule for each stands beside it and in the README."""

    LOW = 1
    """It rests on a figure that nobody has verified, or two causes look the same."""
    MEDIUM = 2
    """One source shows it, often enough to count."""
    HIGH = 3
    """Two sources show it (node's word and meter), or one at least ``FaultRules.sure`` times."""

    @property
    def words(self) -> str:
        """The confidence as people read it."""
        return self.name.lower()


_USUAL = {
    FaultKind.LAMP: Severity.LIGHT,
    FaultKind.UNLIT: Severity.LIGHT,
    FaultKind.CYCLING: Severity.LIGHT,
    FaultKind.FEEDER: Severity.LIGHT,
    FaultKind.TILT: Severity.SAFETY,
    FaultKind.VOLTAGE: Severity.CONTROL,
    FaultKind.SILENT: Severity.CONTROL,
    FaultKind.GATEWAY: Severity.CONTROL,
    FaultKind.NETWORK: Severity.CONTROL,
    FaultKind.DAY_BURNER: Severity.SAVING,
    FaultKind.DIMMING: Severity.SAVING,
    FaultKind.POWER: Severity.SAVING,
}

SENSITIVE_TAGS = frozenset({"crossing", "conflict", "conflict area", "junction", "subway"})
"""Tags of places where people rely on light most. Thurrock leaves crossings and subways out of its
dimming (reference energy.md 4.3); the list is our choice."""

SENSITIVE_CLASSES = ("c", "m1", "m2", "m3")
"""Beginnings of such classes: EN 13201-2 keeps C for conflict areas; from which M class on a road
counts as high is our choice."""


def is_sensitive(lighting_class: str, tags: Collection[str]) -> bool:
    """Tell whether a dark lantern here is a matter of safety before anything else."""
    told = {tag.casefold() for tag in tags}
    return bool(told & SENSITIVE_TAGS) or lighting_class.casefold().startswith(SENSITIVE_CLASSES)


def severity_of(kind: FaultKind, *, sensitive: bool) -> Severity:
    """Return how much a fault matters; a dark place matters more where it is sensitive."""
    usual = _USUAL[kind]
    return Severity.SAFETY if sensitive and usual is Severity.LIGHT else usual
