"""Lanterns, the nodes on them, groups of them, and what an import did."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.sockets import Position
from lighting.inventory.store import StoredLantern
from lighting.operations.records import Node, Note


class AssignmentTold(Told, kw_only=True):
    """What the rules gave: a policy revision, or the reason (``exempt``) why there is none.

    With neither, no rule matches the lantern.
    """

    policy: str | None
    revision: int | None
    rule: str | None
    exempt: str | None


class LanternTold(Told, kw_only=True):
    """One lantern of the inventory; null and empty texts are what the inventory does not say."""

    lantern_id: str
    latitude_deg: float
    longitude_deg: float
    road: str
    ward: str
    postcode: str
    position: str
    column: str
    lighting_class: str
    lamp: str
    regime: str
    power_w: float | None
    height_m: float | None
    tags: tuple[str, ...]
    assignment: AssignmentTold
    dev_eui: str | None


class LanternPage(Told, kw_only=True):
    """Lanterns in order of id; give ``next`` as ``after`` for the page that follows."""

    items: tuple[LanternTold, ...]
    next: str | None


class NodeTold(Told, kw_only=True):
    """The node on a lantern: what is wanted of it, what it has proved, and since when."""

    dev_eui: str
    profile_id: str
    application_id: str
    gateway_id: str | None
    last_seen_at: Instant | None
    evidence: str
    evidence_since: Instant | None
    wanted_program_id: str | None
    wanted_at: Instant | None
    held_program_id: str | None
    held_at: Instant | None


class NoteTold(Told, kw_only=True):
    """Something else that the node or the network server said: a boot, an alert, a wrong clock."""

    at: Instant
    kind: str
    text: str


class LanternDetail(Told, kw_only=True):
    """A lantern with its node, if it has one, and the last week's notes, newest first."""

    lantern: LanternTold
    node: NodeTold | None
    notes: tuple[NoteTold, ...]


class AcceptanceAsked(Asked, kw_only=True):
    """A person who answers for what cannot be proved of a fit, and why."""

    by: Text
    reason: Text


class NodeFit(Asked, kw_only=True):
    """Which node sits on a lantern, how it speaks, and where the network server has it.

    Where the lantern has sockets on record: which model it is and in which socket, unless only
    one is possible.
    """

    lantern_id: Text
    dev_eui: Text
    profile_id: Text
    application_id: Text
    device_id: Text | None = None
    position: Position | None = None


FITS_MAX = 10_000


class FitsAsked(Asked, kw_only=True):
    """Nodes to fit in one transaction.

    Where lanterns have sockets on record, ``by`` says who fits, and ``accept`` who answers for what
    cannot be proved.
    """

    nodes: Annotated[list[NodeFit], msgspec.Meta(min_length=1, max_length=FITS_MAX)]
    by: Text | None = None
    accept: AcceptanceAsked | None = None


class FitTold(Told, kw_only=True):
    """How many nodes were fitted, and how many of them were recorded in a socket."""

    fitted: int
    recorded: int


class GroupTold(Told, kw_only=True):
    """One group: how many lanterns it has, and how many of them have a node."""

    group: str
    lanterns: int
    nodes: int


class GroupsTold(Told, kw_only=True):
    """The groups of one kind, by name; an empty name is what the inventory does not say."""

    by: str
    groups: tuple[GroupTold, ...]


class RowProblemTold(Told, kw_only=True):
    """What is wrong or odd about one value of a file, and what to do about it."""

    row: int
    field: str
    value: str
    problem: str
    cure: str


class ChangedTold(Told, kw_only=True):
    """A lantern that was known, and the fields that the file gives anew."""

    lantern_id: str
    fields: tuple[str, ...]


class ImportTold(Told, kw_only=True):
    """What became of every row of a file, or with ``dry_run`` would become of it.

    ``unknown`` counts the accepted lanterns without a wattage, height, class or regime.
    """

    dry_run: bool
    rows: int
    accepted: int
    added: int
    unchanged: int
    rejected: int
    changed: tuple[ChangedTold, ...]
    problems: tuple[RowProblemTold, ...]
    warnings: tuple[RowProblemTold, ...]
    unknown: dict[str, int]


def lantern_told(stored: StoredLantern) -> LanternTold:
    """Return a stored lantern as it is told."""
    lantern, assigned = stored.lantern, stored.assigned
    return LanternTold(
        lantern_id=lantern.lantern_id,
        latitude_deg=lantern.latitude_deg,
        longitude_deg=lantern.longitude_deg,
        road=lantern.road,
        ward=lantern.ward,
        postcode=lantern.postcode,
        position=lantern.position,
        column=lantern.column,
        lighting_class=lantern.lighting_class,
        lamp=lantern.lamp,
        regime=lantern.regime,
        power_w=lantern.power_w,
        height_m=lantern.height_m,
        tags=tuple(sorted(lantern.tags)),
        assignment=AssignmentTold(
            policy=assigned.policy or None,
            revision=assigned.revision or None,
            rule=assigned.rule or None,
            exempt=assigned.exempt or None,
        ),
        dev_eui=stored.dev_eui,
    )


def node_told(node: Node) -> NodeTold:
    """Return a node as it is told."""
    return NodeTold(
        dev_eui=node.dev_eui,
        profile_id=node.profile_id,
        application_id=node.application_id,
        gateway_id=node.gateway_id,
        last_seen_at=node.last_seen_at,
        evidence=node.evidence.words,
        evidence_since=node.evidence_at,
        wanted_program_id=node.wanted,
        wanted_at=node.wanted_at,
        held_program_id=node.held,
        held_at=node.held_at,
    )


def note_told(note: Note) -> NoteTold:
    """Return a note as it is told."""
    return NoteTold(at=note.at, kind=note.kind, text=note.text)


def acceptance_of(asked: AcceptanceAsked | None) -> Acceptance | None:
    """Return who answers for what cannot be proved, if anybody does."""
    return None if asked is None else Acceptance(by=asked.by, reason=asked.reason)
