"""Share: how much of a storm of alerts one channel is told one by one, and how the rest comes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lighting.sensing.alerts.alert import Alert
from lighting.sensing.rules.rule import Severity

RAISED, CLEARED = "raised", "cleared"
"""What happens to an alert, as delivery keys and notices of many have it."""

Turned = tuple[str, Alert]
"""What happened to an alert, and the alert after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one channel takes.

    ``alerts_an_hour`` notices of alerts of each severity come one by one: a flood of warnings never
    stands before what is critical. What is more comes to programs at once, ``documents`` alerts in
    a notice; to people (None) as one summary an hour.
    """

    alerts_an_hour: int = 60
    documents: int | None = 200

    def split(
        self, turned: Sequence[Turned], had: Mapping[Severity, int]
    ) -> tuple[list[Turned], list[Turned]]:
        """Return what comes one by one, after ``had`` in the last hour, and what does not."""
        used = Counter(had)
        each: list[Turned] = []
        more: list[Turned] = []
        for event, alert in turned:
            has_room = used[alert.severity] < self.alerts_an_hour
            (each if has_room else more).append((event, alert))
            used[alert.severity] += 1
        return each, more


USUAL = Share()
"""For a channel that the alerts file does not name (any more)."""

NO_SHARES: Mapping[str, Share] = {}
"""Every channel has the usual share."""
