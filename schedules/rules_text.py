"""Rules text: assignment rules as TOML or JSON, both ways, with errors like those of policies."""

from typing import Final

from schedules.document import Syntax, read_document
from schedules.fields import Table
from schedules.rules import Match, Rule, Rules
from schedules.toml_text import toml_text
from schedules.values import LINE, NAME, version

VERSION: Final = 1
RULES_MAX: Final = 500

_VERSION = version(VERSION)
_PARTS = ("wards", "roads", "classes", "tags")
_MATCH = "a table with one or more of " + ", ".join(_PARTS)
_RULES = "[[rules]] tables, each with a name, a match, and either policy or exempt"
_OUTCOME = 'either policy = "a-policy-name" or exempt = "why no schedule may touch them"'


def _read_match(rule: Table, *, is_last: bool) -> Match:
    """Return whom a rule is for: every lantern, where the last rule has no ``match``."""
    if not rule.has("match") and not is_last:
        message = "is missing, so the rules below this one would never apply"
        rule.wrong("match", message, _MATCH + "; only the last rule may leave it out")
    table = rule.table("match", allowed=_MATCH)
    if table is None:
        return Match()
    if table.empty:
        table.report.add(table.path, "names no lanterns", _MATCH)
    wards, roads, classes, tags = (table.each(part, LINE) for part in _PARTS)
    table.close()
    return Match(wards=wards, roads=roads, classes=classes, tags=tags)


def _read_rule(table: Table, *, is_last: bool) -> Rule:
    name = table.required("name", LINE, "")
    match = _read_match(table, is_last=is_last)
    policy = table.optional("policy", NAME, None)
    exempt = table.optional("exempt", LINE, "")
    reason = table.optional("reason", LINE, "")
    outcomes = [key for key in ("policy", "exempt") if table.has(key)]
    if not outcomes:
        table.wrong("policy", "is missing, and so is exempt", _OUTCOME)
    elif len(outcomes) > 1:
        table.wrong("exempt", "stands beside policy", _OUTCOME)
    elif exempt and reason:
        table.wrong("reason", "stands beside exempt, which is the reason", "exempt alone")
    table.close()
    return Rule(name=name, match=match, policy=policy, reason=reason or exempt)


def _check_names(tables: list[Table], rules: list[Rule]) -> None:
    """Report names that two rules share: nobody could tell which of them assigned a lantern."""
    owners: dict[str, str] = {}
    for table, rule in zip(tables, rules, strict=True):
        owner = owners.setdefault(rule.name, table.path)
        if owner != table.path and rule.name:
            table.wrong("name", f'"{rule.name}" is already the name of {owner}', "its own name")


def parse_rules(text: str, *, document: str, syntax: Syntax | None = None) -> Rules:
    """Return the rules that ``text`` states; ``document`` names the text in errors.

    ``syntax`` None tells TOML from JSON by the first character. Whether the policies exist is for
    ``unknown_policies`` to tell.

    Raises:
        PolicyError: everything that is wrong with the document, each problem with its line.
    """
    root = read_document(text, document=document, syntax=syntax)
    root.required("lamplighter_rules", _VERSION, VERSION)
    tables = root.tables("rules", most=RULES_MAX, allowed=_RULES)
    rules = [_read_rule(table, is_last=table is tables[-1]) for table in tables]
    _check_names(tables, rules)
    root.close()
    root.report.raise_problems()
    return Rules(rules)


def _match_document(match: Match) -> dict[str, object]:
    return {part: list(getattr(match, part)) for part in _PARTS if getattr(match, part)}


def _rule_document(rule: Rule) -> dict[str, object]:
    match = _match_document(rule.match)
    reason = {"reason": rule.reason} if rule.reason else {}
    outcome = {"exempt": rule.reason} if rule.policy is None else {"policy": rule.policy, **reason}
    return {"name": rule.name, **({"match": match} if match else {}), **outcome}


def rules_document(rules: Rules) -> dict[str, object]:
    """Return rules as the tables, lists and texts of their document, ready for JSON."""
    return {
        "lamplighter_rules": VERSION,
        "rules": [_rule_document(rule) for rule in rules.rules],
    }


def print_rules(rules: Rules) -> str:
    """Return rules as TOML text; ``parse_rules`` reads it back to equal rules."""
    return toml_text(rules_document(rules))
