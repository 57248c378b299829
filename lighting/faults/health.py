"""What shows that a silence is over: a node that is heard, or a fault that tells for it."""

from datetime import datetime

from lighting.faults.fault import TOLD_AS, Fault
from lighting.faults.kinds import GROUPS
from lighting.faults.rules import FaultRules
from lighting.faults.silence import Silence


def silence_over(
    fault: Fault, silence: Silence, rules: FaultRules, *, at: datetime
) -> tuple[datetime, str] | None:
    """Return since when and why a fault of silence is over at ``at``, or None if it is not.

    A group's fault is over when less than the stretch's share of its lanterns is still silent;
    those that are have faults of their own then. An outage of the network tells for nobody: what
    was silent before it stays told.
    """
    members = set(fault.lanterns)
    if not members & silence.known:
        return at, "none of its lanterns has a node any more"
    quiet = members & silence.silent
    if fault.kind in GROUPS and len(quiet) < rules.feeder_share * len(members):
        return at, f"{len(members) - len(quiet)} of its {len(members)} nodes are heard again"
    if not quiet:
        return at, "it is heard again"
    told = {silence.covered.get(lantern_id, "") for lantern_id in quiet}
    if "" not in told:
        return at, TOLD_AS + ", ".join(sorted(told))
    return None
