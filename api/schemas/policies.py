"""Policies and rules: their saved revisions and what a check says."""

from api.schemas.base import Instant, Told
from api.schemas.nights import ProofTold


class PolicyListed(Told, kw_only=True):
    """The newest revision of a policy."""

    name: str
    title: str
    revision: int
    saved_at: Instant
    saved_by: str


class PoliciesTold(Told, kw_only=True):
    """All policies, by name."""

    policies: tuple[PolicyListed, ...]


class PolicyTold(PolicyListed, kw_only=True):
    """One saved revision: the text as it was given, and the same as a JSON document."""

    notes: tuple[str, ...]
    text: str
    document: dict[str, object]


class RulesTold(Told, kw_only=True):
    """One saved revision of the rules."""

    revision: int
    saved_at: Instant
    saved_by: str
    text: str
    document: dict[str, object]


class PolicyChecked(Told, kw_only=True):
    """A policy document that can be accepted; ``proof`` is of a year, where a place was given."""

    name: str
    title: str
    notes: tuple[str, ...]
    document: dict[str, object]
    proof: ProofTold | None
