"""A node must be heard while its light is due: dead ones show what is asked too, by day.

The night is that of ``test_follow``, with light from 16:00 to 07:45.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lighting.operations.follow import Verdict, judge
from schedules.compiler import compile_night
from schedules.night import Night
from schedules.policy_text import parse_policy
from schedules.site import Site
from schedules.timeline import NightTimeline
from tests.lighting.operations.test_follow import (
    DIMMED,
    PROVED,
    TOLERANCE_MIN,
    at,
    judged,
    meter,
    night_of,
    status,
)
from tests.lighting.operations.town import ALL_NIGHT, DIM_LATE, MORNING


def test_a_node_that_died_between_noon_and_dusk_is_silent() -> None:
    reports = [status(clock, 0) for clock in ("12:10", "13:10", "15:40", "16:05")]
    meters = [meter("13:10", 0)]
    for last_seen_at in (at("16:05"), at("11:59") + timedelta(days=1)):  # judged late: it is back
        node = replace(PROVED, last_seen_at=last_seen_at)
        assert judged(node, DIMMED, reports, meters).verdict is Verdict.SILENT
    assert judged(PROVED, DIMMED, reports, meters, until="22:00").verdict is Verdict.SILENT


def test_before_its_light_is_due_a_node_that_reports_is_undecided() -> None:
    reports = [status("13:10", 0), status("14:10", 0)]
    assert judged(PROVED, DIMMED, reports, (), until="15:30").verdict is Verdict.UNDECIDED
    assert judged(PROVED, DIMMED, (), (), until="15:30").verdict is Verdict.SILENT


@pytest.mark.parametrize(
    "night_report",
    [
        pytest.param({"statuses": [status("22:05", 50)]}, id="a status near a change"),
        pytest.param({"statuses": [status("02:00", None)]}, id="a status without a level"),
        pytest.param({"meters": [meter("02:00", 21)]}, id="its meter alone"),
        pytest.param({"last_seen_at": at("02:00")}, id="anything at all"),
    ],
)
def test_a_node_that_was_heard_at_night_without_a_level_that_decides_is_undecided(
    night_report: dict[str, Any],
) -> None:
    node = replace(PROVED, last_seen_at=night_report.get("last_seen_at", MORNING))
    reports = [status("13:10", 0), *night_report.get("statuses", ())]
    found = judged(node, DIMMED, reports, night_report.get("meters", ()))
    assert found.verdict is Verdict.UNDECIDED


def test_a_lantern_held_by_an_override_all_night_follows_if_it_is_on_its_program_by_day() -> None:
    held = [status(f"{hour:02}:00", 100, "manual") for hour in (17, 20, 23, 2, 5, 7)]
    by_day = status("13:10", 0)
    assert judged(PROVED, DIMMED, [by_day, *held], ()).verdict is Verdict.FOLLOWS
    assert judged(PROVED, DIMMED, held, ()).verdict is Verdict.UNDECIDED
    assert judged(PROVED, DIMMED, [by_day, replace(by_day, reason="manual")], ()).verdict is (
        Verdict.SILENT
    )


def night_in(latitude_deg: float, zone: str, evening: date, text: str) -> NightTimeline:
    """Return what a policy asks for in a night of another place, at 18.95 degrees east."""
    site = Site(latitude_deg=latitude_deg, longitude_deg=18.95, zone=zone)
    return compile_night(parse_policy(text, document="policy"), Night(site=site, evening=evening))


DARK = ALL_NIGHT.replace("level = 100", "level = 0")


@pytest.mark.parametrize(
    "timeline",
    [
        pytest.param(
            # The sun does not set in Tromso from 18 May to 26 July (any almanac).
            night_in(69.65, "Europe/Oslo", date(2026, 6, 21), ALL_NIGHT),
            id="midnight sun",
        ),
        pytest.param(night_in(53.82, "Europe/Oslo", date(2026, 11, 22), DARK), id="level 0"),
    ],
)
def test_in_a_night_without_light_a_node_that_reports_dark_follows(
    timeline: NightTimeline,
) -> None:
    assert timeline.burning_hours() == 0
    node = replace(PROVED, held_at=None)
    midnight = timeline.night.start + timedelta(hours=12)
    for level, verdict in (
        (0, Verdict.FOLLOWS), (100, Verdict.STRAYS), (None, Verdict.UNDECIDED),
    ):  # fmt: skip
        reports = [replace(status("18:00", level), at=midnight)]
        found = judge(node, timeline, TOLERANCE_MIN, reports, (), until=timeline.night.end)
        assert found.verdict is verdict
    found = judge(
        replace(node, last_seen_at=None), timeline, TOLERANCE_MIN, (), (), until=timeline.night.end
    )
    assert found.verdict is Verdict.SILENT


def test_in_a_night_whose_light_is_too_short_to_tell_any_level_shows_it() -> None:
    # 20 minutes of light: with 12 minutes' tolerance on both sides nothing is left to report in.
    short = night_of(DIM_LATE)
    noon = short.night.start
    on, off = (
        replace(short.changes[0], at=noon + timedelta(hours=12)),
        replace(short.changes[-1], at=noon + timedelta(hours=12, minutes=20)),
    )
    timeline = replace(short, changes=(on, off))
    assert judged(PROVED, timeline, [status("13:10", 0)], ()).verdict is Verdict.FOLLOWS
    assert judged(PROVED, timeline, [status("00:10", 100)], ()).verdict is Verdict.UNDECIDED
