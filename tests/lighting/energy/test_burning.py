"""Rules of burning hours are read back as written, and give the hours that were published.

Hours of Leeds: project reference energy.md section 4.4 (its own calculation in 5-minute steps for
2025, agreeing with a second one within 2 h): sun below -3 degrees 4,064 h, civil 3,771 h, below
-0.83 degrees 4,271 h; of those below -3 degrees 1,916 h lie in 00:00-05:30 by the local clock.
"""

from datetime import date, timedelta
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.baseline_errors import BurningRuleError
from lighting.energy.burning import (
    BurningRule,
    PartNight,
    Photocell,
    PolicyHours,
    StatedHours,
    SunBelow,
    burning_note,
    burning_text,
    parse_burning,
)
from lighting.energy.burning_nights import lit_hours, lit_spans
from schedules.lux import ELEVATION_DEG_BY_LUX
from schedules.night import Night
from schedules.site import Site

LEEDS = Site(latitude_deg=53.80, longitude_deg=-1.55, zone="Europe/London")

minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
parts = st.none() | st.builds(PartNight, off=minutes, on=minutes, gmt=st.booleans()).filter(
    lambda part: part.off != part.on
)
lux = st.sampled_from(sorted(ELEVATION_DEG_BY_LUX))
rules = (
    st.builds(StatedHours, hours_per_year=st.floats(0.001, 8784))
    | st.builds(SunBelow, altitude_deg=st.floats(-18, 10), part_night=parts)
    | st.builds(Photocell, on_lux=lux, off_lux=lux, part_night=parts)
    | st.builds(PolicyHours, policy=st.just("kent-part-night"), revision=st.integers(1, 999))
)


def year(text: str, of: int = 2025) -> float:
    rule = parse_burning(text)
    assert not isinstance(rule, PolicyHours)
    first = date(of, 1, 1)
    nights = (date(of + 1, 1, 1) - first).days
    return fsum(
        lit_hours(rule, Night(site=LEEDS, evening=first + timedelta(days=number)))
        for number in range(nights)
    )


@given(rules)
def test_a_rule_is_read_back_as_it_was_written(rule: BurningRule) -> None:
    assert parse_burning(burning_text(rule)) == rule


@pytest.mark.parametrize(
    ("text", "hours"), [("sun -3", 4064), ("sun -6", 3771), ("sun -0.83", 4271)]
)
def test_a_year_in_leeds_has_the_hours_of_the_reference(text: str, hours: float) -> None:
    assert year(text) == pytest.approx(hours, abs=5)  # the tolerance that the reference asks for


def test_part_night_takes_off_the_hours_of_the_reference() -> None:
    assert year("sun -3") - year("sun -3 off 00:00-05:30") == pytest.approx(1916, abs=5)


@pytest.mark.parametrize("of", [2024, 2025])
def test_a_stated_year_adds_up_to_what_was_stated(of: int) -> None:
    assert year("4100 h/year", of) == pytest.approx(4100, rel=1e-12)


def test_stated_hours_are_longer_in_winter() -> None:
    rule = StatedHours(hours_per_year=4100)
    december, june = (Night(site=LEEDS, evening=date(2025, month, 21)) for month in (12, 6))
    assert lit_hours(rule, december) > 2 * lit_hours(rule, june)


def test_a_cell_that_keeps_gmt_is_off_an_hour_later_by_the_clock_in_summer() -> None:
    # Kent: midnight to 05:30 GMT, which is 01:00 to 06:30 BST (energy.md section 4.3).
    rule = parse_burning("sun 10 off 00:00-05:30 GMT")
    assert isinstance(rule, SunBelow)
    for month in (1, 7):
        spans = lit_spans(rule, Night(site=LEEDS, evening=date(2025, month, 1)))
        assert f"{spans[0].end:%d %H:%M}" == "02 00:00"
    winter = lit_spans(rule, Night(site=LEEDS, evening=date(2025, 1, 1)))
    assert f"{winter[1].start:%d %H:%M}" == "02 05:30"


def test_only_a_photocell_is_called_unverified() -> None:
    assert "unverified" in burning_note(parse_burning("photocell 70/35"))
    assert not burning_note(parse_burning("sun -3"))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", "4100 h/year"),
        ("4100", "4100 h/year"),
        ("0 h/year", "more than 0"),
        ("8785 h/year", "at most 8784"),
        ("sun -19", "-18 to 10"),
        ("photocell 71/35", "18, 28, 35, 55, 70"),
        ("sun -3 off 00:00-00:00", "two different times"),
        ("sun -3 off 24:00-05:30", "two different times"),
        ("sun -3 off midnight", "two different times"),
        ("policy kent", "NAME@REVISION"),
        ("policy kent@0", "NAME@REVISION"),
    ],
)
def test_what_is_no_rule_is_refused_with_what_is_allowed(text: str, allowed: str) -> None:
    with pytest.raises(BurningRuleError) as caught:
        parse_burning(text)
    assert allowed in str(caught.value)
