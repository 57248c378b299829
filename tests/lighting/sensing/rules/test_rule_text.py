"""Rules in TOML: what is read, what holds by default, and where exactly something is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from firmware_profiles.devices.device import Use
from lighting.sensing.rules.condition import Compare, Comparison, Either, Missing
from lighting.sensing.rules.rule import GAP, UNTIL_HOLD, Near, Severity, Where
from lighting.sensing.rules.rule_text import parse_rules
from schedules.errors import PolicyError

ICE = """
[ice-on-roads]
when = "road surface temperature below 1 °C for 20 min"
until = "above 2 °C for 10 min"
where = { ward = "Headingley", use = "road surface temperature" }
severity = "critical"
tell = ["winter-desk"]
gap = "45 min"
note = "Send the gritters."
"""


def test_a_rule_is_read_whole() -> None:
    (rule,) = parse_rules(ICE, document="winter")
    assert rule.rule_id == "winter/ice-on-roads"
    assert isinstance(rule.when, Compare)
    assert isinstance(rule.until, Compare)
    assert rule.until.quantity == rule.when.quantity
    assert (rule.until.comparison, rule.until.limit) == (Comparison.ABOVE, 2)
    assert rule.where == Where(wards=frozenset({"headingley"}), uses=frozenset({Use.ROAD_SURFACE}))
    assert (rule.severity, rule.tell) == (Severity.CRITICAL, ("winter-desk",))
    assert (rule.gap, rule.note) == (timedelta(minutes=45), "Send the gritters.")


def test_what_is_left_out_has_a_stated_default() -> None:
    (rule,) = parse_rules('[a]\nwhen = "gully above 80 %"', document="d")
    assert rule.until_by_default
    assert isinstance(rule.until, Compare)
    assert (rule.until.comparison, rule.until.hold) == (Comparison.AT_MOST, UNTIL_HOLD)
    assert (rule.gap, rule.severity, rule.where) == (GAP, Severity.WARNING, Where())


def test_the_default_end_of_a_combination_is_the_end_of_one_part() -> None:
    (rule,) = parse_rules('[a]\nwhen = "gully above 80 % and rain missing for 1 h"', document="d")
    assert isinstance(rule.until, Either)
    _, rain = rule.until.parts
    assert isinstance(rain, Missing)
    assert rain.heard


def test_a_place_and_a_distance_are_read() -> None:
    text = '[a]\nwhen = "gully above 80 %"\nwhere = { near = "53.8,-1.5", within = "2 km" }'
    (rule,) = parse_rules(text, document="d")
    assert rule.where.near == Near(latitude_deg=53.8, longitude_deg=-1.5, within_m=2000)


def test_a_text_without_rules_ends_all_of_its_rules() -> None:
    assert parse_rules("# none any more\n", document="d") == []


@pytest.mark.parametrize(
    ("text", "line", "field", "message", "allowed"),
    [
        ("when = 1", 1, "when", "not a table", "[when]"),
        ("[a]", 1, "a.when", "is missing", "a text"),
        ('[a]\nwhen = "wind above 3 °C"', 2, "a.when", "column 22: '°C'", "m/s"),
        (
            '[a]\nwhen = """\nwind above 3 m/s and\n  rain > 3"""',
            4,
            "a.when",
            "column 3",
            "nearest",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s"\nuntil = "bla"',
            3,
            "a.until",
            "column 10: no",
            "quantity",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s"\nuntil = "above 2 m/s"',
            3,
            "a.until",
            "may hold while 'when' does",
            "at most 3 m/s",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s"\nuntil = "below 4 m/s"',
            3,
            "a.until",
            "may hold while 'when' does",
            "at most 3 m/s",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s and gully above 3 %"\nuntil = "below 2 m/s"',
            3,
            "a.until",
            "column 10: found 'below'",
            "the name of a quantity",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s within 1 km"',
            2,
            "a.when",
            "measures nothing at the place itself",
            "without 'within'",
        ),
        ('[A]\nwhen = "wind above 3 m/s"', 1, "A", "no name for a rule", "lower-case"),
        ('[a]\nwhen = "wind above 3 m/s"\nuntill = 1', 3, "a.untill", "did you mean", "until"),
        ('[a]\nwhen = "wind above 3 m/s"\ngap = "1 y"', 3, "a.gap", "found 'y'", "90 min"),
        ('[a]\nwhen = "wind above 3 m/s"\nseverity = "bad"', 3, "a.severity", "bad", "critical"),
        ('[a]\nwhen = "wind above 3 m/s"\ntell = []', 3, "a.tell", "is empty", "one or more"),
        (
            '[a]\nwhen = "wind above 3 m/s"\nwhere = { use = "gulley" }',
            3,
            "a.where.use",
            "gulley",
            "gully level",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s"\nwhere = { near = "53.8,-1.5" }',
            3,
            "a.where.near",
            "stands alone",
            "together",
        ),
        (
            '[a]\nwhen = "wind above 3 m/s"\nwhere = { near = "91,0", within = "1 km" }',
            3,
            "a.where.near",
            "91,0",
            "degrees",
        ),
        ('[a]\nwhen = "wind above\n', 2, "document", "not valid TOML", "TOML"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(
    text: str, line: int, field: str, message: str, allowed: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_rules(text, document="d")
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (line, field)
    assert message in problem.message
    assert allowed in problem.allowed


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_rules('[a]\nwhen = "x"\n[b]\nwhen = 3\n[c]\nuntil = "y"\n', document="d")
    assert [problem.line for problem in caught.value.problems] == [2, 4, 5]


def test_the_rules_of_the_readme_are_rules() -> None:
    readme = (Path(__file__).parents[4] / "lighting/sensing/rules/README.md").read_text()
    text = readme.partition("```toml\n")[2].partition("```")[0]
    assert len(parse_rules(text, document="readme")) == 3
