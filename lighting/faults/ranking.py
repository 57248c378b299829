"""The order of the work list: a number for each fault, the smallest first.

Severity first, so that a dark crossing goes before any saving; then how many lanterns one visit
mends; then how sure we are. Faults of one rank go by how long they have been seen.
"""

from lighting.faults.fault import Found

_SIZES = 1_000_000
_STEPS = 10


def rank_of(found: Found) -> int:
    """Return where a fault stands in the work list."""
    size = min(found.size, _SIZES - 1)
    urgency = (int(found.severity) * _SIZES + size) * _STEPS + int(found.confidence)
    return _STEPS * _STEPS * _SIZES - urgency
