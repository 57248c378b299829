"""Rules over stored values: what is raised and ended, whatever happens to who judges them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from lighting.adapters.sql.alerts import SqlAlertStore
from lighting.adapters.sql.engine import Database
from lighting.errors import StoreError
from lighting.operations.controller import Office
from lighting.operations.judge_rules import RuleWatch
from lighting.operations.rule_sources import Sensed
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.share import NO_SHARES, Share
from lighting.sensing.alerts.store import AlertFilter, Course
from lighting.sensing.rules.rule import Severity
from lighting.sensing.series import Quality
from tests.lighting.operations.sensors import ICE, Street, eui, lantern_id, minute


@pytest.fixture
async def street(office: Office) -> Street:
    """Return a street with sensors, and no rules."""
    street = Street(office)
    await street.build()
    return street


def watch_of(office: Office) -> RuleWatch:
    """Return somebody who judges and has seen nothing yet."""
    stores = office.stores
    sensed = Sensed(series=stores.series, add_ons=stores.add_ons)
    return RuleWatch(sensed, stores.alerts, office.zone)


async def alerts(office: Office) -> list[Alert]:
    """Return all alerts, oldest first."""
    return list(reversed(await office.stores.alerts.find(AlertFilter())))


async def test_an_alert_says_why_with_the_values_that_show_it(street: Street) -> None:
    await street.rules(ICE.replace("[ice]", '[ice]\nnote = "Send the gritters."'))
    await street.measure((5, 0.9), (15, 0.5), (25, -0.25), (30, 0.25))
    (alert,) = await street.office.alerts.watch.tend(minute(31))
    assert (alert.rule_id, alert.revision, alert.severity) == ("winter/ice", 1, Severity.WARNING)
    assert (alert.raised_at, alert.noted_at) == (minute(25), minute(31))
    assert (alert.place.lantern_id, alert.place.road) == (lantern_id(0), "Otley Road")
    assert alert.reason == (
        "surface temperature below 1 °C from 22 Nov 10:05 GMT for 20 min:"
        " -0.25 °C at 22 Nov 10:25 GMT"
    )
    (finding,) = alert.findings
    assert [(point.at, point.value) for point in finding.values] == [
        (minute(5), 0.9),
        (minute(15), 0.5),
        (minute(25), -0.25),
    ]
    assert finding.dev_euis == (eui(0),)
    assert alert.note == "Send the gritters."


async def test_an_alert_ends_and_says_why(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0), (40, 2.5), (50, 3))
    await street.office.alerts.watch.tend(minute(51))
    (alert,) = await alerts(street.office)
    assert alert.cleared_at == minute(50)
    assert alert.cleared_why == (
        "surface temperature above 2 °C from 22 Nov 10:40 GMT for 10 min: 3 °C at 22 Nov 10:50 GMT"
    )
    assert sorted(d.key for d in await street.office.stores.outbox.deliveries()) == [
        f"alert-{alert.alert_id}-cleared-log",
        f"alert-{alert.alert_id}-raised-log",
    ]


async def test_looking_again_changes_nothing(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    assert len(await street.office.alerts.watch.tend(minute(26))) == 1
    assert await street.office.alerts.watch.tend(minute(27)) == []
    assert await watch_of(street.office).tend(minute(28)) == []
    assert len(await street.office.stores.outbox.deliveries()) == 1


@pytest.mark.parametrize("quality", [flag for flag in Quality if flag])
async def test_a_flagged_value_raises_nothing(street: Street, quality: Quality) -> None:
    await street.rules(ICE)
    await street.measure((5, 0))
    await street.measure((15, 0), (25, 0), quality=quality)
    assert await street.office.alerts.watch.tend(minute(31)) == []


async def test_a_value_that_comes_late_but_in_time_completes_the_hold(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (40, 3))
    assert await street.office.alerts.watch.tend(minute(41)) == []
    await street.measure((25, 0))  # as if received 16 minutes after it was measured
    (alert,) = await watch_of(street.office).tend(minute(42))
    assert alert.raised_at == minute(25)


async def test_who_judges_may_be_away_for_days_and_misses_nothing(street: Street) -> None:
    await street.rules(ICE)
    watch = street.office.alerts.watch
    await watch.tend(minute(1))
    await street.measure((5, 0), (25, 0), (40, 3), (50, 3), (60, 0), (80, 0), (90, 5), (100, 5))
    await watch_of(street.office).tend(minute(3 * 1440))
    assert [(alert.raised_at, alert.cleared_at) for alert in await alerts(street.office)] == [
        (minute(25), minute(50)),
        (minute(80), minute(100)),
    ]


async def test_a_rule_judges_nothing_from_before_it_was_saved(street: Street) -> None:
    await street.measure((5, 0), (25, 0), (40, 0))
    await street.rules(ICE, at=30)
    (alert,) = await street.office.alerts.watch.tend(minute(41))
    assert alert.raised_at == minute(40)


class Failing(SqlAlertStore):
    """A store whose next transaction fails at its end, or is kept and its answer lost."""

    def __init__(self, database: Database, *, kept: bool) -> None:
        super().__init__(database)
        self._kept = kept
        self._failures = 1

    async def write(
        self,
        courses: Sequence[Course],
        judged: Mapping[str, datetime],
        *,
        at: datetime,
        shares: Mapping[str, Share] = NO_SHARES,
    ) -> list[Alert]:
        """Fail once."""
        if not self._failures:
            return await super().write(courses, judged, at=at, shares=shares)
        self._failures -= 1
        if self._kept:
            await super().write(courses, judged, at=at, shares=shares)
        raise StoreError("the database went away")


@pytest.mark.parametrize("kept", [True, False])
async def test_who_dies_around_writing_neither_loses_nor_repeats_an_alert(
    street: Street, *, kept: bool
) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    stores = street.office.stores
    assert isinstance(stores.database, Database)
    sensed = Sensed(series=stores.series, add_ons=stores.add_ons)
    watch = RuleWatch(sensed, Failing(stores.database, kept=kept), street.office.zone)
    with pytest.raises(StoreError):
        await watch.tend(minute(26))
    await watch.tend(minute(27))
    assert len(await alerts(street.office)) == 1
    assert len(await stores.outbox.deliveries()) == 1


async def test_a_combination_across_devices_is_judged_at_the_place_of_the_first(
    street: Street,
) -> None:
    await street.rules(
        '[jam]\nwhen = "PM2.5 above 25 µg/m³ and vehicle count above 400 per h within 100 m"'
    )
    await street.measure(*((15.0 * i, 110.0) for i in range(6)), number=1, quantity="vehicle_count")
    await street.measure((61, 30.0), number=2, quantity="pm2_5")
    (alert,) = await street.office.alerts.watch.tend(minute(76))
    assert (alert.place.lantern_id, alert.raised_at) == (lantern_id(2), minute(61))
    assert [finding.dev_euis for finding in alert.findings] == [(eui(2),), (eui(1),)]
    assert "440 count per 1 h" in alert.reason


async def test_what_is_out_of_reach_does_not_count(street: Street) -> None:
    await street.rules(
        '[jam]\nwhen = "PM2.5 above 25 µg/m³ and vehicle count above 400 per h within 60 m"'
    )
    await street.measure(*((15.0 * i, 110.0) for i in range(6)), number=1, quantity="vehicle_count")
    await street.measure((61, 30.0), number=2, quantity="pm2_5")
    assert await street.office.alerts.watch.tend(minute(76)) == []


async def test_a_sensor_that_falls_silent_is_missed_once_and_its_return_ends_it(
    street: Street,
) -> None:
    await street.rules('[mute]\nwhen = "road surface missing for 2 h"\ntell = ["log"]')
    await street.measure((10, 4))
    watch = street.office.alerts.watch
    assert await watch.tend(minute(129)) == []
    (alert,) = await watch.tend(minute(131))
    assert alert.raised_at == minute(130)
    assert alert.reason.endswith("missing for 2 h: the last value came 22 Nov 10:10 GMT")
    assert await watch.tend(minute(200)) == []
    await street.measure((210, 4))
    (over,) = await watch.tend(minute(211))
    assert over.cleared_at == minute(210)


async def test_a_rule_that_is_taken_out_ends_its_alerts(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    await street.office.alerts.watch.tend(minute(26))
    await street.rules("# none", at=27)
    (over,) = await street.office.alerts.watch.tend(minute(28))
    assert (over.cleared_at, over.cleared_why) == (
        minute(28),
        "the rule was taken out of the rules",
    )


async def test_a_rule_that_looks_elsewhere_now_ends_its_alerts_here(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    await street.office.alerts.watch.tend(minute(26))
    await street.rules(ICE + 'where = { ward = "Weetwood" }', at=27)
    (over,) = await street.office.alerts.watch.tend(minute(28))
    assert "does not look here any more" in over.cleared_why


async def test_a_new_revision_judges_an_open_alert_by_its_own_end(street: Street) -> None:
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    await street.office.alerts.watch.tend(minute(26))
    await street.rules(ICE.replace("above 2 °C for 10 min", "above 1 °C"), at=27)
    await street.measure((30, 1.5))
    (over,) = await street.office.alerts.watch.tend(minute(31))
    assert (over.revision, over.cleared_at) == (1, minute(30))


@pytest.mark.parametrize(
    ("where", "places"),
    [
        ("", 1),
        ('where = { road = "otley road" }', 1),
        ('where = { ward = ["Weetwood", "Headingley"] }', 1),
        ('where = { use = "road surface temperature" }', 1),
        ('where = { use = "gully level" }', 0),
        ('where = { lanterns = ["leeds:0"] }', 1),
        ('where = { lanterns = ["leeds:1"] }', 0),
        ('where = { near = "53.8200,-1.5774", within = "60 m" }', 1),
        ('where = { near = "53.8200,-1.5774", within = "50 m" }', 0),  # 0.0005 degrees are 55.6 m
    ],
)
async def test_where_a_rule_looks_can_be_asked(street: Street, where: str, places: int) -> None:
    await street.measure((5, 0))
    book = street.office.alerts.book
    rules = book.check("winter", ICE.replace('tell = ["log"]', "") + where)
    assert await book.places(rules) == {"winter/ice": places}


async def test_rules_can_be_tried_on_what_was_measured(street: Street) -> None:
    await street.measure((5, 0), (25, 0), (40, 3), (50, 3), (60, 0), (80, 0))
    tried = await street.office.alerts.book.try_out(
        "winter",
        ICE.replace('tell = ["log"]', ""),
        start=minute(0),
        end=minute(200),
        at=minute(200),
    )
    assert [(t.alert.raised_at, t.ending and t.ending.at) for t in tried] == [
        (minute(25), minute(50)),
        (minute(80), None),
    ]
    assert await alerts(street.office) == []


async def test_saved_rules_that_cannot_be_read_are_told_and_stop_no_others(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    await street.rules("[ice]\nwhen = 'of a newer program'", name="air")
    await street.rules(ICE)
    await street.measure((5, 0), (25, 0))
    assert len(await street.office.alerts.watch.tend(minute(26))) == 1
    assert "cannot be read" in caplog.text
