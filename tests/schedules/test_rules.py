"""Assignment rules: which lantern gets which policy, and how rules documents are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.errors import PolicyError
from schedules.rules import Match, Rule, Rules, assign, unknown_policies
from schedules.rules_text import parse_rules, print_rules, rules_document

CITY = """\
lamplighter_rules = 1

[[rules]]
name = "Crossings are never dimmed"
match = { tags = ["belisha", "continuous"] }
exempt = "Crossing beacons and continuous lamps are not scheduled"

[[rules]]
name = "Headingley side streets"
match = { wards = ["Headingley*"], classes = ["P4", "P5"] }
policy = "residential"
reason = "Consultation of May"

[[rules]]
name = "Otley Road"
match = { roads = ["A660 *", "otley road"] }
policy = "traffic-route"

[[rules]]
name = "Everything else"
policy = "hampshire"
"""


def chosen(
    rules: Rules, *, ward: str = "", road: str = "", lighting_class: str = "", tags: str = ""
) -> str:
    """Return the name of the rule that a lantern gets, or an empty text."""
    rule = assign(
        rules, ward=ward, road=road, lighting_class=lighting_class, tags=frozenset(tags.split())
    )
    return rule.name if rule else ""


def test_the_first_rule_that_matches_wins() -> None:
    rules = parse_rules(CITY, document="city")
    headingley = {"ward": "Headingley & Hyde Park", "lighting_class": "P4"}
    assert chosen(rules, **headingley) == "Headingley side streets"
    assert chosen(rules, **headingley, tags="corner Belisha") == "Crossings are never dimmed"
    assert chosen(rules, **headingley, road="Otley Road") == "Headingley side streets"
    assert chosen(rules, road="OTLEY ROAD") == "Otley Road"
    assert chosen(rules, road="a660 Woodhouse Lane") == "Otley Road"


def test_every_part_that_is_given_must_match() -> None:
    rules = parse_rules(CITY, document="city")
    assert chosen(rules, ward="Headingley & Hyde Park", lighting_class="M3") == "Everything else"
    assert chosen(rules, ward="Chapel Allerton", lighting_class="P4") == "Everything else"


def test_a_lantern_that_no_rule_matches_gets_none() -> None:
    rules = Rules([Rule(name="P", policy="residential", match=Match(classes=("P*",)))])
    assert assign(rules, ward="", road="", lighting_class="M3", tags=()) is None
    assert assign(Rules([]), ward="", road="", lighting_class="M3", tags=()) is None


def test_what_the_inventory_does_not_tell_matches_no_pattern() -> None:
    rules = Rules([Rule(name="any class", policy="residential", match=Match(classes=("*",)))])
    assert chosen(rules, lighting_class="P6") == "any class"
    assert chosen(rules, lighting_class="") == ""


def test_a_pattern_is_the_whole_value_and_not_a_piece_of_it() -> None:
    rules = Rules([Rule(name="p", policy="p", match=Match(roads=("Park", "Hyde?Row", "A[12]")))])
    assert chosen(rules, road="park") == "p"
    assert chosen(rules, road="Park Lane") == ""
    assert chosen(rules, road="Hyde Row") == "p"
    assert chosen(rules, road="a2") == "p"
    assert chosen(rules, road="a3") == ""


def test_exempt_rules_have_a_reason_and_no_policy() -> None:
    first = parse_rules(CITY, document="city").rules[0]
    assert first.exempt
    assert first.policy is None
    assert first.reason == "Crossing beacons and continuous lamps are not scheduled"


def test_policies_that_do_not_exist_are_told_with_their_rule() -> None:
    rules = parse_rules(CITY, document="city")
    unknown = unknown_policies(rules, {"hampshire", "residential"})
    assert [(rule.name, rule.policy) for rule in unknown] == [("Otley Road", "traffic-route")]


def test_json_says_the_same_as_toml() -> None:
    text = '{"lamplighter_rules": 1, "rules": [{"name": "All", "policy": "hampshire"}]}'
    toml = 'lamplighter_rules = 1\n[[rules]]\nname = "All"\npolicy = "hampshire"\n'
    assert parse_rules(text, document="j").rules == parse_rules(toml, document="t").rules


RULE = '[[rules]]\nname = "a"\nmatch = { tags = ["x"] }\npolicy = "p"\n'


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "rules", "is missing"),
        ("lamplighter_rules = 2\n" + RULE, 1, "lamplighter_rules", "2 is not a version"),
        ("rules = []", 1, "rules", "is empty"),
        ("rules = [1]", 1, "rules[0]", "is 1, not a table"),
        (RULE + 'exempt = "why"', 5, "rules[0].exempt", "stands beside policy"),
        (RULE.replace("policy", "polcy"), 4, "rules[0].polcy", "did you mean policy?"),
        (RULE.replace('policy = "p"', ""), 1, "rules[0].policy", "is missing, and so is exempt"),
        (RULE.replace('"p"', '"Not a name"'), 4, "rules[0].policy", "is not a name"),
        (RULE.replace('policy = "p"', 'exempt = ""'), 4, "rules[0].exempt", "is empty"),
        (
            RULE.replace('policy = "p"', 'exempt = "x"\nreason = "y"'),
            5,
            "rules[0].reason",
            "stands beside exempt",
        ),
        (RULE.replace("tags", "tag"), 3, "rules[0].match.tag", "did you mean tags?"),
        (RULE.replace('tags = ["x"]', ""), 3, "rules[0].match", "names no lanterns"),
        (RULE.replace('["x"]', "[]"), 3, "rules[0].match.tags", "is empty"),
        (RULE.replace('["x"]', '"x"'), 3, "rules[0].match.tags", 'is "x", not a list'),
        (RULE.replace('["x"]', '["x", "x"]'), 3, "rules[0].match.tags[1]", "is given twice"),
        (RULE.replace('{ tags = ["x"] }', "3"), 3, "rules[0].match", "is 3, not a table"),
        (RULE + RULE, 6, "rules[1].name", "is already the name of rules[0]"),
        (
            '[[rules]]\nname = "all"\npolicy = "p"\n' + RULE,
            1,
            "rules[0].match",
            "the rules below this one would never apply",
        ),
    ],
)
def test_a_bad_document_is_refused_with_the_place_and_the_cure(
    text: str, line: int, field: str, words: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_rules(text, document="city")
    found = [one for one in caught.value.problems if one.field == field and words in one.message]
    assert [one.line for one in found] == [line], str(caught.value)
    assert found[0].allowed


words = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=8).filter(
    str.strip
)
patterns = st.lists(words, max_size=3, unique=True).map(tuple)
matches = st.builds(Match, wards=patterns, roads=patterns, classes=patterns, tags=patterns)


@st.composite
def rule_lists(draw: st.DrawFn) -> tuple[Rule, ...]:
    names = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    found = []
    for name in names:
        policy = draw(st.sampled_from([None, "hampshire", "part-night-0100-0400"]))
        reason = draw(words) if policy is None else draw(words | st.just(""))
        match = draw(matches if name is names[-1] else matches.filter(lambda m: m != Match()))
        found.append(Rule(name=name, policy=policy, match=match, reason=reason))
    return tuple(found)


@settings(deadline=None)
@given(rule_lists())
def test_rules_survive_being_written_and_read(rules: tuple[Rule, ...]) -> None:
    assert parse_rules(print_rules(Rules(rules)), document="round trip").rules == rules


def test_the_plain_document_has_only_what_the_rules_say() -> None:
    document = rules_document(parse_rules(CITY, document="city"))
    assert document["lamplighter_rules"] == 1
    listed = document["rules"]
    assert isinstance(listed, list)
    assert listed[3] == {"name": "Everything else", "policy": "hampshire"}
    assert listed[0] == {
        "name": "Crossings are never dimmed",
        "match": {"tags": ["belisha", "continuous"]},
        "exempt": "Crossing beacons and continuous lamps are not scheduled",
    }
