"""Rollouts: what starting one did, how far all of them are, and what strays from them."""

from datetime import date

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.nights import ProofTold


class RolloutAsked(Asked, kw_only=True):
    """Bring policies to their nodes: all of them, or the one called ``policy``."""

    policy: Text | None = None


class AssignmentReport(Told, kw_only=True):
    """What applying the rules did; ``unmatched_ids`` lists the first thousand without a rule."""

    lanterns: int
    changed: int
    exempt: int
    by_rule: dict[str, int]
    unmatched: int
    unmatched_ids: tuple[str, ...]


class PolicyProved(Told, kw_only=True):
    """The proof over a year that a firmware line follows a policy, at the city's first cell."""

    policy: str
    revision: int
    profile_id: str
    cell: str
    proof: ProofTold


class PlanTold(Told, kw_only=True):
    """What planning did: ``changed`` nodes want another program, ``ordered`` are written to.

    ``refused`` says which programs cannot be had, and why; their nodes keep what they hold.
    """

    night: date
    nodes: int
    changed: int
    ordered: int
    without_policy: int
    compiled: int
    by_policy: dict[str, int]
    losses: dict[str, tuple[str, ...]]
    refused: tuple[str, ...]


class RolloutTold(Told, kw_only=True):
    """What a rollout began with; ``GET /rollouts`` tells how far it is."""

    assignment: AssignmentReport
    proofs: tuple[PolicyProved, ...]
    plan: PlanTold


class PolicyProgress(Told, kw_only=True):
    """How far one policy is: its nodes by evidence, and its programs' orders by state.

    ``policy`` is null for nodes that have none. ``programs`` counts the different programs
    wanted; two policies that come to the same program share its orders.
    """

    policy: str | None
    nodes: int
    proved: int
    programs: int
    evidence: dict[str, int]
    orders: dict[str, int]


class ProgressTold(Told, kw_only=True):
    """How far every policy is, by name."""

    at: Instant
    policies: tuple[PolicyProgress, ...]


class Adrift(Told, kw_only=True):
    """A node that does not provably hold what is wanted of it, has no order for it, and why."""

    dev_eui: str
    lantern_id: str
    policy: str
    wanted_program_id: str | None
    held_program_id: str | None
    last_seen_at: Instant | None
    reason: str


class DriftTold(Told, kw_only=True):
    """Nodes adrift in order of DevEUI; ``more`` tells whether there are others."""

    nodes: tuple[Adrift, ...]
    more: bool
