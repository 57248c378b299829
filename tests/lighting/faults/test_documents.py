"""Thresholds as TOML, faults as JSON, CSV and GeoJSON, the words of notes, the ranks."""

import csv
import json
from dataclasses import fields, replace
from io import StringIO

import pytest

from lighting.errors import RefusedError
from lighting.faults.documents import (
    CSV_COLUMNS,
    GEOJSON_END,
    GEOJSON_START,
    csv_header,
    csv_line,
    fault_document,
    geojson_line,
)
from lighting.faults.kinds import FaultKind, Severity, is_sensitive, severity_of
from lighting.faults.ranking import rank_of
from lighting.faults.rules import DEFAULT_RULES, FaultRules, RuleError
from lighting.faults.rules_text import parse_rules, rules_text
from lighting.faults.words import (
    alerted_volts,
    is_by_hand,
    is_lamp_alert,
    tells_lamp_failure,
    tilt_text,
    told_tilt,
)
from tests.lighting.faults.made import after, fault, found

HEAD = "lamplighter_fault_rules = 1\n"
FAULT = fault(7, found("leeds:1"))


def test_every_threshold_is_printed_with_its_meaning_and_reads_back() -> None:
    text = rules_text(DEFAULT_RULES)
    assert parse_rules(text) == DEFAULT_RULES
    for each in fields(FaultRules):
        place = text.index(f"\n{each.name} = ")
        assert text[:place].rsplit("\n", 1)[-1].startswith("# ")


def test_what_a_document_leaves_out_stays_as_it_comes() -> None:
    assert parse_rules(HEAD + "silent_h = 12\n") == replace(DEFAULT_RULES, silent_h=12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "begin with the line"),
        ("lamplighter_fault_rules = 2", "begin with the line"),
        ("a =", "not TOML"),
        (HEAD + "silent_hours = 3", "silent_hours"),
        (HEAD + "silent_h = '3'", "a number"),
        (HEAD + "silent_h = true", "a number"),
        (HEAD + "silent_h = 0", "above 0"),
        (HEAD + "silent_h = nan", "above 0"),
        (HEAD + "power_ratio = 20", "at most 1"),
    ],
)
def test_thresholds_that_cannot_be_are_refused(text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        parse_rules(text)


def test_a_wrong_threshold_names_itself_and_what_is_allowed() -> None:
    with pytest.raises(RuleError) as told:
        FaultRules(tilt_deg=-4)
    assert (told.value.name, told.value.value) == ("tilt_deg", -4)


def test_the_body_of_a_fault_is_json() -> None:
    body = json.loads(json.dumps(fault_document(replace(FAULT, cleared_at=after(3)))))
    assert (body["fault_id"], body["kind"], body["state"]) == (7, "lamp failure", "cleared")
    assert (body["first_seen"], body["cleared_at"]) == (
        "2026-11-22T18:00:00Z",
        "2026-11-22T21:00:00Z",
    )


def test_a_csv_has_a_line_for_each_fault_and_no_formula() -> None:
    wicked = replace(FAULT, place='=HYPERLINK("x")', evidence=("a, b", 'c "d"'))
    rows = list(
        csv.DictReader(StringIO(csv_header() + csv_line(FAULT) + csv_line(wicked), newline=""))
    )
    assert [tuple(row) for row in rows] == [CSV_COLUMNS] * 2
    assert rows[1]["place"] == '\'=HYPERLINK("x")'
    assert rows[1]["evidence"] == 'a, b | c "d"'
    assert (rows[0]["longitude_deg"], rows[0]["cleared_at"]) == ("-1.58", "")


def test_geojson_has_longitude_first_as_rfc_7946_says_and_null_where_there_is_no_place() -> None:
    nowhere = geojson_line(replace(FAULT, latitude_deg=None, longitude_deg=None))
    told = json.loads(f"{GEOJSON_START}{geojson_line(FAULT)},{nowhere}{GEOJSON_END}")
    assert told["type"] == "FeatureCollection"
    one, other = told["features"]
    assert one["geometry"] == {"type": "Point", "coordinates": [-1.58, 53.82]}
    assert one["properties"]["kind"] == "lamp failure"
    assert other["geometry"] is None


def test_the_work_list_goes_by_severity_then_size_then_confidence() -> None:
    dark = found("a", severity=Severity.SAFETY)
    many = replace(found("b"), size=5_000_000, severity=Severity.SAVING)
    few = replace(found("c"), size=2, severity=Severity.SAVING)
    assert sorted([few, many, dark], key=rank_of) == [dark, many, few]


@pytest.mark.parametrize(
    ("lighting_class", "tags", "sensitive"),
    [
        ("P4", {"led"}, False),
        ("P4", {"Crossing"}, True),
        ("C2", set(), True),
        ("m3", set(), True),
        ("M4", set(), False),
        ("", set(), False),
    ],
)
def test_a_dark_place_matters_more_at_crossings_and_on_high_classes(
    lighting_class: str,
    tags: set[str],
    sensitive: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert is_sensitive(lighting_class, tags) is sensitive
    expected = Severity.SAFETY if sensitive else Severity.LIGHT
    assert severity_of(FaultKind.LAMP, sensitive=sensitive) is expected
    assert severity_of(FaultKind.DAY_BURNER, sensitive=sensitive) is Severity.SAVING


def test_a_lamp_fails_by_its_drivers_present_word_not_by_one_of_the_last_day() -> None:
    assert tells_lamp_failure("lamp failure")
    assert tells_lamp_failure("power cycle seen, gear failure")
    assert not tells_lamp_failure("lamp error alert in 24 h, power alert in 24 h")
    assert not tells_lamp_failure("")
    assert is_lamp_alert("metering alert", "conditions ['lamp error'], power_w 0")
    assert not is_lamp_alert("clock", "lamp failure")


def test_a_level_that_a_person_or_sensor_set_is_told_from_the_programs() -> None:
    assert [is_by_hand(reason) for reason in ("manual", "light step 2", "dig active")] == [True] * 3
    assert not is_by_hand("profile 0")


def test_figures_come_out_of_notes() -> None:
    assert alerted_volts("metering alert", "conditions ['under-voltage'], voltage_v 199") == 199
    assert alerted_volts("metering alert", "conditions ['over-current'], voltage_v 199") is None
    assert alerted_volts("boot", "under-voltage, voltage_v 199") is None
    assert told_tilt("tilt", tilt_text(12)) == 12
    assert told_tilt("tilt", "upside down") is None
