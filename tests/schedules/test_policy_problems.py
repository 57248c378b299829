"""Bad policy documents: one fault each -> exactly one problem, at its line and field, in words."""

import json

import pytest

from schedules.document import Syntax
from schedules.errors import PolicyError, Problem
from schedules.policy_text import NIGHTS_MAX, STEPS_MAX, parse_policy

GOOD = """\
lamplighter_policy = 1
name = "good"
title = "Good"

[switching]
on = "sunset"
off = "sunrise"

[floor]
level = 20
class = "P4"
reason = "RA-12"

[[nights]]
when = { weekdays = ["fri"] }
steps = [
    { at = "on", level = 100 },
    { at = "23:00", level = 50 },
]

[[nights]]
steps = [{ at = "on", level = 100 }]
"""
WHEN = "nights[0].when"
STEP = "nights[0].steps[1]"


def problems_of(text: str, syntax: Syntax | None = None) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, document="test", syntax=syntax)
    assert caught.value.document == "test"
    assert all(problem.message and problem.allowed for problem in caught.value.problems)
    return caught.value.problems


# (what is replaced, by what, line, field, words of the message)
FAULTS = [
    ("lamplighter_policy = 1", "", 1, "lamplighter_policy", "is missing"),
    ("policy = 1", "policy = 2", 1, "lamplighter_policy", "2 is not a version"),
    ("policy = 1", "policy = true", 1, "lamplighter_policy", "true is not a version"),
    ('name = "good"', "", 1, "name", "is missing"),
    ('"good"', '"Good Policy"', 2, "name", '"Good Policy" is not a name'),
    ('"good"', f'"{"a" * 65}"', 2, "name", "is not a name"),
    ('"good"', "2026-12-25", 2, "name", "is 2026-12-25 without quotes, not a text"),
    ('"Good"', '"  "', 3, "title", "is empty"),
    ('"Good"', '"a\\nb"', 3, "title", "line break"),
    ('"Good"', '"""a\nb"""', 3, "title", "line break"),
    ('"Good"', f'"{"a" * 1001}"', 3, "title", "has 1001 characters"),
    ('"Good"', "12", 3, "title", "is 12, not a text in quotes"),
    ('"Good"', '"Good"\nsource = ""', 4, "source", "is empty"),
    ('"Good"', '"Good"\nnotes = "one"', 4, "notes", 'is "one", not a list'),
    ('"Good"', '"Good"\nnotes = ["one", 2]', 4, "notes[1]", "is 2, not a text"),
    ('"Good"', '"Good"\nfade_s = "16"', 4, "fade_s", 'is "16", not a number'),
    ('"Good"', '"Good"\nfade_s = true', 4, "fade_s", "is true, not a number"),
    ('"Good"', '"Good"\nfade_s = 90.52', 4, "fade_s", "90.52 is out of range"),
    ('"Good"', '"Good"\nfade_s = -1', 4, "fade_s", "-1 is out of range"),
    ('"Good"', '"Good"\nfade_s = nan', 4, "fade_s", "NaN is out of range"),
    ('"Good"', '"Good"\nfade_s = 1e999', 4, "fade_s", "Infinity is out of range"),
    ('"Good"', f'"Good"\nfade_s = 0x{"f" * 9000}', 4, "fade_s", "a number beyond any use"),
    ('"Good"', '"Good"\ntolerance_min = 0.4', 4, "tolerance_min", "0.4 is out of range"),
    ('"Good"', '"Good"\ntolerance = 5', 4, "tolerance", "did you mean tolerance_min?"),
    ('[switching]\non = "sunset"\noff = "sunrise"', "", 1, "switching", "is missing"),
    ('[switching]\non = "sunset"', '[switching]\non = "18:00"', 6, "switching.on", "not a moment"),
    ('on = "sunset"', 'on = "sunrise"', 6, "switching.on", "not a moment of the sun in the even"),
    ('off = "sunrise"', 'off = "sun -4 evening"', 7, "switching.off", "sun in the morning"),
    ('off = "sunrise"', "", 5, "switching.off", "is missing"),
    ('on = "sunset"', 'on = "sunset"\nlux = "35/18"', 7, "switching.lux", "beside on or off"),
    ('on = "sunset"', 'on = "sunset + 200 min"', 6, "switching.on", "200 minutes is too long"),
    ('on = "sunset"', 'on = "sunset + 5.5 min"', 6, "switching.on", "is not a moment of a night"),
    ('on = "sunset"', 'on = "sun -18.5 evening"', 6, "switching.on", "-18.5 degrees is out of"),
    ('on = "sunset"', 'on = "sun 11 evening"', 6, "switching.on", "11 degrees is out of range"),
    ('on = "sunset"', 'on = "40 lux evening"', 6, "switching.on", "no elevation of the sun is st"),
    ("level = 20", "level = 20.0", 10, "floor.level", "20.0 is not a level"),
    ('class = "P4"\n', "", 9, "floor.class", "is missing"),
    ('reason = "RA-12"\n', "", 9, "floor.reason", "is missing"),
    ("level = 50", "level = 10", 18, f"{STEP}.level", "below the floor of 20 % for class P4 (RA-"),
    ("level = 50", "level = 1", 18, f"{STEP}.level", "below 2 % a node keeps its relay off"),
    ("level = 50", "level = 101", 18, f"{STEP}.level", "101 is not a level"),
    ("level = 50", "level = -5", 18, f"{STEP}.level", "-5 is not a level"),
    ("level = 50", "level = true", 18, f"{STEP}.level", "true is not a level"),
    (", level = 50", "", 18, f"{STEP}.level", "is missing"),
    ("level = 50", "level = 50, fade = 3", 18, f"{STEP}.fade", "is not a known key"),
    ('"23:00"', '"24:00"', 18, f"{STEP}.at", '"24:00" is not a moment of a night'),
    ('"23:00"', "23:00:00", 18, f"{STEP}.at", "is 23:00:00 without quotes, not a text"),
    ('"23:00"', '"midnight"', 18, f"{STEP}.at", '"midnight" is not a moment of a night'),
    ('"23:00"', '"on"', 18, f"{STEP}.at", '"on" is the same moment as "on"'),
    ('"23:00"', '"sunset"', 18, f"{STEP}.at", '"sunset" is the same moment as "on"'),
    ('"23:00"', '"sunset - 5 min"', 18, f"{STEP}.at", 'min" is before "on", which stands above'),
    ('"23:00"', '"sunrise + 5 min"', 18, f"{STEP}.at", 'is never before switch-off at "sunrise"'),
    ('"on", level = 100 },\n', '"22:00", level = 100 },\n', 17, "nights[0].steps[0].at", "22:00"),
    ("level = 50 },", 'level = 50 }, { at = "22:59", level = 60 },', 18, "nights[0].steps[2].at",
     '"22:59" is before "23:00"'),
    ("level = 50 },", 'level = 50 },\n{ at = "23:00", level = 60 },', 19, "nights[0].steps[2].at",
     '"23:00" is the same moment as "23:00"'),
    ('{ at = "23:00", level = 50 }', '"23:00"', 18, STEP, 'is "23:00", not a table'),
    ('steps = [{ at = "on", level = 100 }]', "", 21, "nights[1].steps", "is missing"),
    ('steps = [{ at = "on", level = 100 }]', "steps = []", 22, "nights[1].steps", "is empty"),
    ('[[nights]]\nsteps = [{ at = "on", level = 100 }]\n', "", 15, WHEN, "some nights would have"),
    ('when = { weekdays = ["fri"] }', "", 14, WHEN, "the blocks below this one would never apply"),
    ('when = { weekdays = ["fri"] }', "when = {}", 15, WHEN, "names no nights"),
    ('when = { weekdays = ["fri"] }', 'when = "fri"', 15, WHEN, 'is "fri", not a table'),
    ("weekdays", "days", 15, f"{WHEN}.days", "is not a known key"),
    ('["fri"]', "[]", 15, f"{WHEN}.weekdays", "is empty"),
    ('["fri"]', '["friday"]', 15, f"{WHEN}.weekdays[0]", '"friday" is not a weekday'),
    ('["fri"]', '["fri", "fri"]', 15, f"{WHEN}.weekdays[1]", '"fri" is given twice'),
    ('weekdays = ["fri"]', "dates = [2026-12-25]", 15, f"{WHEN}.dates[0]", "without quotes"),
    ('weekdays = ["fri"]', 'dates = ["25/12/2026"]', 15, f"{WHEN}.dates[0]", "is not a date"),
    ('weekdays = ["fri"]', 'dates = ["2026-02-29"]', 15, f"{WHEN}.dates[0]", "is no day of the"),
    ('weekdays = ["fri"]', 'dates = ["2026-12-24..01-02"]', 15, f"{WHEN}.dates[0]", "a year at on"),
    ('weekdays = ["fri"]', 'dates = ["2027-01-02..2026-12-24"]', 15, f"{WHEN}.dates[0]", "ends b"),
    ('weekdays = ["fri"]', 'nth_weekdays = ["sixth mon"]', 15, f"{WHEN}.nth_weekdays[0]",
     '"sixth mon" is not an nth weekday'),
    ('weekdays = ["fri"]', 'bank_holidays = ["britain"]', 15, f"{WHEN}.bank_holidays[0]",
     '"britain" is not a nation of the United Kingdom'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "field", "words"), FAULTS)
def test_one_fault_is_one_problem_at_its_place(
    old: str, new: str, line: int, field: str, words: str
) -> None:
    assert GOOD.count(old) >= 1
    found = problems_of(GOOD.replace(old, new, 1))
    assert [(problem.line, problem.field) for problem in found] == [(line, field)]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name =", 1, "is not valid TOML: Invalid value"),
        ("a = 1\nb = 2\na = 3\n", 3, "is not valid TOML: Cannot overwrite a value"),
        ("a = 1\n[x]\n[x]\n", 3, "is not valid TOML: Cannot declare"),
        ("a = 2026-02-30", 1, "is not valid TOML: Invalid date"),
        ("a = \x00", 1, "is not valid TOML: Invalid value"),
        ("x = 1\nname = '\ud800'", 2, "is not Unicode text"),
        ("a = " + "9" * 5000, None, "is not valid TOML: Exceeds the limit (4300 digits)"),
        ("a = " + "[" * 5000, None, "is nested too deeply"),
        ("x = 1\n" + "a." * 5000 + "a = 1", 2, "is nested too deeply"),
        ('{"name": }', 1, "is not valid JSON: Expecting value"),
        ('{"a":\n' + "[" * 100_000, None, "is nested too deeply"),
    ],
)
def test_text_that_is_no_document_is_refused_as_a_whole(
    text: str, line: int | None, words: str
) -> None:
    (problem,) = problems_of(text)
    assert (problem.line, problem.field) == (line, "document")
    assert words in problem.message


def test_json_that_is_no_table_is_refused() -> None:
    (problem,) = problems_of("[1]", Syntax.JSON)
    assert problem.message == "is a list"


def test_json_faults_have_their_line_too() -> None:
    text = '{\n "lamplighter_policy": 1,\n "fade_s": NaN,\n "title": null,\n "fade_s": 3}'
    found = {(one.line, one.field, one.message) for one in problems_of(text)}
    assert (4, "title", "is null, not a text in quotes") in found
    assert (3, "fade_s", "is given twice") in found


def test_half_characters_hidden_in_json_escapes_are_refused_in_printable_words() -> None:
    found = problems_of(json.dumps({"title": "\ud800", "\udfff": 1}))
    assert "line break or another control character" in str(found)
    assert "\\udfff" in str([problem.field for problem in found])
    assert str(PolicyError("test", found)).encode()


def test_lists_beyond_any_use_are_refused() -> None:
    nights = GOOD + '[[nights]]\nsteps = [{ at = "on", level = 100 }]\n' * NIGHTS_MAX
    assert any(one.message == "has 66 entries" for one in problems_of(nights))
    many = ", ".join(['{ at = "on", level = 100 }'] * (STEPS_MAX + 1))
    steps = GOOD.replace('[{ at = "on", level = 100 }]', f"[{many}]")
    assert any(one.message == "has 49 entries" for one in problems_of(steps))


def test_tables_written_out_under_headers_have_the_same_places() -> None:
    text = GOOD.replace(
        'when = { weekdays = ["fri"] }\nsteps = [\n    { at = "on", level = 100 },\n'
        '    { at = "23:00", level = 50 },\n]\n',
        '[[nights.steps]]\nat = "on"\nlevel = 100\n[[nights.steps]]\nat = "23:00"\nlevel = 5\n'
        '[nights.when]\nweekdays = ["fry"] # "fri"\n',
    )
    found = [(problem.line, problem.field) for problem in problems_of(text)]
    assert found == [(20, f"{STEP}.level"), (22, f"{WHEN}.weekdays[0]")]


def test_quotes_comments_and_brackets_in_texts_do_not_shift_the_lines() -> None:
    text = GOOD.replace('"Good"', "'''[[x]] # \"\n'''\nsource = \"# \\\" = [\" # it's a = [1,\n")
    found = [(problem.line, problem.field) for problem in problems_of(text)]
    assert found == [(3, "title")]
    swapped = text.replace("level = 50", "level = 500")
    assert [problem.line for problem in problems_of(swapped)] == [3, 21]
