"""Read rules from TOML; every error names its line, its column where it has one, and the cure.

[ice-on-roads]
when = "road surface temperature below 1 °C for 20 min"
until = "above 2 °C for 10 min"
where = { ward = "Headingley" }
severity = "warning"
tell = ["winter-desk"]
gap = "90 min"
note = "Send the gritters of the northern depot."
"""

import re
from datetime import timedelta

from lighting.sensing.rules.condition import Clause, Compare, Condition, clauses_of, contrary
from lighting.sensing.rules.grammar import parse_condition
from lighting.sensing.rules.reader import parse_time
from lighting.sensing.rules.rule import GAP, UNTIL_HOLD, Rule, Severity, Where
from lighting.sensing.rules.scanner import ConditionError
from lighting.sensing.rules.where_text import as_text, read_where
from schedules.document import read_document
from schedules.errors import Problem
from schedules.fields import BadValueError, Kind, Table, shown

RULES_MAX = 500
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
NAME_ALLOWED = "lower-case letters, digits and '-', such as ice-on-roads"
_WHERE_ALLOWED = "a table such as { ward = 'Headingley' }"


def is_name(text: str) -> bool:
    """Return whether ``text`` can name rules, a document of them, or a channel."""
    return _NAME.fullmatch(text) is not None


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not is_name(raw):
        raise BadValueError(f"is {shown(raw)}")
    return raw


def _severity(raw: object) -> Severity:
    for severity in Severity:
        if raw == severity.value:
            return severity
    raise BadValueError(f"is {shown(raw)}")


def _gap(raw: object) -> timedelta:
    try:
        return parse_time(as_text(raw))
    except ConditionError as exc:
        raise BadValueError(f"is {shown(raw)}: {exc.found}") from None


TEXT = Kind("a text of up to 2000 characters", as_text)
NAME = Kind(NAME_ALLOWED, _name)
_SEVERITY = Kind(", ".join(Severity), _severity)
_GAP = Kind("a time such as '90 min', up to 7 days", _gap)


def parse_rules(text: str, *, document: str) -> list[Rule]:
    """Return the rules written in ``text``; their ids begin with ``document`` and a slash.

    A text without rules is one too: saved, it ends the rules that were there before.

    Raises:
        PolicyError: not TOML, or not rules; carries every problem with its line.
    """
    root = read_document(text, document=document)
    names = root.keys
    if len(names) > RULES_MAX:
        root.problem(names[RULES_MAX], f"is rule {RULES_MAX + 1}", f"at most {RULES_MAX} rules")
    rules = [_rule(document, name, root, text) for name in names[:RULES_MAX]]
    root.report.raise_problems()
    return [rule for rule in rules if rule is not None]


def _rule(document: str, name: str, root: Table, text: str) -> Rule | None:
    table = root.table(name, allowed=f"a table: [{name[:64]}]")
    if table is None:
        return None
    if not is_name(name):
        root.problem(name, "is no name for a rule", NAME_ALLOWED)
    when = _condition(table, "when", text)
    until = _until(table, when, text)
    severity = table.optional("severity", _SEVERITY, Severity.WARNING)
    tell = table.each("tell", NAME)
    gap = table.optional("gap", _GAP, GAP)
    note = table.optional("note", TEXT, "")
    where = table.table("where", allowed=_WHERE_ALLOWED)
    covered = Where() if where is None else read_where(where)
    table.close()
    if when is None or until is None:
        return None
    return Rule(
        rule_id=f"{document}/{name}",
        when=when,
        until=until,
        until_by_default=not table.has("until"),
        where=covered,
        severity=severity,
        tell=tell,
        gap=gap,
        note=note,
    )


def _condition(
    table: Table, key: str, text: str, *, subject: Clause | None = None
) -> Condition | None:
    written = table.required(key, TEXT, None)
    if written is None:
        return None
    try:
        condition = parse_condition(written, subject=subject)
    except ConditionError as exc:
        line, column = _position(table, key, text, written, exc.at)
        message = f"column {column}: {exc.found}"
        problem = Problem(field=table.at(key), message=message, allowed=exc.allowed, line=line)
        table.report.problems.append(problem)
        return None
    if key == "when" and all(clause.within_m is not None for clause in clauses_of(condition)):
        table.problem(
            key,
            "measures nothing at the place itself",
            "one measurement without 'within': the rule is judged where that is measured",
        )
    return condition


def _position(table: Table, key: str, text: str, written: str, at: int) -> tuple[int, int]:
    """Return line and column (from 1) of a character of a value; of a value with escapes: its own.

    The text was read with Windows' line ends made plain and without a byte order mark.
    """
    line = table.report.lines.of(table.at(key))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    rest = "\n".join(lines[line - 1 :])
    start = rest.find(written)
    if start < 0:  # written with escapes
        return line, rest.find("=") + 1
    before = rest[: start + at]
    return line + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1


def _until(table: Table, when: Condition | None, text: str) -> Condition | None:
    if when is None:
        table.has("until")
        return None
    if not table.has("until"):
        return contrary(when, UNTIL_HOLD)
    clauses = tuple(clauses_of(when))
    subjects = {(clause.quantity.key, clause.within_m) for clause in clauses}
    subject = clauses[0] if len(subjects) == 1 else None
    until = _condition(table, "until", text, subject=subject)
    if isinstance(when, Compare) and isinstance(until, Compare):
        _check_apart(table, when, until)
    return until


def _check_apart(table: Table, when: Compare, until: Compare) -> None:
    """Refuse an end that holds while the beginning does: the alert would come and go."""
    if (when.quantity, when.within_m, when.per) != (until.quantity, until.within_m, until.per):
        return
    beyond = until.limit <= when.limit if when.comparison.upwards else until.limit >= when.limit
    if until.comparison.upwards == when.comparison.upwards or not beyond:
        side = "at most" if when.comparison.upwards else "at least"
        table.problem(
            "until",
            f"'{until.comparison} {until.written}' may hold while 'when' does",
            f"{side} {when.written}, or further away",
        )
