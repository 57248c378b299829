"""The event log: no layout is known, so every file says that its own is unverified."""

import re
from datetime import date

import pytest

from lighting.settlement.codes import SubMeterId
from lighting.settlement.errors import SettlementFileError, SettlementValueError
from lighting.settlement.event_log import event_log_lines, event_log_name
from lighting.settlement.event_log_template import (
    LogTemplate,
    parse_template,
    shipped_template,
)
from tests.lighting.settlement.street import event

LEEDS = SubMeterId("leeds01")
DAY = date(2026, 12, 1)

NARROW = """
lamplighter_event_log = 1
name = "narrow"
version = 7
[[field]]
field = "unit_ref"
width = 14
align = "right"
fill = "."
[[field]]
field = "ts_utc"
form = "DD/MM/YYYY hh:mm:ss"
width = 20
[[field]]
field = "power_pct"
width = 3
align = "right"
fill = "0"
[[field]]
field = "text"
form = "|"
width = 1
[[field]]
field = "quality"
width = 8
"""


def lines(template: str) -> list[str]:
    events = [event("01 15:50", 100), event("01 20:10", 7)]
    return list(event_log_lines(parse_template(template, "narrow.toml"), LEEDS, events))


def test_a_template_is_data_and_lays_out_fields_by_width() -> None:
    _, first, second = lines(NARROW)
    assert first == "..LCC00000000101/12/2026 15:50:00 100|actual  \n"
    assert second == "..LCC00000000101/12/2026 20:10:00 007|actual  \n"


@pytest.mark.parametrize("template", [shipped_template(), parse_template(NARROW, "n")])
def test_every_file_is_marked_in_its_name_and_first_line(template: LogTemplate) -> None:
    name = event_log_name(template, LEEDS, DAY)
    assert name == f"unverified-layout_{template.name}-v{template.version}_leeds01_2026-12-01.txt"
    first = next(event_log_lines(template, LEEDS, []))
    assert first.startswith(f"# UNVERIFIED LAYOUT: template {template.name} version ")
    assert "no published format" in first


def test_the_shipped_layout_looks_like_no_control_file_and_no_believed_log() -> None:
    """Reference energy.md 1.5: H/T records and a body of reference and HHMMSS are belief only."""
    text = list(event_log_lines(shipped_template(), LEEDS, [event("01 15:50", 100)]))
    assert text[1] == "2026-12-01T15:50:00Z     | LCC000000001 | 100 % | schedule  | actual  \n"
    assert len(text) == 2
    assert not any(re.match(r"[HT]|[0-9A-Za-z]{12}[0-9]{6}", line) for line in text)


def test_nothing_is_cut_to_fit() -> None:
    with pytest.raises(SettlementValueError, match=r"power_pct of LCC000000001.*at most 2"):
        lines(NARROW.replace("width = 3", "width = 2"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lamplighter_event_log = 1", "", "lamplighter_event_log"),
        ('"narrow"', '"Elexon CMS"', "column name"),
        ("version = 7", 'version = "7"', "column version"),
        ("version = 7", "version = 7\nheader = 'H'", "column header: not known"),
        ('"unit_ref"', '"serial"', "line 1, column field: 'serial'"),
        ("width = 14", "width = 0", "line 1, column width: 0"),
        ('align = "right"', 'align = "middle"', "line 1, column align"),
        ('fill = "."', 'fill = ".."', "line 1, column fill"),
        ('form = "|"', 'form = "é"', "line 4, column form"),
        ('"quality"', '"quality"\nform = "x"', "line 5, column form"),
        ('"quality"', '"quality"\nalso = 1', "line 5, column also: not known"),
        ("[[field]]", "[[felt]]", "column field: there is none"),
        ("version", "version =", "TOML"),
    ],
)
def test_a_template_that_cannot_be_names_its_entries(old: str, new: str, told: str) -> None:
    with pytest.raises(SettlementFileError, match=re.escape(told)):
        parse_template(NARROW.replace(old, new), "narrow.toml")
