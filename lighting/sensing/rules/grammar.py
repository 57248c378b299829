"""Grammar: the words of a condition -> its tree, by recursive descent.

    either  := every ("or" every)*
    every   := one ("and" one)*
    one     := "(" either ")" | measurement
    measurement := NAME relation ["for" TIME] ["within" DISTANCE]
    relation := ("above" | "below" | "at least" | "at most") NUMBER UNIT ["per" TIME]
             | "is" ("yes" | "no")
             | "missing"
    TIME    := NUMBER UNIT [NUMBER UNIT ...]

"and" binds closer than "or". In an ``until`` the name may be left out where ``when`` has only one.
"""

from datetime import timedelta
from typing import Final

from firmware_profiles.quantities import Quantity, RollUp
from lighting.sensing.rules.condition import (
    NO_HOLD,
    Clause,
    Compare,
    Comparison,
    Condition,
    Either,
    Every,
    Missing,
)
from lighting.sensing.rules.names import quantity_named, readable, suggestions
from lighting.sensing.rules.reader import Reader
from lighting.sensing.rules.scanner import ConditionError, Kind, Token, scan
from lighting.sensing.rules.units import (
    converted,
    dimension_of,
    units_for,
)

CHARACTERS_MAX = 2000
DEPTH_MAX = 20
RELATIONS: Final = "above, below, at least, at most, is, missing"
_ONE_WORD: Final = {
    "above": Comparison.ABOVE,
    "over": Comparison.ABOVE,
    "below": Comparison.BELOW,
    "under": Comparison.BELOW,
}
_AT: Final = {"least": Comparison.AT_LEAST, "most": Comparison.AT_MOST}
_RELATION_WORDS: Final = frozenset({*_ONE_WORD, "at", "is", "missing"})
_STATES: Final = {"yes": Comparison.ABOVE, "no": Comparison.BELOW}
_STATE_LIMIT: Final = 0.5
_NAME_ENDS: Final = frozenset({*_ONE_WORD, "missing", "and", "or", "for", "within", "per"})
_COUNTS: Final = frozenset({RollUp.SUM, RollUp.COUNTER})


def parse_condition(text: str, *, subject: Clause | None = None) -> Condition:
    """Return the condition that ``text`` says.

    ``subject`` is the measurement that one without a name is about.

    Raises:
        ConditionError: it says none; carries the place, what was found there, what is allowed.
    """
    if len(text) > CHARACTERS_MAX:
        raise ConditionError(0, f"{len(text)} characters", f"at most {CHARACTERS_MAX}")
    reader = _Sentence(scan(text), subject)
    condition = reader.either(0)
    reader.expect_end()
    return condition


class _Sentence(Reader):
    """Reads the words of a condition; every method takes what it names and stops behind it."""

    def __init__(self, tokens: list[Token], subject: Clause | None) -> None:
        super().__init__(tokens)
        self._subject = subject

    def either(self, depth: int) -> Condition:
        parts = [self._every(depth)]
        while self.took("or"):
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self.took("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if self.word != Kind.OPEN.value:
            return self._measurement()
        if depth >= DEPTH_MAX:
            raise self.error(f"at most {DEPTH_MAX} brackets inside each other")
        self.take()
        inside = self.either(depth + 1)
        if self.word != Kind.CLOSE.value:
            raise self.error("and, or, for, within, or a closing bracket")
        self.take()
        if self.word in {"for", "within"}:
            raise self.error(
                f"and, or, or the end: write {self.word!r} behind each measurement in the brackets"
            )
        return inside

    def _measurement(self) -> Clause:
        quantity, within_m = self._named()
        relation = self.next
        if self.took("missing"):
            hold, within = self._tail()
            if hold <= NO_HOLD:
                raise self.error("'for' and how long, such as for 2 h")
            return Missing(quantity=quantity, hold=hold, within_m=within or within_m)
        if self.took("is"):
            comparison, limit, written = self._state(quantity)
            per = None
        else:
            comparison = self._comparison()
            limit, written = self._limit(quantity)
            per = self._per(quantity)
            self._refuse_states(quantity, relation)
        hold, within = self._tail()
        return Compare(
            quantity=quantity,
            comparison=comparison,
            limit=limit,
            written=written,
            per=per,
            hold=hold,
            within_m=within or within_m,
        )

    def _named(self) -> tuple[Quantity, float | None]:
        """Take the name of a quantity: all words up to the relation."""
        start = self.next
        words: list[str] = []
        while self.next.kind in {Kind.WORD, Kind.NUMBER} and not self._name_ends:
            words.append(self.take().text)
        if not words:
            if self._subject is not None and self.word in _RELATION_WORDS:
                return self._subject.quantity, self._subject.within_m
            raise self.error("the name of a quantity, such as PM2.5 or road surface temperature")
        name = " ".join(words)
        quantity = quantity_named(name)
        if quantity is None:
            near = ", ".join(suggestions(name))
            allowed = f"a quantity; nearest: {near}" if near else "the name of a quantity"
            raise ConditionError(start.at, f"no quantity is called {name[:60]!r}", allowed)
        if self.word not in _RELATION_WORDS:
            raise self.error(RELATIONS)
        return quantity, None

    def _comparison(self) -> Comparison:
        word = self.word
        self.take()
        if word != "at":
            return _ONE_WORD[word]
        if self.word not in _AT:
            raise self.error("least or most")
        return _AT[self.take().text.casefold()]

    def _state(self, quantity: Quantity) -> tuple[Comparison, float, str]:
        if not quantity.is_state:
            raise self.error(f"above, below, at least or at most: {readable(quantity)} is a value")
        if self.word not in _STATES:
            raise self.error("yes or no")
        word = self.take().text.casefold()
        return _STATES[word], _STATE_LIMIT, word

    def _refuse_states(self, quantity: Quantity, relation: Token) -> None:
        if quantity.is_state and quantity.roll_up not in _COUNTS:
            allowed = f"'is yes' or 'is no': {readable(quantity)} is a state, not a value"
            raise ConditionError(relation.at, f"found {relation.shown}", allowed)

    def _limit(self, quantity: Quantity) -> tuple[float, str]:
        number = self.next
        value = self.number()
        units = units_for(quantity.unit)
        if not units:  # counts and states have no unit
            return value, number.text
        allowed = f"a unit of {readable(quantity)}: {', '.join(units)}"
        if self.next.kind is not Kind.WORD or self.word in _NAME_ENDS:
            raise self.error(allowed)
        unit = self.next
        limit = converted(value, unit.text, quantity.unit)
        if limit is None:
            why = "is of another dimension" if dimension_of(unit.text) else "is no unit known here"
            raise ConditionError(unit.at, f"{unit.text[:40]!r} {why}", allowed)
        self.take()
        return limit, f"{number.text} {unit.text}"

    def _per(self, quantity: Quantity) -> timedelta | None:
        counted = quantity.roll_up in _COUNTS
        if self.word != "per":
            if counted:
                raise self.error(
                    f"'per' and a time, such as per h: {readable(quantity)} is counted over time"
                )
            return None
        if not counted:
            allowed = f"no 'per': {readable(quantity)} is a value, not a count"
            raise self.error(allowed)
        self.take()
        if self.next.kind is Kind.NUMBER:
            return self.time()
        return self.checked(self.time_unit(), self.next)

    def _tail(self) -> tuple[timedelta, float | None]:
        hold, within_m = NO_HOLD, None
        while self.word in {"for", "within"}:
            given = self.take()
            if given.text.casefold() == "for":
                if hold:
                    raise ConditionError(given.at, "a second 'for'", "one 'for'")
                hold = self.time()
            else:
                if within_m is not None:
                    raise ConditionError(given.at, "a second 'within'", "one 'within'")
                within_m = self.distance_m()
        return hold, within_m

    @property
    def _name_ends(self) -> bool:
        """Whether a relation follows; "at" and "is" may stand in a title ("It is light")."""
        follows = self.after_next.text.casefold()
        if self.word in {"at", "is"}:
            return follows in {*_AT, *_STATES}
        return self.word in _NAME_ENDS
