"""Daily reports: what they say of a day, and that each goes out once, also when clocks change."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest

from firmware_profiles.devices.device import Use
from lighting.operations.controller import Office
from lighting.operations.daily_reports import DailyReports, ReportSources
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.rule_sources import Sensed
from lighting.sensing.alerts.areas import ServiceArea, day_bounds, days_due
from lighting.sensing.alerts.report import report_csv, report_notice, report_text
from lighting.sensing.series import Quality
from tests.lighting.operations.sensors import ICE, STREAM, Street, eui, lantern_id, minute

LEEDS = "Europe/London"
SUNDAY = date(2026, 11, 22)

WINTER = ServiceArea(
    area_id="winter-service",
    title="Winter service",
    uses=frozenset({Use.ROAD_SURFACE, Use.VEHICLES}),
    rules=frozenset({"winter"}),
    at=time(7, 0),
    tell=("desk", "log"),
)


@pytest.fixture
async def street(office: Office) -> Street:
    """Return a street with sensors, and no rules."""
    street = Street(office)
    await street.build()
    return street


def reports_of(office: Office, *areas: ServiceArea) -> DailyReports:
    """Return what writes the reports of areas."""
    stores = office.stores
    sources = ReportSources(
        sensed=Sensed(series=stores.series, add_ons=stores.add_ons),
        alerts=stores.alerts,
        faults=stores.faults,
        outbox=stores.outbox,
    )
    return DailyReports(sources, areas, LEEDS)


async def test_a_report_tells_the_day_in_plain_english(street: Street) -> None:
    office = street.office
    await street.rules(ICE)
    await street.measure((5, 0.5), (15, -1.5), (25, 0), (40, 3), (50, 5))
    await street.measure((55, 70), quality=Quality.OUT_OF_RANGE)
    await office.alerts.watch.tend(minute(60))
    await office.stores.alerts.acknowledge(1, at=minute(30), by="eva", why="gritters are out")
    day = await reports_of(office).day(WINTER, SUNDAY)
    text = report_text(day, zone=LEEDS)
    assert text.startswith(
        "Winter service: Sunday 22 November 2026\n"
        "from 22 Nov 00:00 GMT to 23 Nov 00:00 GMT\n\n"
        "Alerts: 1 raised, 1 over, 1 acknowledged, 0 open at the end of the day\n"
        "  1 warning winter/ice at Otley Road, Headingley (leeds:0): raised 22 Nov 10:25 GMT"
    )
    assert "; acknowledged by eva: gritters are out\n" in text
    # (0.5 - 1.5 + 0 + 3 + 5) / 5 = 1.4
    assert (
        "Readings: 1 series of 1 devices\n"
        "  surface temperature [°C]\n"
        "    Otley Road, Headingley (leeds:0): lowest -1.5, mean 1.4, highest 5"
        " (5 values, 1 doubtful left out)\n"
    ) in text
    assert f"Silent devices: 1\n  {eui(1)} at Otley Road, Headingley (leeds:1) brought" in text
    assert "nothing for 13 h 10 min" in text  # from 10:50 to midnight


async def test_the_csv_has_a_line_for_each_series(street: Street) -> None:
    await street.measure((5, 0.5), (15, -1.5))
    await street.measure((0, 10), (60, 20), number=1, quantity="vehicle_count")
    day = await reports_of(street.office).day(WINTER, SUNDAY)
    rows = list(csv.DictReader(StringIO(report_csv(day))))
    assert [(row["quantity"], row["lowest"], row["total"], row["unit"]) for row in rows] == [
        ("surface_temperature", "-1.5", "", "°C"),
        ("vehicle_count", "10", "30", "count"),
    ]
    notice = report_notice(day, zone=LEEDS, at=minute(0))
    assert notice.subject == "Winter service: 2026-11-22, 0 alerts raised, 0 open"
    assert notice.attachments[0].name == "winter-service-2026-11-22.csv"


async def test_a_sensor_that_was_taken_off_since_is_in_the_report_of_its_day(
    street: Street,
) -> None:
    registration = street.office.devices.registration
    await registration.register(
        RegisterAsked(
            dev_eui=eui(9),
            device_id="decentlab-dl-cws",
            by="ann",
            lantern_id=lantern_id(2),
            stream_id=STREAM.stream_id,
            application_id="add-ons",
        )
    )
    await street.measure((5, 0.5), (15, -1.5), number=9)
    await registration.remove(eui(9), by="bob", reason="stolen")
    day = await reports_of(street.office).day(WINTER, SUNDAY)
    assert [(each.place.dev_eui, each.place.lantern_id, each.lowest) for each in day.series] == [
        (eui(9), lantern_id(2), -1.5)
    ]
    assert [each.dev_eui for each in day.silent] == [eui(0), eui(1)]


async def test_a_report_goes_out_once_at_its_time_to_every_channel(street: Street) -> None:
    outbox = street.office.stores.outbox
    seven = datetime(2026, 11, 23, 7, tzinfo=UTC)
    reports = reports_of(street.office, WINTER)
    assert await reports.tend(seven - timedelta(seconds=1)) == 0
    assert await reports.tend(seven) == 1
    assert await reports.tend(seven + timedelta(minutes=1)) == 0
    assert await reports_of(street.office, WINTER).tend(seven) == 0
    assert [each.key for each in reversed(await outbox.deliveries())] == [
        "report-winter-service-2026-11-22-desk",
        "report-winter-service-2026-11-22-log",
    ]


async def test_days_that_were_missed_are_made_up_for_a_week(street: Street) -> None:
    reports = reports_of(street.office, WINTER)
    assert await reports.tend(datetime(2026, 11, 23, 8, tzinfo=UTC)) == 1
    assert await reports.tend(datetime(2026, 11, 26, 8, tzinfo=UTC)) == 3
    assert await reports.tend(datetime(2026, 12, 25, 8, tzinfo=UTC)) == 7


async def test_a_report_on_faults_counts_them(office: Office) -> None:
    area = ServiceArea(area_id="lights", title="Lights", faults=True)
    day = await reports_of(office).day(area, SUNDAY)
    assert report_text(day, zone=LEEDS).endswith("Lantern faults: 0 open in the day\n")


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    # gov.uk/when-do-the-clocks-change: forward on 29 March 2026, back on 25 October 2026.
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (SUNDAY, 24)):
        start, end = day_bounds(day, LEEDS)
        assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize("at", [time(0, 30), time(1, 30), time(2, 0), time(7, 0)])
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_every_day_is_due_once_also_when_the_clocks_change(change: date, at: time) -> None:
    area = ServiceArea(area_id="a", title="A", faults=True, at=at)
    now = datetime.combine(change - timedelta(days=2), time(12), UTC)
    end, last, sent = now + timedelta(days=4), change - timedelta(days=3), list[date]()
    while now < end:
        for day in days_due(area, last=last, now=now, zone=LEEDS):
            sent.append(day)
            last = day
        now += timedelta(minutes=1)
    assert sent == [change + timedelta(days=days) for days in (-2, -1, 0, 1)]


def test_a_new_area_begins_with_yesterday() -> None:
    seven = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert days_due(WINTER, last=None, now=seven, zone=LEEDS) == [SUNDAY]
    assert days_due(WINTER, last=None, now=seven - timedelta(hours=1), zone=LEEDS) == []
