"""`lamplighter sun`: sunset, sunrise and civil twilight of every night of a year at a place."""

import csv
import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from lighting.operations.tonight import utc_text
from schedules.night import Night
from schedules.sun import NightSun, night_sun
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import YEAR_MAX, YEAR_MIN, Place, Zone, site_of

COLUMNS = (
    "night",
    "sunset_utc",
    "sunrise_utc",
    "civil_dusk_utc",
    "civil_dawn_utc",
    "sun",
    "twilight",
)


def sun(
    place: Place,
    zone: Zone,
    year: Annotated[int, typer.Option(min=YEAR_MIN, max=YEAR_MAX, help="Year of the evenings.")],
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the sun of every night of a year (a night is local noon to noon)."""
    with told_errors():
        site = site_of(place, zone)
        first = date(year, 1, 1)
        days = (date(year + 1, 1, 1) - first).days
        nights = [Night(site=site, evening=first + timedelta(days=n)) for n in range(days)]
        rows = [_row(night, night_sun(night)) for night in nights]
    if as_json:
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    else:
        OUT.print("  ".join(COLUMNS))
        for row in rows:
            OUT.print("  ".join(cell or "-" for cell in row))


def _row(night: Night, events: NightSun) -> tuple[str, ...]:
    moments = (events.sunset, events.sunrise, events.civil_dusk, events.civil_dawn)
    return (
        night.evening.isoformat(),
        *("" if at is None else utc_text(at) for at in moments),
        events.sun.value,
        events.twilight.value,
    )
