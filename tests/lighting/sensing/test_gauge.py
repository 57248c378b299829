"""How full a gully is, from how far its sensor sees; expected values are worked out by hand."""

import pytest

from firmware_profiles.measurement import Measurement
from lighting.errors import RefusedError
from lighting.sensing.gauge import Gauge, with_fill_levels

ONE_METRE = Gauge(empty_m=1.2, full_m=0.2)


@pytest.mark.parametrize(("distance_m", "level"), [(1.2, 0), (0.4, 80), (0.2, 100), (1.7, -50)])
def test_the_nearer_the_surface_the_fuller_the_gully(distance_m: float, level: float) -> None:
    assert ONE_METRE.fill_level(distance_m) == pytest.approx(level)


def test_only_distances_become_fill_levels_and_what_was_measured_stays() -> None:
    said = (
        Measurement(quantity="distance", value=0.4, channel="probe"),
        Measurement(quantity="battery", value=90),
    )
    assert list(with_fill_levels(said, None)) == list(said)
    distance, level, battery = with_fill_levels(said, ONE_METRE)
    assert (distance, battery) == said
    assert (level.quantity, level.channel) == ("fill_level", "probe")
    assert level.value == pytest.approx(80)


@pytest.mark.parametrize(
    ("empty_m", "full_m", "told"),
    [
        (0.2, 1.2, "further away when the gully is empty"),
        (1.0, 0.99, "at least 0.02 m more"),
        (float("nan"), 0.2, "empty_m is nan; allowed: 0 to 50 m"),
        (51, 0.2, "empty_m is 51"),
        (1, -0.1, "full_m is -0.1"),
    ],
)
def test_a_gauge_that_no_gully_can_have_is_refused(
    empty_m: float, full_m: float, told: str
) -> None:
    with pytest.raises(RefusedError, match=told):
        Gauge(empty_m=empty_m, full_m=full_m)
