"""Notice: what people are told, and Delivery: one notice on its way to one channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lighting.errors import LightingError

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
KEPT_TRYING = timedelta(hours=24)
"""Then a delivery is given up: about 30 tries over a day, as long as a receiver may be away."""


class NoticeKind(StrEnum):
    """What a notice is about; receivers choose by it."""

    ALERT_RAISED = "alert.raised"
    ALERT_CLEARED = "alert.cleared"
    ALERTS_MANY = "alerts.many"
    """Both, many in one notice, for programs: see ``storm.many_notice``."""
    ALERTS_HELD = "alerts.held"
    """How many were not told one by one, for people: see ``storm.held_notice``."""
    FAULTS_TURNED = "faults.turned"
    """What a look opened, changed and cleared among the faults of lanterns."""
    DAILY_REPORT = "report.daily"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A text that goes with a notice as a file."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told: for people (``subject``, ``text``) and for programs (``data``, plain JSON)."""

    kind: NoticeKind
    subject: str
    text: str
    at: datetime
    data: Mapping[str, object] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    """Given up; a person may send it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notice for a channel. ``key`` is the same at every try: receivers drop what they had."""

    delivery_id: int
    key: str
    channel: str
    notice: Notice
    state: DeliveryState
    created_at: datetime
    next_try_at: datetime
    attempts: int = 0
    alert_id: int | None = None
    sent_at: datetime | None = None
    problem: str = ""


class DeliveryError(LightingError):
    """A channel could not take a notice.

    ``final``: no later try would be answered otherwise. ``away``: it takes none of the others now.
    """

    def __init__(
        self, channel: str, problem: str, *, final: bool = False, away: bool = False
    ) -> None:
        self.channel = channel
        self.problem = problem
        self.final = final
        self.away = away
        super().__init__(f"channel {channel}: {problem}")


class Channel(Protocol):
    """A way to people or programs."""

    async def send(self, notice: Notice, *, key: str, at: datetime) -> str:
        """Hand over ``notice``; return what is to be noted about it, usually nothing.

        ``key`` names it for the receiver: it may come twice, when we die between its arrival and
        our note of it.

        Raises:
            DeliveryError: it was not taken.
        """


def next_try(delivery: Delivery, *, at: datetime, final: bool) -> datetime | None:
    """Return when a delivery that failed at ``at`` is tried again; None: it is given up.

    ``delivery.attempts`` counts the try that failed. Waits double from half a minute to an hour.
    """
    # 2^12 half minutes are past the longest wait; more would overflow a timedelta.
    wait = min(FIRST_WAIT * (1 << min(delivery.attempts - 1, 12)), LONGEST_WAIT)
    if final or at + wait > delivery.created_at + KEPT_TRYING:
        return None
    return at + wait
