"""Saved texts on the command line: the number of a revision, and what is told of one."""

from lighting.operations.records import PolicyRevision
from lighting.operations.tonight import utc_text
from lighting.sensing.alerts.alert import RuleRevision

REVISION_MAX = 2**31 - 1
"""What every database holds."""


def plain_revision(revision: PolicyRevision | RuleRevision) -> dict[str, object]:
    """Return what was saved, when and by whom, as plain values."""
    return {
        "name": revision.name,
        "revision": revision.revision,
        "saved_at": utc_text(revision.saved_at),
        "saved_by": revision.saved_by,
    }
