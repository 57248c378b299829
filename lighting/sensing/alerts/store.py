"""AlertStore and Outbox: the promises that the database keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from lighting.identifiers import LanternId
from lighting.sensing.alerts.alert import Alert, NewAlert, RuleRevision
from lighting.sensing.alerts.notice import Delivery, DeliveryState, Notice
from lighting.sensing.alerts.share import NO_SHARES, Share
from lighting.sensing.rules.rule import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The open alert is over since ``at``, and why."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened with a rule at a place: alerts raised and ended, in order of time.

    ``after`` is the newest alert there (None: there is none yet) when this was found out.
    """

    rule_id: str
    lantern_id: LanternId
    after: int | None
    steps: tuple[NewAlert | Ending, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts; every part that is given must hold. ``since`` and ``until`` are of raising."""

    is_open: bool | None = None
    acknowledged: bool | None = None
    severity: Severity | None = None
    rule: str | None = None
    """A rule's id, or the name of a document for all of its rules."""
    ward: str | None = None
    """As it was written then, whatever the case."""
    since: datetime | None = None
    until: datetime | None = None


class AlertStore(Protocol):
    """Rules, the alerts that they raised, and how far they have been judged."""

    async def save_rules(self, name: str, text: str, *, at: datetime, by: str) -> RuleRevision:
        """Write a new revision, or return the newest one if its text is the same."""

    async def newest_rules(self) -> list[RuleRevision]:
        """Return the newest revision of every document, by name."""

    async def find_rules(self, name: str, revision: int | None = None) -> RuleRevision | None:
        """Return a revision, the newest if none is given, or None."""

    async def judged_until(self) -> dict[str, datetime]:
        """Return up to when each rule has been judged, by its id."""

    async def newest_alerts(self) -> dict[tuple[str, LanternId], Alert]:
        """Return the newest alert of every rule and place, open or over."""

    async def write(
        self,
        courses: Sequence[Course],
        judged: Mapping[str, datetime],
        *,
        at: datetime,
        shares: Mapping[str, Share] = NO_SHARES,
    ) -> list[Alert]:
        """Write what happened, what is told to whom, and up to when rules are judged.

        All in one transaction: whoever is to be told is told, whatever happens next; what is more
        than a channel's share, by its name, is told together. A course that
        does not fit any more, because somebody else was first, is left out. Returns the alerts
        after each step, in order.
        """

    async def find(
        self, where: AlertFilter, *, after: int | None = None, limit: int = 1000
    ) -> list[Alert]:
        """Return up to ``limit`` alerts, newest first, those older than alert ``after``."""

    async def touching(self, start: datetime, end: datetime) -> list[Alert]:
        """Return the alerts that were raised, cleared or acknowledged from ``start`` to ``end``.

        And those that were open at ``end``, in order of id.
        """

    async def get(self, alert_id: int) -> Alert:
        """Return an alert.

        Raises:
            NotFoundError: there is none.
        """

    async def acknowledge(self, alert_id: int, *, at: datetime, by: str, why: str) -> Alert:
        """Note that somebody knows of an alert, open or over; the newest word counts.

        Raises:
            NotFoundError: there is no such alert.
        """


class Outbox(Protocol):
    """What is on its way to people; a delivery is kept after it was sent."""

    async def add_report(
        self,
        area: str,
        day: date,
        notice: Notice,
        *,
        channels: Sequence[str],
        at: datetime,
    ) -> bool:
        """Write a day's report for each channel, unless that was done before; return whether."""

    async def last_reports(self) -> dict[str, date]:
        """Return the newest day that was reported for each area."""

    async def claim(self, *, at: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Take deliveries whose time has come, oldest first, and count the try.

        For as long as the lease nobody else gets them; then they come again, as if they had
        failed: whoever had them has died.
        """

    async def sent(self, delivery_id: int, *, at: datetime, note: str) -> None:
        """Note that a delivery was taken."""

    async def failed(self, delivery_id: int, problem: str, *, next_try_at: datetime | None) -> None:
        """Note that a delivery was not taken, and when it is tried again; None: never."""

    async def again(self, delivery_id: int, *, at: datetime) -> Delivery:
        """Let a dead delivery wait again, as if it were new.

        Raises:
            NotFoundError: there is no such delivery that is dead.
        """

    async def deliveries(
        self,
        *,
        state: DeliveryState | None = None,
        alert_id: int | None = None,
        after: int | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """Return deliveries, newest first, those older than delivery ``after``."""
