"""Problem documents (RFC 9457) as they are sent."""

from api.schemas.base import Told
from api.schemas.nights import ProofTold


class FieldProblem(Told, kw_only=True):
    """One thing wrong: where (a dotted path, a line counted from 1), what, and what is allowed."""

    field: str
    message: str
    allowed: str | None = None
    line: int | None = None


class ProblemDetails(Told, kw_only=True, omit_defaults=True):
    """An error. ``instance`` names this one occurrence where it can be looked up in the log.

    ``problems`` lists everything wrong with a document or with fields. ``proof`` says on which
    nights a node would not follow a refused policy.
    """

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    instance: str | None = None
    problems: tuple[FieldProblem, ...] = ()
    proof: ProofTold | None = None
