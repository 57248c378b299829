"""What operations keep: policy revisions, programs, node states, readings, overrides."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from firmware_profiles.frame import Frame
from lighting.downlink.pacing import Transmission
from lighting.identifiers import DevEui, GatewayId, LanternId, ProgramId


class Evidence(IntEnum):
    """How we know that a lantern follows its program; a higher number is stronger."""

    NONE = 0
    """No program is wanted of it."""
    INTENDED = 1
    SENT = 2
    ACCEPTED = 3
    ECHOED = 4
    SEEN_IN_POWER = 5

    @property
    def words(self) -> str:
        """The level as people read it."""
        return _EVIDENCE_WORDS[self]


_EVIDENCE_WORDS = {
    Evidence.NONE: "no program",
    Evidence.INTENDED: "intended",
    Evidence.SENT: "sent",
    Evidence.ACCEPTED: "accepted by gateway",
    Evidence.ECHOED: "echoed by node",
    Evidence.SEEN_IN_POWER: "seen in power",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRevision:
    """One saved text of a policy; never changed once written."""

    name: str
    revision: int
    text: str
    saved_at: datetime
    saved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgram:
    """A compiled program: the frames that a node must hold for nights from ``valid_from`` on.

    ``valid_until`` is the last night (date of its evening) for which it was proved.
    """

    program_id: ProgramId
    profile_id: str
    policy: str
    revision: int
    cell: str
    valid_from: date
    valid_until: date
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A fitted node, what is wanted of it and what it has proved.

    Position, ``power_w`` (circuit watts, None if unknown), ward and road are its lantern's.
    """

    dev_eui: DevEui
    lantern_id: LanternId
    profile_id: str
    application_id: str
    latitude_deg: float
    longitude_deg: float
    policy: str
    revision: int
    gateway_id: GatewayId | None = None
    last_seen_at: datetime | None = None
    wanted: ProgramId | None = None
    wanted_at: datetime | None = None
    held: ProgramId | None = None
    held_at: datetime | None = None
    power_w: float | None = None
    ward: str = ""
    road: str = ""
    evidence: Evidence = Evidence.NONE
    evidence_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCount:
    """How many nodes of a policy (empty: none) want one program, with one evidence for it."""

    policy: str
    wanted: ProgramId | None
    evidence: Evidence
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Light a set of nodes at ``level`` [percent] from ``starts_at`` until ``ends_at``."""

    override_id: int
    selection: str
    level: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    emergency: bool = False
    ended_at: datetime | None = None
    nodes: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A node was heard, best by ``gateway_id``."""

    dev_eui: DevEui
    at: datetime
    gateway_id: GatewayId | None
    rssi_dbm: int | None


@dataclass(frozen=True, slots=True)
class Echo:
    """A node repeated a configuration that it accepted."""

    dev_eui: DevEui
    at: datetime
    f_port: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Rejection:
    """A node refused what it was sent on ``f_port``."""

    dev_eui: DevEui
    at: datetime
    f_port: int
    reason: str


@dataclass(frozen=True, slots=True)
class GatewayAcceptance:
    """A gateway took a queue item for transmission."""

    dev_eui: DevEui
    at: datetime
    queue_item_id: UUID
    gateway_id: GatewayId | None


@dataclass(frozen=True, slots=True)
class NetworkRefusal:
    """The network server or a gateway refused or dropped a downlink of this node.

    ``queue_item_id`` is None where the network server does not say which (ChirpStack's
    DOWNLINK_GATEWAY log): then it is the one in flight.
    """

    dev_eui: DevEui
    at: datetime
    queue_item_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A node's own word on its lamp: level [percent], what set it, faults."""

    dev_eui: DevEui
    at: datetime
    level: int | None
    reason: str
    faults: str
    temperature_c: int | None


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A node's meter: energy counter [Wh], power [W], lamp hours [s], mains [V]."""

    dev_eui: DevEui
    at: datetime
    energy_wh: int | None
    power_w: int | None
    lamp_on_s: int | None
    voltage_v: int | None


BOOT = "boot"
"""The kind of note that says that a node started: its counters may have begun anew."""

NOT_UNDERSTOOD = "not understood"
"""The kind of note on a frame that could not be decoded, or not all of it."""

BY_SERVER, BY_RADIO = "network server", "radio"
"""Kinds of note on what the network server or the radio said of a node, not the node itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something else worth keeping: boot, alert, a message that could not be decoded."""

    dev_eui: DevEui
    at: datetime
    kind: str
    text: str


@dataclass(slots=True, kw_only=True)
class UplinkBatch:
    """All that a stretch of incoming messages changes; recorded in one transaction."""

    seen: list[Seen] = field(default_factory=list)
    joined: list[tuple[DevEui, datetime]] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    acceptances: list[GatewayAcceptance] = field(default_factory=list)
    refusals: list[NetworkRefusal] = field(default_factory=list)
    statuses: list[StatusRow] = field(default_factory=list)
    meters: list[MeterRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording a batch found out."""

    unknown: tuple[DevEui, ...] = ()
    """Devices that are not in the inventory; their messages were counted and dropped."""
    moved: tuple[tuple[GatewayId, datetime, float, GatewayId], ...] = ()
    """Transmissions that another gateway made than expected: (expected, sent at, ms, real)."""
    aired_again: tuple[Transmission, ...] = ()
    """What the network server is known to have sent again by itself, and was not told before."""
    lost_program: tuple[DevEui, ...] = ()
    """Nodes that may no longer hold their program: they rejoined or echoed something else."""
