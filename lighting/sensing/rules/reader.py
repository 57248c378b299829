"""Reader: takes tokens from left to right; times, distances and numbers, with errors in place."""

from datetime import timedelta
from math import isfinite
from typing import Final

from lighting.sensing.rules.scanner import ConditionError, Kind, Token, scan
from lighting.sensing.rules.units import DISTANCES_M, TIMES

TIME_MAX = timedelta(days=7)
"""Holds and windows: what is watched for longer is a report's matter, not an alert's."""

WITHIN_MAX_M = 50_000.0
_NUMBER_MAX: Final = 1e9
_NO_TIME: Final = timedelta(0)


def parse_time(text: str) -> timedelta:
    """Return the time that ``text`` says, such as ``1 h 30 min``.

    Raises:
        ConditionError: it says none.
    """
    reader = Reader(scan(text))
    time = reader.time()
    reader.expect_end("the end of the text")
    return time


def parse_distance_m(text: str) -> float:
    """Return the distance [m] that ``text`` says, such as ``300 m``.

    Raises:
        ConditionError: it says none.
    """
    reader = Reader(scan(text))
    distance_m = reader.distance_m()
    reader.expect_end("the end of the text")
    return distance_m


class Reader:
    """Reads tokens; every method takes what it names and stops behind it."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def expect_end(self, allowed: str = "and, or, for, within, or the end of the text") -> None:
        """Refuse whatever is left."""
        if self.next.kind is not Kind.END:
            raise self.error(allowed)

    def time(self) -> timedelta:
        """Take a time, such as ``1 h 30 min``."""
        start = self.next
        total = self.number() * self.time_unit()
        while self.next.kind is Kind.NUMBER:
            total += self.number() * self.time_unit()
        return self.checked(total, start)

    def checked(self, time: timedelta, start: Token) -> timedelta:
        """Return ``time`` if it is one that a rule may name."""
        if not _NO_TIME < time <= TIME_MAX:
            raise ConditionError(
                start.at, f"a time of {time}", f"more than 0, to {TIME_MAX.days} days"
            )
        return time

    def time_unit(self) -> timedelta:
        """Take the unit of a time."""
        if self.next.text not in TIMES:
            raise self.error(", ".join(TIMES))
        return TIMES[self.take().text]

    def distance_m(self) -> float:
        """Take a distance [m]."""
        start = self.next
        value = self.number()
        if self.next.text not in DISTANCES_M:
            raise self.error(", ".join(DISTANCES_M))
        distance_m = value * DISTANCES_M[self.take().text]
        if not 0 < distance_m <= WITHIN_MAX_M:
            allowed = f"more than 0, to {WITHIN_MAX_M / 1000:g} km"
            raise ConditionError(start.at, f"a distance of {distance_m:g} m", allowed)
        return distance_m

    def number(self) -> float:
        """Take a number."""
        if self.next.kind is not Kind.NUMBER:
            raise self.error("a number, such as 0.5")
        token = self.next
        if "," in token.text:
            raise self.error(f"a point: {token.text.replace(',', '.')}")
        value = float(token.text.replace("\u2212", "-"))
        if not isfinite(value) or abs(value) > _NUMBER_MAX:
            raise ConditionError(token.at, "a number beyond any use", f"to {_NUMBER_MAX:g}")
        self.take()
        return value

    @property
    def next(self) -> Token:
        """The token that was not taken yet."""
        return self._tokens[self._place]

    @property
    def after_next(self) -> Token:
        """The token behind the next one; at the end, the end."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    @property
    def word(self) -> str:
        """The next token as a key word: folded, empty at the end."""
        return self.next.text.casefold()

    def take(self) -> Token:
        """Take the next token; the end stays where it is."""
        self._place += self.next.kind is not Kind.END
        return self._tokens[max(self._place - 1, 0)]

    def took(self, word: str) -> bool:
        """Take ``word`` if it is next; return whether it was."""
        found = self.word == word
        if found:
            self.take()
        return found

    def error(self, allowed: str) -> ConditionError:
        """Return the error that the next token is none of what is ``allowed``."""
        return ConditionError(self.next.at, f"found {self.next.shown}", allowed)
