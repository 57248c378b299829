"""Telling: what a look changed in the book of faults, as messages for asset systems and people.

A look makes one message for each channel, not one for each fault: when a district goes dark, nobody
gets a thousand mails. Programs get every fault, in parts where that is too long for one message;
people get counts and the most urgent.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from lighting.faults.documents import Document, fault_document
from lighting.faults.fault import Fault
from lighting.faults.kinds import Confidence, FaultKind
from lighting.faults.ranking import rank_of

NAMED_MAX = 50
"""Faults that a text names one by one, the most urgent first; of more it tells how many."""

LIST = "/api/v1/faults/export?format=csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultChannel:
    """A channel, and how many faults at once it gets whole; None: people get a summary."""

    name: str
    documents: int | None = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTelling:
    """Who is told of faults: which channels, from which confidence on, of which kinds (all)."""

    channels: tuple[FaultChannel, ...] = ()
    least: Confidence = Confidence.MEDIUM
    kinds: frozenset[FaultKind] = field(default_factory=lambda: frozenset(FaultKind))


NOT_TOLD = FaultTelling()
"""Nobody is told: where no alerts file names anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A fault as a look left it, and as it was before; None: it was not known."""

    fault: Fault
    before: Fault | None

    @property
    def event(self) -> str:
        """What happened: opened, changed or cleared; nothing if there is no news in it."""
        was_open = self.before is not None and self.before.is_open
        if self.fault.is_open and not was_open:
            return "opened"
        if was_open and not self.fault.is_open:
            return "cleared"
        if was_open and self.before is not None and _matters(self.before, self.fault):
            return "changed"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMessage:
    """What one channel is told of a look. ``key`` says what it is: none is written twice."""

    key: str
    channel: str
    at: datetime
    subject: str
    text: str
    data: Document


Teller = Callable[[Sequence[Turn]], Sequence[FaultMessage]]
"""Makes the messages of a look from what it turned, inside the transaction that writes it."""

Named = tuple[str, Fault]
"""What happened to a fault, and the fault after it."""


def tell_nobody(_turns: Sequence[Turn]) -> Sequence[FaultMessage]:
    """Return no messages."""
    return ()


def fault_messages(
    turns: Iterable[Turn], telling: FaultTelling, *, at: datetime
) -> list[FaultMessage]:
    """Return the messages about a look that ended at ``at``; none where it turned nothing.

    A fault that was told when it was sure enough is told again when it clears, and a fault is told
    as opened when it becomes sure enough.
    """
    told = [named for turn in turns if (named := _named(turn, telling))]
    told.sort(key=lambda each: (rank_of(each[1]), each[1].fault_id))
    if not told:
        return []
    news = _News(told, at)
    return [message for channel in telling.channels for message in news.messages(channel)]


class _News:
    """What a look turned, the most urgent first."""

    def __init__(self, told: Sequence[Named], at: datetime) -> None:
        self._told = told
        self._at = at
        self._counts = Counter((event, fault.kind.value) for event, fault in told)

    def messages(self, channel: FaultChannel) -> Iterator[FaultMessage]:
        """Yield what a channel gets: every fault in parts, or the most urgent as one summary."""
        size = channel.documents or len(self._told)
        parts = [self._told[i : i + size] for i in range(0, len(self._told), size)]
        for number, part in enumerate(parts, start=1):
            shown = part if channel.documents else part[:NAMED_MAX]
            which = f", part {number} of {len(parts)}" if len(parts) > 1 else ""
            yield FaultMessage(
                key=f"faults-{_mark(part)}-{channel.name}",
                channel=channel.name,
                at=self._at,
                subject=f"Faults: {self._headline()}{which}",
                text="".join(f"{line}\n" for line in self._lines(part)),
                data={
                    "at": self._at.isoformat().replace("+00:00", "Z"),
                    "part": number,
                    "parts": len(parts),
                    "counts": [
                        {"event": event, "kind": kind, "faults": count}
                        for (event, kind), count in self._counts.most_common()
                    ],
                    "faults": [{"event": event, **fault_document(fault)} for event, fault in shown],
                    "not_listed": len(part) - len(shown),
                    "list": LIST,
                },
            )

    def _headline(self) -> str:
        counts = Counter(event for event, _ in self._told)
        events = ("opened", "changed", "cleared")
        return ", ".join(f"{counts[event]} {event}" for event in events if counts[event])

    def _lines(self, part: Sequence[Named]) -> Iterator[str]:
        for (event, kind), count in self._counts.most_common():
            yield f"{count:>6}  {kind} {event}"
        yield ""
        for event, fault in part[:NAMED_MAX]:
            where = " ".join(filter(None, (fault.subject, fault.place)))
            lanterns = f", {fault.size} lanterns" if fault.size > 1 else ""
            yield f"{event}: {fault.kind.value} at {where}{lanterns} ({fault.severity.words})"
            yield f"  why: {fault.cleared_why or '; '.join(fault.evidence)}"
        if len(part) > NAMED_MAX:
            yield f"and {len(part) - NAMED_MAX} more"
        yield ""
        yield "All that are open, the most urgent first: lamplighter faults"
        yield f"As a file: lamplighter faults export, or GET {LIST}"


def _named(turn: Turn, telling: FaultTelling) -> Named | None:
    """Return the event as this telling has it, or None if it is nobody's news."""
    fault, before = turn.fault, turn.before
    if fault.kind not in telling.kinds or fault.confidence < telling.least:
        return None
    if turn.event == "changed" and before is not None and before.confidence < telling.least:
        return "opened", fault
    return (turn.event, fault) if turn.event else None


def _matters(before: Fault, now: Fault) -> bool:
    """Return whether a fault that stays open is news again.

    It is when it is graver, surer or twice as large. Newer signs are no news, nor is a group of
    silent nodes of which one more falls silent or is heard: that happens at every look.
    """
    return (
        now.severity != before.severity
        or now.confidence > before.confidence
        or now.size.bit_length() > before.size.bit_length()
    )


def _mark(part: Sequence[Named]) -> str:
    return sha256(repr(list(part)).encode()).hexdigest()[:24]
