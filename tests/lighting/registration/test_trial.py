"""What a partner may do and see: columns, models, streams, numbers, and the edges of time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firmware_profiles.devices.library import device_for
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.registration.trial import (
    NewTrial,
    Partner,
    Standing,
    Trial,
    TrialDevice,
    Word,
    period,
)
from lighting.registration.trial_rules import (
    Rule,
    TrialRefusedError,
    Wish,
    check_wish,
    is_overdue,
    may_see,
)

LEEDS = ZoneInfo("Europe/London")
START = datetime(2026, 12, 1, tzinfo=UTC)
END = datetime(2026, 12, 15, tzinfo=UTC)
NOW = datetime(2026, 12, 5, 9, tzinfo=UTC)
EUI = DevEui("a81758fff0000001")
HERE = LanternId("leeds:1")
SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)

AGREED = NewTrial(
    partner_id="leeds-air",
    lantern_ids=(HERE, LanternId("leeds:2")),
    starts_at=START,
    ends_at=END,
    devices_max=2,
    permit="P/12",
    made=Word(by="Ann", at=START),
    stream_ids=("gully-levels",),
)
TRIAL = Trial(trial_id=7, agreed=AGREED)
DEVICE = TrialDevice(
    number=1,
    trial_id=7,
    dev_eui=EUI,
    model_id="milesight-em500-udl",
    lantern_id=HERE,
    stream_id="gully-levels",
    added_at=NOW,
)


def wish(model: str = "milesight-em500-udl", **more: Any) -> Wish:  # noqa: ANN401 - any field
    values: dict[str, Any] = {"dev_eui": EUI, "lantern_id": HERE} | more
    return Wish(model=device_for(model), **values)


def refused(trial: Trial, asked: Wish, *own: TrialDevice, at: datetime = NOW) -> Rule:
    with pytest.raises(TrialRefusedError) as told:
        check_wish(trial, asked, own, at)
    return told.value.rule


def agreed(**changes: Any) -> Trial:  # noqa: ANN401 - any field
    return replace(TRIAL, agreed=replace(AGREED, **changes))


@pytest.mark.parametrize(
    ("first", "last", "starts_at", "ends_at"),
    [
        # gov.uk/when-do-the-clocks-change: forward on 29 March 2026, back on 25 October 2026
        ("2026-03-29", "2026-03-29", "2026-03-29T00:00+00:00", "2026-03-29T23:00+00:00"),
        ("2026-10-25", "2026-10-25", "2026-10-24T23:00+00:00", "2026-10-26T00:00+00:00"),
        ("2026-12-01", "2026-12-14", "2026-12-01T00:00+00:00", "2026-12-15T00:00+00:00"),
    ],
)
def test_both_days_of_a_period_are_whole_local_days_also_when_clocks_change(
    first: str, last: str, starts_at: str, ends_at: str
) -> None:
    found = period(date.fromisoformat(first), date.fromisoformat(last), LEEDS)
    assert found == (datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))


def test_a_day_whose_midnight_is_skipped_begins_at_its_first_instant() -> None:
    # tzdata, Africa/Cairo: on the last Friday of April clocks go from 00:00 to 01:00
    day = date(2026, 4, 24)
    starts_at, ends_at = period(day, day, ZoneInfo("Africa/Cairo"))
    assert starts_at == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert ends_at - starts_at == timedelta(hours=23)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(RefusedError, match="before"):
        period(date(2026, 12, 2), date(2026, 12, 1), LEEDS)


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (START - SECOND, Standing.PLANNED),
        (START, Standing.LIVE),
        (END - SECOND, Standing.LIVE),
        (END, Standing.OVER),
    ],
)
def test_a_trial_is_live_from_its_first_instant_to_before_its_end(
    at: datetime, standing: Standing
) -> None:
    assert TRIAL.standing(at) is standing


def test_an_ended_trial_is_over_from_then_on_and_never_later_than_agreed() -> None:
    early = replace(TRIAL, ending=Word(by="Ann", at=NOW, reason="broke a rule"))
    assert (early.standing(NOW - SECOND), early.standing(NOW)) == (Standing.LIVE, Standing.OVER)
    late = replace(TRIAL, ending=Word(by="Ann", at=END + SECOND))
    assert late.over_at == END


def test_a_device_that_the_trial_names_may_be_fitted_in_its_only_stream() -> None:
    assert check_wish(TRIAL, wish(), [], NOW) == "gully-levels"


def test_what_the_trial_does_not_name_is_refused_by_its_rule() -> None:
    assert refused(TRIAL, wish(), at=START - SECOND) is Rule.PERIOD
    assert refused(TRIAL, wish(), at=END) is Rule.PERIOD
    assert refused(TRIAL, wish(lantern_id=LanternId("leeds:3"))) is Rule.COLUMN
    assert refused(agreed(model_ids=("dragino-ldds75",)), wish()) is Rule.MODEL
    assert refused(TRIAL, wish(stream_id="footfall")) is Rule.STREAM
    assert refused(agreed(stream_ids=()), wish()) is Rule.STREAM
    assert refused(agreed(stream_ids=("a", "b")), wish()) is Rule.STREAM


@pytest.mark.parametrize("model", ["nas-ul2030", "flashnet-fre24-zhaga", "zane-zlamp"])
def test_no_lantern_node_is_a_partners_whatever_the_trial_names(model: str) -> None:
    assert refused(agreed(model_ids=(model,)), wish(model)) is Rule.LANTERN_NODE


def test_one_device_more_than_agreed_is_refused_and_a_known_one_is_not() -> None:
    full = [DEVICE, replace(DEVICE, number=2, dev_eui=DevEui("a81758fff0000002"))]
    assert refused(TRIAL, wish(dev_eui=DevEui("a81758fff0000003")), *full) is Rule.NUMBER
    assert check_wish(TRIAL, wish(), full, NOW) == "gully-levels"
    assert refused(TRIAL, wish(lantern_id=LanternId("leeds:2")), *full) is Rule.TAKEN


@pytest.mark.parametrize(
    ("at", "seen"),
    [(NOW - SECOND, False), (NOW, True), (END - SECOND, True), (END, False)],
)
def test_values_are_seen_from_the_fitting_to_before_the_end(at: datetime, *, seen: bool) -> None:
    assert may_see(TRIAL, DEVICE, at) is seen


def test_values_are_not_seen_after_removal_nor_under_another_trial() -> None:
    gone = replace(DEVICE, removed_at=NOW + timedelta(hours=1))
    assert may_see(TRIAL, gone, NOW + timedelta(minutes=59))
    assert not may_see(TRIAL, gone, NOW + timedelta(hours=1))
    assert not may_see(TRIAL, replace(DEVICE, trial_id=8), NOW)


def test_a_value_for_a_stretch_of_time_is_seen_only_if_all_of_it_is_covered() -> None:
    assert may_see(TRIAL, DEVICE, END - QUARTER, QUARTER)
    assert not may_see(TRIAL, DEVICE, END - QUARTER + timedelta(milliseconds=1), QUARTER)
    assert not may_see(TRIAL, DEVICE, NOW - SECOND, QUARTER)


def test_a_device_that_hangs_after_the_end_is_overdue() -> None:
    assert not is_overdue(TRIAL, DEVICE, END - SECOND)
    assert is_overdue(TRIAL, DEVICE, END)
    assert not is_overdue(TRIAL, replace(DEVICE, removed_at=NOW), END)


@pytest.mark.parametrize(
    "changes",
    [{"lantern_ids": ()}, {"devices_max": 0}, {"devices_max": 201}, {"permit": " "}],
)
def test_an_agreement_that_lacks_something_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        replace(AGREED, **changes)


@pytest.mark.parametrize(("key", "contact"), [("Leeds Air", "a@b"), ("", "a@b"), ("leeds", " ")])
def test_a_partner_needs_a_short_id_and_a_contact(key: str, contact: str) -> None:
    with pytest.raises(RefusedError):
        Partner(partner_id=key, name="Leeds Air", contact=contact)
