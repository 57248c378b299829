"""FaultRules as TOML: read with every fault named by its line's name, and printed with comments."""

import tomllib
from textwrap import wrap

from lighting.errors import RefusedError
from lighting.faults.rules import FaultRules, RuleError, thresholds

_MARK = "lamplighter_fault_rules"
_WIDTH = 76
"""With the mark of a comment before it a line fits any terminal."""


def parse_rules(text: str) -> FaultRules:
    """Return the thresholds of a TOML document; what it leaves out stays as it comes.

    Raises:
        RefusedError: it is no TOML, or not of this kind.
        RuleError: a threshold that is not known, or cannot be.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise RefusedError(f"fault rules are not TOML: {exc}") from exc
    if told.pop(_MARK, None) != 1:
        raise RefusedError(f"fault rules begin with the line `{_MARK} = 1`; this document does not")
    known = [name for name, _ in thresholds()]
    for name, value in told.items():
        if name not in known:
            raise RuleError(name, value, "one of " + ", ".join(known))
    return FaultRules(**told)


def rules_text(rules: FaultRules) -> str:
    """Return the thresholds as TOML, each with its unit, meaning and source."""
    lines = [f"{_MARK} = 1"]
    for name, about in thresholds():
        comment = wrap(f"[{about.unit}] {about.why} Source: {about.source}.", _WIDTH)
        lines += ["", *(f"# {line}" for line in comment), f"{name} = {getattr(rules, name)!r}"]
    return "\n".join(lines) + "\n"
