"""Channel: one way in which a kind of fault shows, counted for every lantern."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lighting.faults.kinds import FaultKind
from lighting.faults.rows import Flags
from lighting.faults.tally import Tally

Words = Callable[[int], str]
"""Says what a report shows, by its row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A kind of fault in one source: shown by ``needs`` bad reports, over after ``clears`` good.

    ``what`` says what the reports are; ``words`` what one of them shows.
    """

    kind: FaultKind
    what: str
    tally: Tally
    needs: float
    clears: float
    words: Words

    def shown(self) -> Flags:
        """Tell which lanterns show it and have not shown health since."""
        shown: Flags = (self.tally.bad >= self.needs) & (self.tally.good_after < self.clears)
        return shown

    def ever(self) -> Flags:
        """Tell which lanterns have shown it in this night, whatever came after."""
        ever: Flags = self.tally.total >= self.needs
        return ever

    def well(self) -> Flags:
        """Tell which lanterns are shown to be well."""
        well: Flags = self.tally.good_after >= self.clears
        return well

    def evidence(self, lantern: int) -> str:
        """Say how often it was shown, and what the first and the last report said."""
        bad = int(self.tally.bad[lantern])
        first, last = int(self.tally.first[lantern]), int(self.tally.last[lantern])
        told = f"{bad} {self.what}; the first {self.words(first)}"
        return told if first == last else f"{told}; the last {self.words(last)}"


def clock(at_s: int) -> str:
    """Return a time as people read it: UTC, to the minute."""
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M} UTC"
