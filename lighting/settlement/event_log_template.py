"""LogTemplate: how lines of an event log are laid out, as data: fields, widths, formats, a version.

The layout of the event log that a CMS gives to a meter administrator is not known here (reference
energy.md 1.5: a gap). So a layout is something that people bring as TOML when they have it, and
nothing that is written by one claims to be right: see ``event_log``.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.resources import files
from typing import Any

from lighting.settlement.errors import FileFault, SettlementFileError
from lighting.settlement.events import SwitchingEvent, utc_text
from lighting.settlement.tables import Faults

FORMAT = 1
WIDTH_MAX = 200

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TIME_PARTS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S"}
_TIME = re.compile("|".join(_TIME_PARTS))


class Align(Enum):
    """Where a short text stands in its field."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogField:
    """One field of a line: what it says, in which form, and how wide it is."""

    field: str
    width: int
    form: str = ""
    align: Align = Align.LEFT
    fill: str = " "

    def text(self, event: SwitchingEvent) -> str:
        """Return what the field says of an event, before it is filled to its width."""
        return _TEXTS[self.field](event, self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTemplate:
    """A layout by name and version; nobody has checked it against what an administrator reads."""

    name: str
    version: int
    fields: tuple[LogField, ...]


def _time_text(at: datetime, form: str) -> str:
    if not form:
        return utc_text(at)
    return _TIME.sub(lambda part: at.strftime(_TIME_PARTS[part[0]]), form)


_TEXTS: dict[str, Callable[[SwitchingEvent, str], str]] = {
    "unit_ref": lambda event, _: event.unit_ref,
    "ts_utc": lambda event, form: _time_text(event.at, form),
    "power_pct": lambda event, _: str(event.power_pct),
    "source": lambda event, _: event.source.value,
    "quality": lambda event, _: event.quality.value,
    "text": lambda _, form: form,
}
_KEYS = ("field", "width", "form", "align", "fill")


def shipped_template() -> LogTemplate:
    """Return the template that comes along: our own, for people to read, and nobody's standard."""
    text = files("lighting.settlement").joinpath("plain_event_log.toml").read_text("utf-8")
    return parse_template(text, "plain_event_log.toml")


def parse_template(text: str, document: str) -> LogTemplate:
    """Read a template from TOML: ``lamplighter_event_log = 1``, name, version, and ``[[field]]``.

    Raises:
        SettlementFileError: anything wrong, by entry (``line`` counts the fields, 0 is the head).
    """
    faults = Faults(f"event log template {document!r}")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        fault = FileFault(line=0, column="(the text)", problem=str(exc), allowed="TOML")
        raise SettlementFileError(faults.what, [fault]) from None
    _check_head(data, faults)
    rows = data.get("field")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.add(0, "field", "there is none", "one or more [[field]]")
        rows = []
    for place, row in enumerate(rows, 1):
        _check_field(place, row, faults)
    faults.check()
    fields = tuple(_field(row) for row in rows)
    return LogTemplate(name=data["name"], version=data["version"], fields=fields)


def _check_head(data: Mapping[str, Any], faults: Faults) -> None:
    for key in data.keys() - {"lamplighter_event_log", "name", "version", "field"}:
        faults.add(0, key, "not known", "lamplighter_event_log, name, version, [[field]]")
    if data.get("lamplighter_event_log") != FORMAT:
        faults.add(0, "lamplighter_event_log", "missing or another", str(FORMAT))
    if not _NAME.fullmatch(str(data.get("name", ""))):
        allowed = "1 to 40 lower-case letters, digits and hyphens"
        faults.add(0, "name", repr(data.get("name")), allowed)
    if not _is_whole(data.get("version"), 1, 999):
        faults.add(0, "version", repr(data.get("version")), "a whole number from 1 to 999")


def _check_field(place: int, row: Mapping[str, Any], faults: Faults) -> None:
    for key in row.keys() - set(_KEYS):
        faults.add(place, key, "not known", ", ".join(_KEYS))
    if row.get("field") not in _TEXTS:
        faults.add(place, "field", repr(row.get("field")), ", ".join(_TEXTS))
    if not _is_whole(row.get("width"), 1, WIDTH_MAX):
        faults.add(place, "width", repr(row.get("width")), f"1 to {WIDTH_MAX} characters")
    if row.get("align", "left") not in {align.value for align in Align}:
        faults.add(place, "align", repr(row["align"]), "left or right")
    fill = row.get("fill", " ")
    if not (isinstance(fill, str) and len(fill) == 1 and _is_plain(fill)):
        faults.add(place, "fill", repr(fill), "one printable ASCII character")
    form = row.get("form", "")
    if not (isinstance(form, str) and _is_plain(form)):
        faults.add(place, "form", repr(form), "printable ASCII")
    elif form and row.get("field") not in {"ts_utc", "text"}:
        faults.add(place, "form", repr(form), "none here: only ts_utc and text have forms")


def _field(row: Mapping[str, Any]) -> LogField:
    return LogField(**dict(row) | {"align": Align(row.get("align", "left"))})


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
