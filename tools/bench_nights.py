"""The nights bench: a report over years of a city's nightly rows in the archive.

Rows are made by DuckDB, with hashes for randomness, and written as the archive writes them; that is
timed apart. Asked are the sums by ward and month that a report's lines show, all the way through
the office. The reference is the report that reads rows one by one, over one night.
"""

import asyncio
import resource
import tempfile
import time
from calendar import monthrange
from datetime import date
from pathlib import Path

from lighting.adapters.archive.manifest import sha256_of, write_manifest
from lighting.adapters.archive.parquet import Workbench, workbench
from lighting.clock import SystemClock
from lighting.energy.carbon import uk_factors
from lighting.energy.lines import Tally
from lighting.operations.archive_nights import ArchivedMonth
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS
from lighting.testing.leeds import leeds_district
from lighting.wiring import open_office
from tools.bench_city import settings_in

FIRST_YEAR = 2023
"""Its factors and those of the two years after it are published."""

ONE_NIGHT = date(FIRST_YEAR, 2, 1)

# Made up: 10 to 100 W, nights of 8 to 16.4 h, half to all of full power, every eighth night with a
# stretch that no counter proved, one lantern in 200 without a wattage.
_ROWS = """SELECT night, lantern_id, 'residential' AS policy, 3::BIGINT AS revision,
 CASE WHEN known THEN (full_uwh * (0.5 + hash(n, night) % 1000000 / 2e6) * metered)::BIGINT END
   AS metered_uwh,
 CASE WHEN known THEN (86400000 * metered)::BIGINT END AS metered_ms,
 CASE WHEN known THEN (full_uwh * 0.6 * (1 - metered))::BIGINT END AS modelled_uwh,
 CASE WHEN known THEN 86400000 - (86400000 * metered)::BIGINT END AS modelled_ms,
 CASE WHEN known THEN full_uwh::BIGINT END AS baseline_uwh,
 CASE WHEN known THEN 'two-point line' END AS power_basis,
 CASE WHEN NOT known THEN 'the inventory states no wattage' END AS unknown,
 CASE WHEN known THEN '{{"findings":[]}}' ELSE '' END AS more
 FROM (SELECT 'demo:' || lpad((n + 1)::VARCHAR, 6, '0') AS lantern_id, night::DATE AS night, n,
  hash(n) % 200 > 0 AS known,
  1e6 * (10 + hash(n, 1) % 91) * (12.2 + 4.2 * cos((dayofyear(night) + 10) / 58.09)) AS full_uwh,
  CASE WHEN hash(n, night, 1) % 8 = 0 THEN hash(n, night, 2) % 1000 / 1e3 ELSE 1 END AS metered
  FROM range({lanterns}) AS lanterns(n),
   (SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 DAY)) AS night))"""


def bench_nights(*, lanterns: int, years: int) -> dict[str, object]:
    """Return seconds, memory and disk of a report over ``years`` of nightly rows."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as name:
        folder = Path(name)
        archive = folder / "archive"
        archive.mkdir()
        began = time.perf_counter()
        months = _fill(archive, lanterns, years)
        made_s = time.perf_counter() - began
        told = asyncio.run(_asked(folder, archive, lanterns, years))
    rows = sum(each.rows for each in months.values())
    return {
        "lanterns": lanterns,
        "nightly_rows": rows,
        "parquet_mib": round(sum(each.bytes for each in months.values()) / 2**20, 1),
        "seconds_to_make_them": round(made_s, 1),
        **told,
    }


def _fill(archive: Path, lanterns: int, years: int) -> dict[str, ArchivedMonth]:
    months = {}
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        for number in range(1, 13):
            with workbench(archive) as bench:
                made = _month(bench, archive, date(year, number, 1), lanterns)
            months[made.month] = made
    write_manifest(archive, months)
    return months


def _month(bench: Workbench, archive: Path, first: date, lanterns: int) -> ArchivedMonth:
    month = first.isoformat()[:7]
    path = archive / f"nights-{month}.parquet"
    last = first.replace(day=monthrange(first.year, first.month)[1])
    bench.write(path, _ROWS.format(lanterns=lanterns, first=first, last=last))
    return ArchivedMonth(
        month=month,
        file=path.name,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        **bench.file_facts(path)._asdict(),
    )


async def _asked(folder: Path, archive: Path, lanterns: int, years: int) -> dict[str, object]:
    settings = settings_in(folder).model_copy(update={"archive": archive})
    wards = {str(each.lantern_id): each.ward for each in leeds_district(lanterns, seed=1)}
    first, last = date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + years - 1, 12, 31)
    factors = uk_factors().by_year
    took = []
    async with open_office(settings, clock=SystemClock()) as office:
        for _ in range(2):
            began, cpu = time.perf_counter(), time.process_time()
            sums = await office.energy.past.sums.by_group(first, last, wards)
            lines = {key: tally.line(factors) for key, tally in sums.items()}
            took.append(time.perf_counter() - began)
            cpu_s = time.process_time() - cpu
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        plain_us, same = await _plainly(office, wards)
    rows = sum(line.lantern_nights for line in lines.values())
    return {
        "lines_by_ward_and_month": len(lines),
        "seconds": round(took[0], 2),
        "seconds_again": round(took[1], 2),
        "cpu_seconds_again": round(cpu_s, 2),
        "aim_s": 20,
        "peak_memory_mib": round(peak_mib, 1),
        "reference": {
            "what": "the report that reads rows one by one, over one night of the same archive",
            "microseconds_a_row": round(plain_us, 2),
            "seconds_for_all_extrapolated": round(plain_us * rows / 1e6, 1),
            "same_line": same,
        },
        "ratio": round(plain_us * rows / 1e6 / took[0], 1),
    }


async def _plainly(office: Office, wards: dict[str, str]) -> tuple[float, bool]:
    """Return what the report takes for a row [µs], and whether its line is that of the sums."""
    began = time.perf_counter()
    report = await office.energy.nights.report(
        ONE_NIGHT, ONE_NIGHT, by=GROUPINGS["ward"], carry_forward=False
    )
    took_s = time.perf_counter() - began
    total = Tally()
    for tally in (await office.energy.past.sums.by_group(ONE_NIGHT, ONE_NIGHT, wards)).values():
        total.merge(tally)
    line = total.line(uk_factors().by_year)
    return took_s * 1e6 / line.lantern_nights, line == report.total
