"""What a policy asks of one night: a table of cases that a lighting engineer can sign.

Moments of the sun are those of ``schedules.sun``, which ``test_sun_almanac`` compares with
published tables; here it is which of them count. Wall times are local.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from schedules.anchors import ANCHOR
from schedules.calendar import plan_for
from schedules.compiler import compile_night
from schedules.errors import PlaceError
from schedules.night import Night
from schedules.policy import ClockAnchor, ElevationAnchor, Policy, SunAnchor
from schedules.resolve import resolve
from schedules.site import Site
from schedules.sun import find_pass
from schedules.timeline import Cause
from tests.schedules.factories import (
    Steps,
    a_night,
    a_policy,
    a_site,
    on_weekdays,
    utc,
)


def moment(words: str, night: Night) -> datetime:
    """Return the instant of ``noon``, of a wall time or of a moment of the sun in a night."""
    if words == "noon":
        return night.start
    anchor = ANCHOR.parse(words)
    if isinstance(anchor, ClockAnchor):
        return night.at(anchor.at)
    assert isinstance(anchor, SunAnchor | ElevationAnchor)
    at = find_pass(night, anchor)
    assert at is not None
    exact = at + timedelta(minutes=anchor.offset_min)
    return (exact + timedelta(milliseconds=500)).replace(microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A sentence, the policy and the night it is about, and the changes expected."""

    says: str
    steps: Steps
    becomes: Steps
    place: str = "Leeds"
    evening: str = "2026-01-14"
    on: str = "sunset"
    off: str = "sunrise"
    policy: Policy = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", a_policy(*self.steps, on=self.on, off=self.off))


PART_NIGHT = [("on", 100), ("00:00", 0), ("05:30", 100)]
DIMMED = [("on", 100), ("22:00", 60), ("05:00", 80)]

CASES = [
    Case(
        says="dusk to dawn",
        steps=[("on", 80)],
        becomes=[("sunset", 80), ("sunrise", 0)],
    ),
    Case(
        says="steps by the clock divide the night",
        steps=DIMMED,
        becomes=[("sunset", 100), ("22:00", 60), ("05:00", 80), ("sunrise", 0)],
    ),
    Case(
        says="part-night lighting is off between two steps",
        steps=PART_NIGHT,
        becomes=[("sunset", 100), ("00:00", 0), ("05:30", 100), ("sunrise", 0)],
    ),
    Case(
        says="a step before switch-on sets the level at switch-on",
        steps=[("on", 100), ("20:30", 70)],
        evening="2026-06-20",  # sunset in Leeds is at 21:40
        becomes=[("sunset", 70), ("sunrise", 0)],
    ),
    Case(
        says="of two steps before switch-on the later one counts",
        steps=[("on", 100), ("20:30", 70), ("21:00", 40)],
        evening="2026-06-20",
        becomes=[("sunset", 40), ("sunrise", 0)],
    ),
    Case(
        says="a step after switch-off is dropped",
        steps=[("on", 100), ("00:00", 50), ("05:30", 100)],
        evening="2026-06-20",  # sunrise in Leeds is at 04:35
        becomes=[("sunset", 100), ("00:00", 50), ("sunrise", 0)],
    ),
    Case(
        says="a night that ends dark still says when its lighting ends",
        steps=PART_NIGHT,
        evening="2026-06-20",
        becomes=[("sunset", 100), ("00:00", 0), ("sunrise", 0)],
    ),
    Case(
        says="a plan without light still says when its lighting would begin",
        steps=[("on", 0), ("22:00", 60)],
        becomes=[("sunset", 0), ("22:00", 60), ("sunrise", 0)],
    ),
    Case(
        says="a step to the level that holds already is no change",
        steps=[("on", 100), ("19:00", 100), ("22:00", 60), ("23:00", 60)],
        becomes=[("sunset", 100), ("22:00", 60), ("sunrise", 0)],
    ),
    Case(
        says="trimming moves switch-on and switch-off",
        steps=[("on", 100)],
        on="sunset + 20 min",
        off="sunrise - 15 min",
        becomes=[("sunset + 20 min", 100), ("sunrise - 15 min", 0)],
    ),
    Case(
        says="a switching pair of 35 and 18 lux goes by the sun's elevation",
        steps=[("on", 100)],
        on="35 lux evening",
        off="18 lux morning",
        becomes=[("sun -3.4 evening", 100), ("sun -4.2 morning", 0)],
    ),
    Case(
        says="a step may hang on the sun",
        steps=[("on", 100), ("civil dusk + 60 min", 50), ("civil dawn - 30 min", 90)],
        becomes=[
            ("sunset", 100),
            ("civil dusk + 60 min", 50),
            ("civil dawn - 30 min", 90),
            ("sunrise", 0),
        ],
    ),
    Case(
        says="steps are taken in the order in which they come that night",
        steps=[("on", 100), ("sunset + 120 min", 60), ("23:00", 30)],
        evening="2026-06-20",  # sunset + 2 h is 23:40: after the step at 23:00
        becomes=[("sunset", 100), ("23:00", 30), ("sunset + 120 min", 60), ("sunrise", 0)],
    ),
    Case(
        says="where trimming leaves nothing of a short night it stays dark",
        steps=[("on", 100)],
        place="Lerwick",
        evening="2026-06-20",  # five and a half hours from sunset to sunrise
        on="sunset + 180 min",
        off="sunrise - 180 min",
        becomes=[],
    ),
    Case(
        says="in midnight sun it stays dark",
        steps=DIMMED,
        place="Tromso",
        evening="2026-06-20",
        becomes=[],
    ),
    Case(
        says="in polar night it is lit from noon to noon and the steps by the clock apply",
        steps=DIMMED,
        place="Tromso",
        evening="2026-12-20",
        becomes=[("noon", 100), ("22:00", 60), ("05:00", 80)],
    ),
    Case(
        says="the last night before polar night has a dusk and no dawn",
        steps=DIMMED,
        place="Tromso",
        evening="2026-11-26",
        becomes=[("sunset", 100), ("22:00", 60), ("05:00", 80)],
    ),
    Case(
        says="the last polar night ends with a sunrise",
        steps=DIMMED,
        place="Tromso",
        evening="2026-01-14",
        becomes=[("noon", 100), ("22:00", 60), ("05:00", 80), ("sunrise", 0)],
    ),
    Case(
        says="without the event that a step hangs on, the highest level holds all night",
        steps=[("on", 70), ("civil dusk", 30), ("02:30", 90)],
        place="Reykjavik",
        evening="2026-06-20",  # a sunset, but no civil dusk
        becomes=[("sunset", 90), ("sunrise", 0)],
    ),
    Case(
        says="where the sun never sinks to the angle of switch-off, that of switch-on ends it",
        steps=[("on", 100)],
        place="Alesund",
        evening="2026-06-20",  # the sun sinks to -3.9 degrees
        on="35 lux evening",
        off="18 lux morning",
        becomes=[("sun -3.4 evening", 100), ("sun -3.4 morning", 0)],
    ),
    Case(
        says="on the spring change a skipped step happens when the clocks change",
        steps=[("on", 100), ("01:30", 50), ("05:00", 100)],
        evening="2026-03-28",
        becomes=[("sunset", 100), ("02:00", 50), ("05:00", 100), ("sunrise", 0)],
    ),
    Case(
        says="of two steps in the skipped hour the later one holds",
        steps=[("on", 100), ("01:15", 70), ("01:45", 50)],
        evening="2026-03-28",
        becomes=[("sunset", 100), ("02:00", 50), ("sunrise", 0)],
    ),
    Case(
        says="in the southern winter a June night is long",
        steps=DIMMED,
        place="Ushuaia",
        evening="2026-06-20",
        becomes=[("sunset", 100), ("22:00", 60), ("05:00", 80), ("sunrise", 0)],
    ),
    Case(
        says="east of the date line the night is that of the local evening",
        steps=DIMMED,
        place="Kiritimati",
        becomes=[("sunset", 100), ("22:00", 60), ("05:00", 80), ("sunrise", 0)],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.says.replace(" ", "_") for case in CASES])
def test_a_night_is_resolved_as_the_case_says(case: Case) -> None:
    night = a_night(case.place, case.evening)
    changes = compile_night(case.policy, night).changes
    expected = [(moment(words, night), level) for words, level in case.becomes]
    assert [(change.at, change.level) for change in changes] == expected


def test_on_the_autumn_change_a_step_before_it_comes_at_the_first_of_two_hours() -> None:
    night = a_night("Leeds", "2026-10-24")
    changes = compile_night(a_policy(("on", 100), ("01:30", 50), ("05:00", 100)), night).changes
    assert [change.at for change in changes[1:3]] == [
        utc("2026-10-25T00:30"),  # 01:30 BST
        utc("2026-10-25T05:00"),  # 05:00 GMT
    ]


def test_friday_night_keeps_its_plan_until_saturday_morning() -> None:
    policy = a_policy(
        *(("on", 100), ("23:00", 60), ("05:30", 100)),
        plans=[on_weekdays((5,), ("on", 100), ("02:00", 80))],
    )
    friday = compile_night(policy, a_night("Leeds", "2026-01-16"))
    saturday = compile_night(policy, a_night("Leeds", "2026-01-17"))
    assert friday.level_at(utc("2026-01-17T03:00")) == 80
    assert saturday.level_at(utc("2026-01-18T03:00")) == 60


def test_changes_say_why_they_happen() -> None:
    timeline = compile_night(a_policy(*DIMMED), a_night())
    causes = [change.cause for change in timeline.changes]
    assert causes == [Cause.SWITCH_ON, Cause.STEP, Cause.STEP, Cause.SWITCH_OFF]


def test_nothing_of_one_night_reaches_into_the_next() -> None:
    policy = a_policy(*DIMMED)
    for evening in ("2026-03-28", "2026-10-24", "2026-12-20"):
        for place in ("Leeds", "Tromso", "Auckland"):
            timeline = compile_night(policy, a_night(place, evening))
            assert all(
                timeline.night.start <= change.at < timeline.night.end
                for change in timeline.changes
            )


@pytest.mark.parametrize("place", ["Urumqi", "Kiritimati", "Suva", "Adak", "Lord Howe", "Anadyr"])
def test_zones_that_people_keep_are_accepted_however_odd(place: str) -> None:
    policy = a_policy()
    assert resolve(policy, policy.plans[0], a_night(place)).changes


@pytest.mark.parametrize(
    ("site", "hours"),
    [
        (a_site(21.3, -157.86, "Europe/London"), "10.5 h"),
        (a_site(53.8, -1.55, "Pacific/Auckland"), "10.9 h"),
        (a_site(-18.14, 178.44, "Etc/UTC"), "11.9 h"),
    ],
)
def test_a_zone_from_another_part_of_the_world_is_refused_with_the_cure(
    site: Site, hours: str
) -> None:
    policy, night = a_policy(), replace(a_night(), site=site)
    with pytest.raises(PlaceError, match=f"{hours} away from the sun.*give the zone that people"):
        resolve(policy, plan_for(policy, night.evening), night)
