"""The library's policies: each is readable, sourced, and says what its source says."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from schedules.anchors import anchor_text
from schedules.calendar import plan_for
from schedules.errors import PolicyError
from schedules.library import library_names, library_text
from schedules.night import Night
from schedules.policy import ClockAnchor, Plan, Policy
from schedules.policy_text import parse_policy
from schedules.site import Site


def library_policy(name: str) -> Policy:
    return parse_policy(library_text(name), document=name)


def levels(plan: Plan) -> dict[str, int]:
    return {anchor_text(step.at): step.level for step in plan.steps}


@pytest.mark.parametrize("name", library_names())
def test_every_document_is_a_policy_of_its_own_name_with_a_source(name: str) -> None:
    policy = library_policy(name)
    assert policy.name == name
    assert policy.source


def test_the_library_has_the_policies_that_councils_would_look_for() -> None:
    assert set(library_names()) >= {
        "hampshire",
        "swindon",
        "hertfordshire",
        "part-night-0100-0400",
        "vizion-12-step",
        "residential",
        "dusk-to-dawn",
    }


# The expected courses are the published ones, as `features.md` section 7 and `energy.md` sections
# 1.3 and 4.3 of the project's references give them (their sources are in each document).
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hampshire", {"on": 75, "00:00": 50, "05:00": 75}),
        ("hertfordshire", {"on": 100, "23:00": 75, "06:00": 100}),
        ("part-night-0100-0400", {"on": 100, "01:00": 0, "04:00": 100}),
        ("leeds-part-night", {"on": 100, "00:00": 0, "05:30": 100}),
        ("thurrock-local", {"on": 70, "00:00": 50, "05:00": 70}),
        ("thurrock-strategic", {"on": 70}),
        ("south-kesteven", {"on": 100, "00:00": 50, "06:00": 100}),
        ("d60", {"on": 100, "20:00": 70, "22:00": 50, "05:00": 100}),
        ("zenosmart", {"on": 100, "22:00": 40, "04:00": 80}),
    ],
)
def test_a_course_is_the_one_its_source_gives(name: str, expected: dict[str, int]) -> None:
    assert [levels(plan) for plan in library_policy(name).plans] == [expected]


def test_swindon_keeps_the_published_times_and_owns_up_to_its_levels() -> None:
    policy = library_policy("swindon")
    assert list(levels(policy.plans[0])) == ["on", "22:00", "00:00", "05:00"]
    assert policy.plans[0].steps[-1].level == 100
    assert any("ours" in note for note in policy.notes)


def test_zenosmart_trims_fifteen_minutes_at_both_ends() -> None:
    policy = library_policy("zenosmart")
    assert anchor_text(policy.switch_on) == "sunset - 15 min"
    assert anchor_text(policy.switch_off) == "sunrise + 15 min"


def test_vizion_has_twelve_steps_on_weekdays_and_another_course_at_weekends() -> None:
    weekend, weekday = library_policy("vizion-12-step").plans
    assert len(weekday.steps) == 12
    assert levels(weekend) != levels(weekday)


def test_kent_is_dark_from_midnight_to_half_past_five_gmt_on_every_night() -> None:
    # Kent's lamps keep GMT (energy.md section 4.3: "midnight-05:30 GMT (01:00-06:30 BST)"), also
    # in the nights in which the clocks change.
    policy = library_policy("kent-part-night")
    site = Site(latitude_deg=51.28, longitude_deg=0.52, zone="Europe/London")
    evening = date(2026, 1, 1)
    while evening < date(2036, 12, 31):
        night = Night(site=site, evening=evening)
        steps = plan_for(policy, evening).steps
        clock = [night.at(step.at.at) for step in steps if isinstance(step.at, ClockAnchor)]
        morning = evening + timedelta(days=1)
        dark = [datetime.combine(morning, at, UTC) for at in (time(0), time(5, 30))]
        assert clock == dark, evening
        evening = morning


def test_default_classes_step_down_by_the_ratios_of_en_13201() -> None:
    # EN 13201-2: P4, P5, P6 average 5, 3, 2 lx; M3, M4 have 1.00 and 0.75 cd/m2.
    residential, traffic = library_policy("residential"), library_policy("traffic-route")
    assert min(step.level for plan in residential.plans for step in plan.steps) == 100 * 3 / 5
    assert residential.floor is not None
    assert residential.floor.level == 100 * 2 / 5
    assert traffic.floor is not None
    assert traffic.floor.level == 100 * 0.75 / 1.00


def test_names_come_in_alphabetical_order() -> None:
    assert all(first < second for first, second in pairwise(library_names()))


def test_an_unknown_name_is_told_with_the_names_there_are() -> None:
    with pytest.raises(PolicyError, match=r"no policy '\.\./hampshire'") as caught:
        library_text("../hampshire")
    assert "hampshire" in caught.value.problems[0].allowed
