"""Whole nights as a person reads them: the policy, the timeline, the program, the node's light.

Each file in ``tests/golden`` was checked by hand; its first lines say how. A changed text is a
changed light in a street: check it by hand again before it is written down.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schedules.anchors import anchor_text
from schedules.compiler import compile_night, compile_nights, compile_season
from schedules.library import library_text
from schedules.night import Night
from schedules.policy import Policy
from schedules.policy_text import parse_policy
from schedules.program import Program
from schedules.replay import levels
from schedules.site import Site
from schedules.timeline import NightTimeline
from tests.schedules.factories import PLACES, a_policy, a_target

GOLDEN = Path(__file__).parents[1] / "golden"
DIMMED = a_policy(("on", 100), ("22:00", 70), ("00:00", 40), ("05:30", 100), on="sunset + 5 min")
AT_DUSK = a_policy(("on", 100), ("00:30", 50), on="civil dusk", off="civil dawn")


def both_clocks(at: datetime, site: Site) -> str:
    return f"{at.astimezone(site.tz):%a %H:%M:%S}  {at.astimezone(UTC):%a %H:%M:%S}Z"


def policy_lines(policy: Policy) -> Iterator[str]:
    on, off = anchor_text(policy.switch_on), anchor_text(policy.switch_off)
    yield f"policy    on at {on}, off at {off}"
    for plan in policy.plans:
        days = sorted(plan.when.weekdays) if plan.when else "others"
        steps = ", ".join(f"{anchor_text(step.at)} {step.level} %" for step in plan.steps)
        yield f"          weekdays {days}: {steps}"


def timeline_lines(timeline: NightTimeline) -> Iterator[str]:
    night = timeline.night
    yield f"night     {night.evening:%a %d %b %Y} {night.site.zone}"
    yield f"          {both_clocks(night.start, night.site)}  begins"
    for change in timeline.changes:
        at = both_clocks(change.at, night.site)
        yield f"          {at}  {change.level:3} % {change.cause.value}"
    yield f"          {both_clocks(night.end, night.site)}  ends"
    yield (
        f"          {timeline.burning_hours():.2f} h of light,"
        f" {timeline.full_power_hours():.2f} h at full power"
    )


def program_lines(program: Program) -> Iterator[str]:
    yield f"program   {program.latitude_deg:.2f} {program.longitude_deg:.2f}"
    for step in program.sun_steps:
        yield f"          {step.side.value} at {step.zenith_deg:.2f} degrees: {step.level} %"
    for day in program.day_programs:
        steps = ", ".join(
            f"{step.minute // 60:02}:{step.minute % 60:02}Z "
            + ("sun" if step.level is None else f"{step.level} %")
            for step in day.steps
        )
        yield f"          UTC weekdays {sorted(day.weekdays)}: {steps}"


def light_lines(program: Program, night: Night) -> Iterator[str]:
    for number, (at, level) in enumerate(levels(program, night.start, night.end)):
        yield f"{'' if number else 'light':10}{both_clocks(at, night.site)}  {level:3} %"


def printed(policy: Policy, site: Site, evening: date) -> list[str]:
    timeline = compile_night(policy, Night(site=site, evening=evening))
    season = compile_season(compile_nights(policy, site, evening, 60), policy, a_target())
    return [
        *policy_lines(policy),
        *timeline_lines(timeline),
        *program_lines(season.program),
        f"          serves until {season.last:%a %d %b %Y}",
        *(f"          loses: {loss}" for loss in season.losses),
        *light_lines(season.program, timeline.night),
    ]


def library(name: str) -> Policy:
    return parse_policy(library_text(name), document=name)


CASES = {
    "leeds_winter_friday": (library("residential"), "Leeds", date(2026, 1, 16)),
    "leeds_end_of_summer_time": (DIMMED, "Leeds", date(2026, 10, 24)),
    "leeds_start_of_summer_time": (DIMMED, "Leeds", date(2026, 3, 28)),
    "lerwick_midsummer": (AT_DUSK, "Lerwick", date(2026, 6, 20)),
    "helsinki_2025_06_20": (AT_DUSK, "Helsinki", date(2025, 6, 20)),
    "tromso_polar_night": (DIMMED, "Tromso", date(2026, 12, 20)),
    "leeds_part_night_midsummer": (library("leeds-part-night"), "Leeds", date(2026, 6, 20)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_night_reads_as_it_was_checked(name: str) -> None:
    policy, place, evening = CASES[name]
    golden = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert golden[0].startswith("# Checked")
    expected = [line for line in golden if not line.startswith("#")]
    assert printed(policy, PLACES[place], evening) == expected
