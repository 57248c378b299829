"""The report bench: a city's year of half-hours, and a report over years of its nightly rows."""

import os

from tools.bench_half_hours import bench_half_hours
from tools.bench_nights import bench_nights


def bench_report(*, lanterns: int, sample: int, years: int) -> dict[str, object]:
    """Return the figures of both, each with its reference measured in the same run.

    Where others work on the machine (the load average says so), seconds are theirs too: CPU seconds
    are ours alone.
    """
    return {
        "bench": "report",
        "load_average_before": round(os.getloadavg()[0], 1),
        "half_hours": bench_half_hours(lanterns=lanterns, sample=sample),
        "nights": bench_nights(lanterns=lanterns, years=years),
    }
