"""Rules: which policy a lantern follows, by its ward, road, lighting class and tags.

The first rule that matches wins; a lantern that none matches is the caller's to report. A rule may
exempt lanterns from every schedule instead of giving them a policy.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fnmatch import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which lanterns a rule is for. Every part that is given must match; of a part, any pattern.

    Patterns are whole words or texts, case does not matter; ``*`` stands for anything, ``?`` for
    one character, ``[12]`` for one of those. What an inventory does not tell (an empty text)
    matches no pattern, not even ``*``.
    """

    wards: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The lanterns that ``match`` follow ``policy``; with no policy they are exempt.

    Exempt lanterns, such as crossing beacons, are touched by no schedule; ``reason`` says why.
    """

    name: str
    policy: str | None
    match: Match = field(default_factory=Match)
    reason: str = ""

    @property
    def exempt(self) -> bool:
        """Whether no schedule may touch the lanterns of this rule."""
        return self.policy is None


class _Part:
    """One part of all rules (all wards, say): which rules a value satisfies, as bits by index.

    Each different value is matched against the patterns once; a city has many lanterns but few
    wards, and some thousand roads.
    """

    def __init__(self, patterns_by_rule: Iterable[tuple[str, ...]]) -> None:
        self.unrestricted = 0
        self._rules: list[tuple[int, re.Pattern[str]]] = []
        self._bits: dict[str, int] = {"": 0}
        for index, patterns in enumerate(patterns_by_rule):
            if patterns:
                whole = "|".join(translate(pattern.casefold()) for pattern in patterns)
                self._rules.append((1 << index, re.compile(whole)))
            else:
                self.unrestricted |= 1 << index

    def satisfied_by(self, value: str) -> int:
        """Return the bits of the rules that name a pattern which ``value`` matches."""
        bits = self._bits.get(value)
        if bits is None:
            folded = value.casefold()
            bits = sum(bit for bit, pattern in self._rules if pattern.match(folded))
            self._bits[value] = bits
        return bits


class Rules:
    """An ordered list of rules, made ready for ``assign``."""

    __slots__ = ("classes", "roads", "rules", "tags", "wards")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.wards = _Part(rule.match.wards for rule in self.rules)
        self.roads = _Part(rule.match.roads for rule in self.rules)
        self.classes = _Part(rule.match.classes for rule in self.rules)
        self.tags = _Part(rule.match.tags for rule in self.rules)


def assign(
    rules: Rules, *, ward: str, road: str, lighting_class: str, tags: Iterable[str]
) -> Rule | None:
    """Return the first rule that matches a lantern, or None where none does.

    An attribute that the inventory does not tell is an empty text.
    """
    tagged = rules.tags.unrestricted
    for tag in tags:
        tagged |= rules.tags.satisfied_by(tag)
    matching = (
        tagged
        & (rules.wards.unrestricted | rules.wards.satisfied_by(ward))
        & (rules.roads.unrestricted | rules.roads.satisfied_by(road))
        & (rules.classes.unrestricted | rules.classes.satisfied_by(lighting_class))
    )
    if not matching:
        return None
    lowest_bit = matching & -matching
    return rules.rules[lowest_bit.bit_length() - 1]


def unknown_policies(rules: Rules, known: Collection[str]) -> tuple[Rule, ...]:
    """Return the rules whose policy is not among ``known``, in their order."""
    return tuple(rule for rule in rules.rules if rule.policy and rule.policy not in known)
