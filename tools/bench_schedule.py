"""The schedule bench: a city's switch times as arrays, against astral called for each lantern."""

import resource
import time
from datetime import date, timedelta
from random import Random

import numpy as np
from astral import Observer
from astral.sun import sunrise, sunset

from lighting.testing.leeds import leeds_district
from schedules.city import City, switch_times
from schedules.night import Night
from schedules.policy import SunAnchor, SunEvent
from schedules.site import Site

ZONE = "Europe/London"
FIRST = date(2026, 1, 1)
EVENTS = {SunEvent.SUNSET: sunset, SunEvent.SUNRISE: sunrise}


def bench_schedule(*, lanterns: int, nights: int, sample: int) -> dict[str, object]:
    """Return seconds, memory and the greatest difference, with the reference's own figures."""
    district = leeds_district(lanterns, seed=1)
    city = City(
        latitudes_deg=np.array([lantern.latitude_deg for lantern in district]),
        longitudes_deg=np.array([lantern.longitude_deg for lantern in district]),
        zone=ZONE,
    )
    began = time.perf_counter()
    times = {e: switch_times(city, SunAnchor(event=e), FIRST, nights) for e in EVENTS}
    ours_s = time.perf_counter() - began
    rng = Random(1)  # noqa: S311 - a sample
    picks = [
        (rng.randrange(lanterns), rng.randrange(nights), e)
        for e in EVENTS
        for _ in range(sample // 2)
    ]
    reference_s, difference_s = 0.0, 0.0
    for lantern, night, event in picks:
        began = time.perf_counter()
        expected_s = _astral(city, lantern, night, event)
        reference_s += time.perf_counter() - began
        difference_s = max(difference_s, abs(expected_s - float(times[event][lantern, night])))
    calls = lanterns * nights * len(EVENTS)
    per_call_s = reference_s / len(picks)
    return {
        "bench": "schedule",
        "lanterns": lanterns,
        "nights": nights,
        "switch_times": calls,
        "seconds": round(ours_s, 3),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "reference": {
            "what": "astral.sun.sunset and sunrise called for each lantern and night, one process",
            "calls_timed": len(picks),
            "microseconds_per_call": round(per_call_s * 1e6, 2),
            "seconds_for_all_extrapolated": round(per_call_s * calls, 1),
        },
        "ratio": round(per_call_s * calls / ours_s, 1),
        "greatest_difference_s": round(difference_s, 4),
    }


def _astral(city: City, lantern: int, night: int, event: SunEvent) -> float:
    """Return astral's own moment [s after local noon], by the civil date it falls on."""
    latitude, longitude = float(city.latitudes_deg[lantern]), float(city.longitudes_deg[lantern])
    site = Site(latitude_deg=latitude, longitude_deg=longitude, zone=ZONE)
    start = Night(site=site, evening=FIRST + timedelta(days=night)).start
    day = FIRST + timedelta(days=night + (event is SunEvent.SUNRISE))
    at = EVENTS[event](Observer(latitude, longitude), day, tzinfo=site.tz)
    return (at - start).total_seconds()
