"""From a value in the database to a line in a channel's file, by the steps that the loops take."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

from lighting.config import Settings
from lighting.testing.clock import SteppedClock
from lighting.wiring import open_office
from tests.lighting.operations.sensors import ICE, Street, minute
from tests.lighting.operations.town import MORNING

FILE = """
[channels.log]
kind = "file"
path = "{path}"

[reports.winter-service]
title = "Winter service"
uses = ["road surface temperature"]
rules = ["winter"]
at = "07:00"
tell = ["log"]
"""


async def test_an_alert_its_end_and_the_days_report_reach_their_channel(
    ready_database: Path, tmp_path: Path
) -> None:
    database, log, telling = tmp_path / "a.db", tmp_path / "a.jsonl", tmp_path / "a.toml"
    shutil.copy(ready_database, database)
    telling.write_text(FILE.format(path=log))
    settings = Settings(database_url=f"sqlite:///{database}", alerts_file=telling)
    clock = SteppedClock(MORNING)
    async with open_office(settings, clock=clock) as office:
        street = Street(office)
        await street.build()
        await office.alerts.book.save("winter", ICE, at=clock.now(), by="eva")
        await street.measure((5, 0), (25, -0.5), (40, 2.5), (50, 3))
        for step in (30, 31, 1440):
            clock.advance(minute(step) - clock.now())
            await office.alerts.watch.tend(clock.now())
            await office.alerts.tell(clock.now())
        clock.advance(timedelta(minutes=1))
        await office.alerts.tell(clock.now())
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["id"], each["type"]) for each in told] == [
        ("alert-1-raised-log", "alert.raised"),
        ("report-winter-service-2026-11-21-log", "report.daily"),  # a new area begins at once
        ("alert-1-cleared-log", "alert.cleared"),
        ("report-winter-service-2026-11-22-log", "report.daily"),
    ]
    raised, _, cleared, report = (each["data"] for each in told)
    assert raised["subject"] == "WARNING: ice at Otley Road, Headingley (leeds:0)"
    assert "Why: surface temperature below 1 °C" in raised["text"]
    assert cleared["cleared_at"] == "2026-11-22T10:50:00Z"
    assert (report["raised"], report["cleared"]) == ([1], [1])
    assert report["attachments"][0]["text"].startswith("day,lantern_id,")
