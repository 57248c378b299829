"""Policy documents: what is read, how refusals are worded, and that nothing is lost on the way."""

import json
from dataclasses import replace
from datetime import date, time
from math import log

import pytest

from schedules.document import DOCUMENT_CHARS_MAX, Syntax
from schedules.errors import PolicyError, Problem
from schedules.level import Level
from schedules.lux import ELEVATION_DEG_BY_LUX
from schedules.policy import (
    ClockAnchor,
    Condition,
    DateRange,
    ElevationAnchor,
    Floor,
    Nation,
    NthWeekday,
    Plan,
    Policy,
    Side,
    Step,
    SunAnchor,
    SunEvent,
    SwitchOn,
)
from schedules.policy_text import parse_policy, policy_document, print_policy

FULL_TOML = """\
lamplighter_policy = 1
name = "example"
title = "Everything a policy can say"
source = "Risk assessment RA-12"
notes = ["Agreed in May"]
fade_s = 22.63
tolerance_min = 15

[switching]
on = "civil dusk - 10 min"
off = "sun -4.5 morning + 5 min"

[floor]
level = 40
class = "P4"
reason = "Residential road"

[[nights]]
name = "Fridays, Christmas and bank holidays"
when = { weekdays = ["fri"], dates = ["2026-12-31", "2026-12-24..2027-01-02", "12-24..01-02"], \
nth_weekdays = ["first thu of jun", "last sun"], bank_holidays = ["england", "northern ireland"] }
steps = [
    { at = "on", level = 100 },
    { at = "23:30", level = 75 },
    { at = "35 lux morning - 30 min", level = 90 },
]

[[nights]]
steps = [{ at = "on", level = 80 }, { at = "sunset + 120 min", level = 40 }]
"""


def read(text: str) -> Policy:
    return parse_policy(text, document="test")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        read(text)
    return caught.value.problems


def test_every_part_of_a_document_is_read() -> None:
    lux_note = read(FULL_TOML).notes[-1]
    assert read(FULL_TOML) == Policy(
        name="example",
        title="Everything a policy can say",
        source="Risk assessment RA-12",
        notes=("Agreed in May", lux_note),
        fade_s=22.63,
        tolerance_min=15.0,
        switch_on=SunAnchor(event=SunEvent.CIVIL_DUSK, offset_min=-10),
        switch_off=ElevationAnchor(elevation_deg=-4.5, side=Side.MORNING, offset_min=5),
        floor=Floor(level=Level(40), lighting_class="P4", reason="Residential road"),
        plans=(
            Plan(
                name="Fridays, Christmas and bank holidays",
                when=Condition(
                    weekdays=frozenset({5}),
                    dates=(
                        DateRange(first=date(2026, 12, 31), last=date(2026, 12, 31)),
                        DateRange(first=date(2026, 12, 24), last=date(2027, 1, 2)),
                        DateRange(first=date(2000, 12, 24), last=date(2000, 1, 2), yearly=True),
                    ),
                    nth_weekdays=(
                        NthWeekday(nth=1, weekday=4, month=6),
                        NthWeekday(nth=-1, weekday=7),
                    ),
                    bank_holidays=frozenset({Nation.ENGLAND, Nation.NORTHERN_IRELAND}),
                ),
                steps=(
                    Step(at=SwitchOn(), level=Level(100)),
                    Step(at=ClockAnchor(at=time(23, 30)), level=Level(75)),
                    Step(
                        at=ElevationAnchor(
                            elevation_deg=-3.4, side=Side.MORNING, offset_min=-30, lux=35
                        ),
                        level=Level(90),
                    ),
                ),
            ),
            Plan(
                steps=(
                    Step(at=SwitchOn(), level=Level(80)),
                    Step(at=SunAnchor(event=SunEvent.SUNSET, offset_min=120), level=Level(40)),
                ),
            ),
        ),
    )


def test_json_has_the_same_schema() -> None:
    policy = read(FULL_TOML)
    text = json.dumps(policy_document(policy), indent=1)
    assert parse_policy(text, document="test", syntax=Syntax.JSON) == policy
    assert read(text) == policy  # told by its first character


def test_what_is_printed_reads_back_to_the_same_policy() -> None:
    policy = read(FULL_TOML)
    assert read(print_policy(policy)) == policy
    assert "15\n" in print_policy(policy)  # not 15.0


SMALL = """\
lamplighter_policy = 1
name = "small"
title = "Small"
[switching]
lux = "35/18"
[[nights]]
steps = [{ at = "on", level = 100 }]
"""


@pytest.mark.parametrize(
    ("pair", "on_deg", "off_deg"),
    # energy.md section 4.4 (general knowledge, unverified): 70 lx -2.7, 35 lx -3.4, 18 lx -4.2.
    [("35/18", -3.4, -4.2), ("70/35", -2.7, -3.4), ("55/28", -2.94, -3.67)],
)
def test_a_lux_pair_is_the_suns_elevation_on_each_side(
    pair: str, on_deg: float, off_deg: float
) -> None:
    policy = read(SMALL.replace("35/18", pair))
    on_lux, off_lux = (int(lux) for lux in pair.split("/"))
    assert policy.switch_on == ElevationAnchor(elevation_deg=on_deg, side=Side.EVENING, lux=on_lux)
    assert policy.switch_off == ElevationAnchor(
        elevation_deg=off_deg, side=Side.MORNING, lux=off_lux
    )
    assert f'lux = "{pair}"' in print_policy(policy)


@pytest.mark.parametrize(("lux", "brighter", "darker"), [(55, 70, 35), (28, 35, 18)])
def test_elevations_between_are_interpolated_in_the_logarithm_of_lux(
    lux: int, brighter: int, darker: int
) -> None:
    table = ELEVATION_DEG_BY_LUX
    share = log(brighter / lux) / log(brighter / darker)
    expected = table[brighter] + share * (table[darker] - table[brighter])
    assert table[lux] == pytest.approx(expected, abs=0.005)


def test_a_policy_that_switches_by_lux_says_how_far_to_trust_it() -> None:
    policy = read(SMALL)
    assert [note.split(":")[0] for note in policy.notes] == ["Unverified"]
    assert "35 lx at -3.4°, 18 lx at -4.2°" in policy.notes[0]
    assert "notes" not in policy_document(policy)  # reading adds it again, once
    noted = SMALL.replace("[switching]", f"notes = [{json.dumps(policy.notes[0])}]\n[switching]")
    assert read(noted) == policy


def test_trimming_is_an_offset_on_a_lux_moment() -> None:
    text = SMALL.replace(
        'lux = "35/18"', 'on = "35 lux evening + 5 min"\noff = "18 lux morning - 5 min"'
    )
    policy = read(text)
    assert policy.switch_on == replace(read(SMALL).switch_on, offset_min=5)
    assert policy.switch_off == replace(read(SMALL).switch_off, offset_min=-5)
    assert read(print_policy(policy)) == policy


@pytest.mark.parametrize(
    "text", ["sunset+10min", "Sunset +10 min", "SUNSET  + 10  min", "sunset + 10 min"]
)
def test_case_and_spaces_do_not_matter_in_an_anchor(text: str) -> None:
    on_off = f'on = "{text}"\noff = "sunrise"'
    policy = read(SMALL.replace('lux = "35/18"', on_off))
    assert policy.switch_on == SunAnchor(event=SunEvent.SUNSET, offset_min=10)


@pytest.mark.parametrize(
    "steps",
    [
        ["on", "12:00", "23:59", "00:00", "11:59"],
        ["on", "sunset + 60 min", "23:00", "sunrise - 60 min"],
        ["on", "23:00", "sunset + 120 min"],  # which comes first depends on the night
        ["on", "civil dusk", "sunset + 60 min"],  # so it does here: how long is twilight?
        ["on", "sunrise - 120 min", "sunset + 60 min"],  # and here, on a short night
        ["on", "sun -4 evening", "sun -18 evening", "sun -18 morning", "sun -6 morning"],
    ],
)
def test_steps_in_the_order_of_some_night_are_accepted(steps: list[str]) -> None:
    given = ", ".join(f'{{ at = "{at}", level = 50 }}' for at in steps)
    policy = read(SMALL.replace('{ at = "on", level = 100 }', given))
    assert len(policy.plans[0].steps) == len(steps)


def test_a_windows_file_and_a_byte_order_mark_are_no_problem() -> None:
    assert read("\ufeff" + SMALL.replace("\n", "\r\n")) == read(SMALL)


def test_every_problem_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        SMALL.replace("small", "Small!")
        .replace("title", "titel")
        .replace("35/18", "35/19")
        .replace("100", "101")
    )
    assert [(one.line, one.field) for one in problems_of(text)] == [
        (1, "title"),
        (2, "name"),
        (3, "titel"),
        (5, "switching.lux"),
        (7, "nights[0].steps[0].level"),
    ]


def test_the_text_of_an_error_names_document_line_field_fault_and_cure() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(SMALL.replace("100", "1"), document="wards/west.toml")
    assert str(caught.value) == (
        "wards/west.toml: line 7: nights[0].steps[0].level: 1 is not a level: below 2 % a node "
        "keeps its relay off. Allowed: whole percent: 0 (off), or 2 to 100 (full)"
    )


def test_a_misread_switching_table_accuses_no_step() -> None:
    text = SMALL.replace('lux = "35/18"', 'on = "23:00"').replace(
        "level = 100 }", 'level = 100 }, { at = "sunset", level = 50 }'
    )
    assert [one.field for one in problems_of(text)] == ["switching.off", "switching.on"]


def test_the_floor_is_named_with_its_class_and_reason() -> None:
    (problem,) = problems_of(FULL_TOML.replace("level = 75", "level = 30"))
    assert problem == Problem(
        line=23,
        field="nights[0].steps[1].level",
        message="30 % is below the floor of 40 % for class P4 (Residential road)",
        allowed="40 to 100 %",
    )


def test_more_problems_than_anyone_reads_are_counted() -> None:
    found = problems_of("\n".join(f"key{number} = 1" for number in range(500)))
    assert len(found) == 101
    assert found[-1].message == "has 405 more problems"  # five required keys are missing too


def test_the_largest_accepted_text_is_stated_when_exceeded() -> None:
    (problem,) = problems_of("# " + "x" * 1_000_000)
    assert problem.message == "has 1000002 characters"
    assert problem.allowed == f"at most {DOCUMENT_CHARS_MAX} characters"
