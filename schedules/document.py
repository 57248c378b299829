"""Document: text in TOML or JSON -> its root table, with what is needed to name the line of errors.

Both syntaxes carry the same schema. Whatever the text is, the outcome is a table or a
``PolicyError``: size and nesting are bounded before the standard library sees the text.
"""

import json
import re
import tomllib
from enum import Enum

from schedules.errors import PolicyError, Problem
from schedules.fields import ROOT, Report, Table, shown
from schedules.lines import Lines, json_lines, toml_lines

DOCUMENT_CHARS_MAX = 262_144
"""A large city's rules take some ten thousand characters; a policy takes two thousand."""
_DOTS_A_LINE_MAX = 100  # tomllib takes minutes over a key of 100,000 dotted parts
_TOO_DEEP = "is nested too deeply"
_DEPTH_ALLOWED = "tables and lists as in the documents of the policy library"


class Syntax(Enum):
    """How a document is written."""

    TOML = "TOML"
    JSON = "JSON"


def syntax_of(text: str) -> Syntax:
    """Tell the syntax by the first character: no TOML document begins with a brace."""
    return Syntax.JSON if text.lstrip().startswith("{") else Syntax.TOML


def _refusal(document: str, message: str, allowed: str, line: int | None = None) -> PolicyError:
    problem = Problem(field=ROOT, message=message, allowed=allowed, line=line)
    return PolicyError(document, (problem,))


def _check_bounds(text: str, document: str, syntax: Syntax) -> None:
    """Refuse text that only costs time."""
    if len(text) > DOCUMENT_CHARS_MAX:
        allowed = f"at most {DOCUMENT_CHARS_MAX} characters"
        raise _refusal(document, f"has {len(text)} characters", allowed)
    if syntax is Syntax.TOML:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.count(".") > _DOTS_A_LINE_MAX:
                raise _refusal(document, _TOO_DEEP, _DEPTH_ALLOWED, number)


def _load(text: str, syntax: Syntax) -> object:
    """Return what the text holds; NaN and infinity are left for their field to refuse."""
    return tomllib.loads(text) if syntax is Syntax.TOML else json.loads(text)


def _error_line(exc: ValueError, text: str) -> int | None:
    """Return the line that a syntax error names, where it names one."""
    if isinstance(exc, json.JSONDecodeError):
        return exc.lineno
    named = re.search(r"at line ([0-9]+)", str(exc))
    if named:
        return int(named[1])
    return text.rstrip().count("\n") + 1 if "end of document" in str(exc) else None


def _check_strings(text: str, document: str) -> None:
    """Refuse half characters, which no file and no database can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        line = text.count("\n", 0, exc.start) + 1
        raise _refusal(document, "is not Unicode text", "UTF-8", line) from exc


def read_document(text: str, *, document: str, syntax: Syntax | None = None) -> Table:
    """Return the root table of ``text``; ``document`` names it in errors (a file, a request).

    Raises:
        PolicyError: the text is too large, nested too deeply, not valid TOML or JSON, gives a key
            twice, or is not a table.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    syntax = syntax or syntax_of(text)
    _check_bounds(text, document, syntax)
    _check_strings(text, document)
    try:
        values = _load(text, syntax)
    except RecursionError as exc:
        raise _refusal(document, _TOO_DEEP, _DEPTH_ALLOWED) from exc
    except ValueError as exc:
        reason = re.sub(r" ?\(?at (line|end) .*|: line .*|;.*", "", str(exc))
        message = f"is not valid {syntax.value}: {reason}"
        allowed = f"{syntax.value} as in the documents of the policy library"
        raise _refusal(document, message, allowed, _error_line(exc, text)) from exc
    if not isinstance(values, dict):
        raise _refusal(document, f"is {shown(values)}", "a table of keys and values", 1)
    lines = toml_lines(text) if syntax is Syntax.TOML else json_lines(text)
    report = Report(document, lines)
    if syntax is Syntax.JSON:
        _report_repeated(report, lines)
    return Table("", values, report)


def _report_repeated(report: Report, lines: Lines) -> None:
    """Report keys given twice: ``json`` keeps the last in silence, ``tomllib`` refuses itself."""
    for path in lines.repeated:
        report.add(path, "is given twice", "each key once")
