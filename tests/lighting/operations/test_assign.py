"""Rules give every lantern its policy; the first that matches wins, and no match is reported."""

import pytest

from lighting.inventory.store import Assigned, LanternFilter
from lighting.operations import assign as assigning
from lighting.operations.assign import AssignReport, assign_lanterns
from lighting.operations.policies import save_policy
from schedules.rules import Rules
from schedules.rules_text import parse_rules
from tests.lighting.operations.town import (
    ALL_NIGHT,
    DIM_LATE,
    MORNING,
    Town,
    lantern,
    lantern_id,
)

RULES = """\
lamplighter_rules = 1
[[rules]]
name = "beacons"
match = { wards = ["Harbour"] }
exempt = "beacons are always lit"
[[rules]]
name = "the City"
match = { wards = ["City"] }
policy = "all-night"
[[rules]]
name = "Headingley"
match = { wards = ["Headingley", "City"] }
policy = "dim-late"
"""


@pytest.fixture
async def ruled(town: Town) -> Town:
    """Return a town of five lanterns in four wards, and two policies."""
    wards = ("Harbour", "City", "Headingley", "Headingley", "Nowhere")
    await town.hang(*(lantern(number, ward=ward) for number, ward in enumerate(wards, start=1)))
    for text in (DIM_LATE, ALL_NIGHT):
        await save_policy(town.office.stores.policies, text, at=MORNING, by="engineer")
    return town


def rules(text: str = RULES) -> Rules:
    return parse_rules(text, document="rules")


async def apply(town: Town, given: Rules, **revisions: int) -> AssignReport:
    newest = {"dim-late": 1, "all-night": 1} | {
        k.replace("_", "-"): v for k, v in revisions.items()
    }
    return await assign_lanterns(town.office.stores.lanterns, given, newest)


async def assigned(town: Town) -> dict[str, Assigned]:
    found = await town.office.stores.lanterns.find(LanternFilter())
    return {stored.lantern.lantern_id: stored.assigned for stored in found}


async def test_the_first_rule_that_matches_wins(ruled: Town) -> None:
    report = await apply(ruled, rules())
    assert (report.lanterns, report.changed, report.exempt) == (5, 4, 1)
    assert report.by_rule == {"beacons": 1, "the City": 1, "Headingley": 2}
    assert (report.unmatched, report.unmatched_ids) == (1, [lantern_id(5)])
    late = Assigned(policy="dim-late", revision=1, rule="Headingley")
    assert await assigned(ruled) == {
        lantern_id(1): Assigned(rule="beacons", exempt="beacons are always lit"),
        lantern_id(2): Assigned(policy="all-night", revision=1, rule="the City"),
        lantern_id(3): late,
        lantern_id(4): late,
        lantern_id(5): Assigned(),
    }


async def test_the_same_rules_again_change_nothing(ruled: Town) -> None:
    await apply(ruled, rules())
    assert (await apply(ruled, rules())).changed == 0


async def test_a_new_revision_of_a_policy_changes_only_its_lanterns(ruled: Town) -> None:
    await apply(ruled, rules())
    assert (await apply(ruled, rules(), dim_late=2)).changed == 2
    assert (await assigned(ruled))[lantern_id(3)].revision == 2
    assert (await assigned(ruled))[lantern_id(2)].revision == 1


async def test_a_lantern_that_no_rule_matches_any_more_loses_its_policy(ruled: Town) -> None:
    await apply(ruled, rules())
    report = await apply(ruled, rules(RULES.replace('"Headingley", "City"', '"Harbour"')))
    assert (report.changed, report.unmatched) == (2, 3)
    assert (await assigned(ruled))[lantern_id(3)] == Assigned()


async def test_of_very_many_unmatched_lanterns_only_some_are_named(
    ruled: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "UNMATCHED_LISTED", 2)
    report = await apply(ruled, rules(RULES.replace("Head", "Bread").replace('"City"', '"x"')))
    assert report.unmatched == 4
    assert report.unmatched_ids == [lantern_id(2), lantern_id(3)]


async def test_a_city_without_lanterns_is_no_trouble(town: Town) -> None:
    assert await apply(town, rules()) == AssignReport()
