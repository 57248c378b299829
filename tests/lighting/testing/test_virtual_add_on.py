"""Virtual add-ons say, in bytes that the shipped codecs read, what is true of the night."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest

from firmware_profiles.codecs import codec_for
from firmware_profiles.devices.device import Use
from firmware_profiles.devices.library import device_for
from firmware_profiles.measurement import Measurement
from firmware_profiles.quantities import quantity_for
from lighting.identifiers import DevEui
from lighting.testing.street_night import HOUR_S, Corner, StreetNight
from lighting.testing.virtual_add_on import (
    GULLY_EMPTY_M,
    MAKES,
    AddOnFaults,
    AddOnSpec,
    VirtualAddOn,
    gully_distance_m,
)
from lighting.testing.virtual_lantern import Saying

MIDNIGHT_S = datetime(2026, 11, 24, tzinfo=UTC).timestamp()
NOON_S = MIDNIGHT_S - 12 * HOUR_S
SHOWER_S = (MIDNIGHT_S - 3 * HOUR_S, MIDNIGHT_S - HOUR_S)
NIGHT = StreetNight(midnight_s=MIDNIGHT_S, shower_s=SHOWER_S)
GULLY = "milesight-em500-udl"


def an_add_on(device_id: str, *, seed: int = 1, **named: object) -> VirtualAddOn:
    spec = AddOnSpec(
        dev_eui=DevEui("a81758fff0000001"),
        application_id="add-ons",
        latitude_deg=53.8,
        longitude_deg=-1.55,
        device_id=device_id,
    )
    add_on = VirtualAddOn(spec, NIGHT, rng=Random(seed), **named)  # type: ignore[arg-type]  # the caller's keywords
    add_on.power_on(NOON_S)
    return add_on


def run(add_on: VirtualAddOn, hours: float = 24) -> list[tuple[float, list[Saying]]]:
    """Return what it says until so many hours after noon, by the instant."""
    said = []
    while (at_s := add_on.next_s) <= NOON_S + hours * HOUR_S:
        said.append((at_s, add_on.wake(at_s)))
    return said


def read(add_on: VirtualAddOn, hours: float = 24) -> Iterator[tuple[float, Measurement]]:
    """Yield what the shipped codec makes of it."""
    codec = codec_for(device_for(add_on.spec.device_id).codec)
    for at_s, sayings in run(add_on, hours):
        for f_port, payload in sayings:
            for each in codec.decode(f_port, payload):
                yield at_s, each


def values(add_on: VirtualAddOn, quantity: str, channel: str = "") -> dict[float, float]:
    """Return a quantity's values by the hour, counted from midnight."""
    return {
        (at_s - MIDNIGHT_S) / HOUR_S: each.value
        for at_s, each in read(add_on)
        if each.quantity == quantity and each.channel == channel and each.at is None
    }


def mean(found: dict[float, float], begin_h: float, end_h: float) -> float:
    chosen = [value for hour, value in found.items() if begin_h <= hour < end_h]
    return sum(chosen) / len(chosen)


def test_there_is_one_for_each_use_of_the_programme() -> None:
    uses = {use for device_id in MAKES for use in device_for(device_id).uses}
    assert uses == set(Use) - {Use.LIGHTING}


@pytest.mark.parametrize("device_id", MAKES)
def test_what_it_says_is_read_by_the_shipped_codec_and_possible(device_id: str) -> None:
    """The catalogue entry says what such a device measures."""
    declared = {measure.quantity for measure in device_for(device_id).measures}
    found = [each for _, each in read(an_add_on(device_id))]
    assert {each.quantity for each in found} <= declared
    assert {each.quantity for each in found} & declared
    assert all(quantity_for(each.quantity).is_possible(each.value) for each in found)


@pytest.mark.parametrize("device_id", MAKES)
def test_it_reports_at_its_interval_and_the_same_for_the_same_seed(device_id: str) -> None:
    first = run(an_add_on(device_id))
    assert first == run(an_add_on(device_id))
    times = [at_s for at_s, _ in first]
    assert {round(b - a) for a, b in pairwise(times)} == {600}
    assert times != [at_s for at_s, _ in run(an_add_on(device_id, seed=2))]


def test_a_road_cools_through_the_night_and_freezes() -> None:
    surface = values(an_add_on("decentlab-dl-cws", corner=Corner()), "surface_temperature")
    assert mean(surface, -12, -10) > mean(surface, -6, -4) > mean(surface, -1, 1)
    assert mean(surface, 2, 4) < 0
    assert mean(surface, 2, 4) < mean(surface, 8, 10)


def test_a_gully_rises_in_the_shower_and_runs_dry_after_it() -> None:
    distance = values(an_add_on(GULLY, corner=Corner(catches=0.8)), "distance")
    dry, wettest, after = (mean(distance, *hours) for hours in ((-6, -4), (-1.2, -0.8), (8, 10)))
    assert dry == pytest.approx(gully_distance_m(0.12), abs=0.001)
    assert wettest < gully_distance_m(0.8)
    assert wettest < after < dry + 0.01


def test_footfall_and_traffic_fall_after_midnight() -> None:
    people = values(an_add_on("parametric-pcr2-ods"), "people_count", "left to right")
    vehicles = values(an_add_on("pmx-tcr-s"), "vehicle_count", "right to left")
    for found in (people, vehicles):
        assert mean(found, 1, 5) < mean(found, -10, -6) / 4


def test_counts_add_up_to_the_total_that_the_device_tells() -> None:
    """Parametric's PCR2 tells both: since the report before, and since it was switched on."""
    counted: Counter[str] = Counter()
    totals: dict[str, float] = {}
    for _, each in read(an_add_on("parametric-pcr2-ods")):
        if each.quantity == "people_count":
            counted[each.channel] += int(each.value)
        elif each.quantity == "people_total":
            totals[each.channel] = each.value
    assert totals == counted
    assert sum(counted.values()) > 100


def test_one_that_was_silent_says_late_what_it_had_kept() -> None:
    silent_s = (MIDNIGHT_S, MIDNIGHT_S + 3 * HOUR_S)
    found = list(read(an_add_on(GULLY, faults=AddOnFaults(silent_s=silent_s))))
    late = [(at_s, each.at.timestamp()) for at_s, each in found if each.at is not None]
    assert len(late) == 3 * 6
    assert {at_s for at_s, _ in late} == {min(at_s for at_s, _ in found if at_s >= silent_s[1])}
    assert all(silent_s[0] - 1 <= measured_s < silent_s[1] for _, measured_s in late)
    assert not [at_s for at_s, _ in found if silent_s[0] <= at_s < silent_s[1]]


def test_a_make_that_keeps_nothing_has_lost_it() -> None:
    silent_s = (MIDNIGHT_S, MIDNIGHT_S + 3 * HOUR_S)
    said = run(an_add_on("pmx-tcr-s", faults=AddOnFaults(silent_s=silent_s)))
    assert [len(sayings) for at_s, sayings in said if at_s >= MIDNIGHT_S] == [0] * 18 + [1] * 54


def test_a_worn_memory_says_an_instant_twice_with_different_values() -> None:
    silent_s = (MIDNIGHT_S, MIDNIGHT_S + HOUR_S)
    add_on = an_add_on(GULLY, faults=AddOnFaults(silent_s=silent_s, twice=True))
    told: dict[datetime, set[float]] = {}
    for _, each in read(add_on):
        if each.at is not None:
            told.setdefault(each.at, set()).add(each.value)
    assert len(told) == 6
    assert all(len(found) == 2 for found in told.values())


@pytest.mark.parametrize("device_id", [each for each in MAKES if each != "pmx-tcr-s"])
def test_one_that_raves_says_what_cannot_be(device_id: str) -> None:
    raves_s = (NOON_S, NOON_S + HOUR_S)
    add_on = an_add_on(device_id, faults=AddOnFaults(raves_s=raves_s))
    absurd = {
        at_s
        for at_s, each in read(add_on)
        if not quantity_for(each.quantity).is_possible(each.value)
    }
    assert len(absurd) == 6
    assert all(raves_s[0] <= at_s < raves_s[1] for at_s in absurd)


def test_a_dry_gully_is_as_deep_as_the_gauge() -> None:
    assert gully_distance_m(0.0) == GULLY_EMPTY_M
