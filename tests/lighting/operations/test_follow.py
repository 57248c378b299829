"""Does a lantern follow its program? Judged by what it said, never by what it was sent.

The night is that of 22 November 2026 in Leeds under ``dim-late``: half light from 22:00 to 05:00;
sunset at about 16:00 and sunrise at about 07:45 UTC are kept away from. Powers are those of the
default model's line for 40 W: 2 W at 1 %, so 20.8 W at 50 %.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lighting.identifiers import ProgramId
from lighting.operations.follow import Followed, Verdict, judge
from lighting.operations.programs import cell_of
from lighting.operations.records import Evidence, MeterRow, Node, StatusRow
from schedules.compiler import compile_night
from schedules.library import library_text
from schedules.night import Night
from schedules.policy_text import parse_policy
from schedules.site import Site
from schedules.timeline import NightTimeline
from tests.lighting.operations.town import (
    ALL_NIGHT,
    DIM_LATE,
    MORNING,
    PROFILE_ID,
    TONIGHT,
    dev,
    lantern_id,
)

TOLERANCE_MIN = 12.0
NODE = dev(1)
HELD = ProgramId("0123456789abcdef")


def night_of(text: str) -> NightTimeline:
    """Return what a policy asks for tonight."""
    site = cell_of(53.82, -1.58).site("Europe/London")
    policy = parse_policy(text, document="policy")
    return compile_night(policy, Night(site=site, evening=TONIGHT))


DIMMED = night_of(DIM_LATE)


def at(clock: str) -> datetime:
    """Return an instant of tonight from a UTC time: 18:00 is this evening, 03:00 tomorrow."""
    hours, minutes = (int(part) for part in clock.split(":"))
    evening = datetime(2026, 11, 22, hours, minutes, tzinfo=UTC)
    return evening if hours >= 12 else evening + timedelta(days=1)


PROVED = Node(
    dev_eui=NODE,
    lantern_id=lantern_id(1),
    profile_id=PROFILE_ID,
    application_id="street",
    latitude_deg=53.82,
    longitude_deg=-1.58,
    policy="dim-late",
    revision=1,
    last_seen_at=MORNING,
    wanted=HELD,
    held=HELD,
    held_at=MORNING,
    power_w=40.0,
    evidence=Evidence.ECHOED,
)
"""A node that has proved its program before noon; its lantern draws 40 W."""


def judged(
    node: Node,
    timeline: NightTimeline,
    statuses: Sequence[StatusRow],
    meters: Sequence[MeterRow],
    until: str = "11:59",
) -> Followed:
    """Return the verdict on a node as it stands at a time of the night, by default its end."""
    return judge(node, timeline, TOLERANCE_MIN, statuses, meters, until=at(until))


def status(clock: str, level: int | None, reason: str = "profile 0") -> StatusRow:
    return StatusRow(NODE, at(clock), level, reason, "", 8)


def meter(clock: str, power_w: int | None) -> MeterRow:
    return MeterRow(NODE, at(clock), 1000, power_w, None, 230)


FOLLOWING = (status("18:00", 100), status("23:00", 50), status("06:00", 100))


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (FOLLOWING, Verdict.FOLLOWS),
        ((), Verdict.SILENT),
        ((status("18:00", 50),), Verdict.STRAYS),
        ((*FOLLOWING, status("03:00", 100)), Verdict.STRAYS),
        ((status("18:00", 100),), Verdict.FOLLOWS),
        ((status("13:00", 0), status("06:00", 100)), Verdict.FOLLOWS),
        ((status("13:00", 100),), Verdict.STRAYS),
        ((status("23:00", 49),), Verdict.STRAYS),
    ],
)
def test_a_status_says_whether_the_node_follows(
    statuses: tuple[StatusRow, ...], verdict: Verdict
) -> None:
    assert judged(PROVED, DIMMED, statuses, ()).verdict is verdict


def test_the_first_report_that_strays_is_told() -> None:
    reports = (status("18:00", 100), status("23:00", 100), status("02:00", 70))
    found = judged(PROVED, DIMMED, reports, ())
    assert found.stray == "2026-11-22T23:00:00+00:00: 100 % instead of 50 %"
    assert not found.in_power


@pytest.mark.parametrize("clock", ["21:48", "21:55", "22:00", "22:12"])
def test_near_a_change_both_levels_are_right_and_neither_proves_anything(clock: str) -> None:
    for level in (100, 50, 0):
        found = judged(PROVED, DIMMED, [status(clock, level)], ())
        assert found.verdict is Verdict.UNDECIDED
    told = judged(PROVED, DIMMED, [status(clock, 0), status("18:00", 100)], ())
    assert told.verdict is Verdict.FOLLOWS


@pytest.mark.parametrize(("clock", "level"), [("21:47", 100), ("22:13", 50)])
def test_beyond_the_tolerance_only_one_level_is_right(clock: str, level: int) -> None:
    right, wrong = (
        judged(PROVED, DIMMED, [status(clock, shown)], ()).verdict for shown in (level, 150 - level)
    )
    assert (right, wrong) == (Verdict.FOLLOWS, Verdict.STRAYS)


def test_under_an_override_a_node_does_not_stray() -> None:
    reports = (status("18:00", 100), status("23:00", 100, "manual"))
    assert judged(PROVED, DIMMED, reports, ()).verdict is Verdict.FOLLOWS


def test_a_status_without_a_level_decides_nothing() -> None:
    found = judged(PROVED, DIMMED, [status("18:00", None)], ())
    assert found.verdict is Verdict.UNDECIDED


def test_what_was_said_before_the_proof_decides_nothing() -> None:
    node = replace(PROVED, held_at=at("20:00"))
    reports = (status("18:00", 30), status("21:00", 100))
    assert judged(node, DIMMED, reports, ()).verdict is Verdict.FOLLOWS


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"held": None, "last_seen_at": at("12:00")}, Verdict.UNPROVED),
        ({"held": ProgramId("another"), "last_seen_at": at("18:00")}, Verdict.UNPROVED),
        ({"held": None, "last_seen_at": None}, Verdict.SILENT),
        ({"held": None, "last_seen_at": at("12:00") - timedelta(seconds=1)}, Verdict.SILENT),
    ],
)
def test_a_node_that_has_not_proved_its_program_is_not_said_to_follow(
    changes: dict[str, Any], verdict: Verdict
) -> None:
    found = judged(replace(PROVED, **changes), DIMMED, FOLLOWING, [meter("23:00", 21)])
    assert (found.verdict, found.in_power) == (verdict, False)


@pytest.mark.parametrize(
    ("meters", "in_power"),
    [
        pytest.param([], False, id="no meter"),
        pytest.param([meter("23:00", 21)], True, id="half power where half light is asked"),
        pytest.param([meter("23:00", 17)], True, id="a fifth less is the same"),
        pytest.param([meter("23:00", 16)], False, id="more than a fifth less is not"),
        pytest.param([meter("23:00", 40)], False, id="full power where half light is asked"),
        pytest.param(
            [meter("18:00", 40)], False, id="full light alone: one that never dims agrees"
        ),
        pytest.param([meter("18:00", 40), meter("23:00", 21)], True, id="full, then half"),
        pytest.param([meter("18:00", 40), meter("23:00", 40)], False, id="full all night"),
        pytest.param([meter("23:00", 21), meter("03:00", 40)], False, id="once half, once full"),
        pytest.param([meter("23:00", 0)], False, id="dark where half light is asked"),
        pytest.param([meter("23:00", None)], False, id="a meter without power"),
        pytest.param([meter("22:05", 21)], False, id="only near a change"),
        pytest.param([meter("13:00", 0)], False, id="only by day"),
        pytest.param([meter("13:00", 40), meter("23:00", 21)], False, id="burning by day"),
        pytest.param([meter("13:00", 1), meter("23:00", 21)], True, id="standby by day"),
    ],
)
def test_the_meter_agrees_only_where_it_can_tell(meters: list[MeterRow], *, in_power: bool) -> None:
    found = judged(PROVED, DIMMED, FOLLOWING, meters)
    assert (found.verdict, found.in_power) == (Verdict.FOLLOWS, in_power)


def test_where_the_policy_never_dims_full_power_is_what_agrees() -> None:
    reports = (status("18:00", 100),)
    for power_w, agrees in ((40, True), (20, False)):
        meters = [meter("18:00", power_w)]
        found = judged(PROVED, night_of(ALL_NIGHT), reports, meters)
        assert found.in_power is agrees


def test_a_part_night_lantern_is_seen_in_power_only_when_it_is_seen_dark() -> None:
    part_night = night_of(library_text("leeds-part-night"))  # off from 00:00 to 05:30
    reports = (status("18:00", 100),)
    for meters, agrees in (
        ([meter("18:00", 40)], False),
        ([meter("18:00", 40), meter("02:00", 0)], True),
        ([meter("18:00", 40), meter("02:00", 40)], False),
    ):
        found = judged(PROVED, part_night, reports, meters)
        assert found.in_power is agrees


def test_in_a_polar_night_the_lamp_that_never_goes_out_can_be_seen_in_power() -> None:
    tromso = Site(latitude_deg=69.65, longitude_deg=18.95, zone="Europe/Oslo")
    policy = parse_policy(ALL_NIGHT, document="policy")
    timeline = compile_night(policy, Night(site=tromso, evening=date(2026, 12, 21)))
    noon = timeline.night.start
    assert {change.level for change in timeline.changes} == {100}
    moment = noon + timedelta(hours=9)
    reports = [replace(status("18:00", 100), at=moment)]
    meters = [replace(meter("18:00", 40), at=moment)]
    assert judged(PROVED, timeline, reports, meters).in_power


def test_a_lantern_too_small_for_its_meter_to_tell_is_never_seen_in_power() -> None:
    small = replace(
        PROVED, power_w=5.0
    )  # 2.6 W at 50 %: not told from 5 W by a meter of whole watts
    found = judged(small, DIMMED, FOLLOWING, [meter("23:00", 3)])
    assert (found.verdict, found.in_power) == (Verdict.FOLLOWS, False)


def test_without_a_wattage_the_meter_cannot_agree() -> None:
    for power_w in (None, 0.0):
        found = judged(replace(PROVED, power_w=power_w), DIMMED, FOLLOWING, [meter("23:00", 9)])
        assert not found.in_power
