"""Alert: a rule's condition that came true at a place, until it is over."""

from dataclasses import dataclass
from datetime import datetime

from lighting.identifiers import LanternId
from lighting.sensing.rules.reason import Finding
from lighting.sensing.rules.rule import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRevision:
    """One saved text of rules; never changed. ``name`` is the document's."""

    name: str
    revision: int
    text: str
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPlace:
    """The lantern at which an alert was raised, as it was then."""

    lantern_id: LanternId
    latitude_deg: float
    longitude_deg: float
    road: str = ""
    ward: str = ""

    @property
    def words(self) -> str:
        """How people call it."""
        named = ", ".join(part for part in (self.road, self.ward) if part)
        return f"{named} ({self.lantern_id})" if named else self.lantern_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What is to be raised. ``tell`` are the channels that its rule names."""

    rule_id: str
    revision: int
    severity: Severity
    place: AlertPlace
    raised_at: datetime
    reason: str
    findings: tuple[Finding, ...] = ()
    note: str = ""
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(NewAlert):
    """An alert. ``raised_at`` and ``cleared_at`` are times of measurements, not of our looking.

    ``cleared_at`` is None while it is open; ``acknowledged_*`` are of the newest word of a person.
    """

    alert_id: int
    noted_at: datetime
    """When it was written: later than ``raised_at`` by what measurements take to arrive."""
    cleared_at: datetime | None = None
    cleared_why: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.cleared_at is None
