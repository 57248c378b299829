"""The output of a vendor's codec becomes measurements, or a problem that names field and reason.

Outputs are those of published examples in TheThingsNetwork/lorawan-devices where one is named;
for broken ones there is no outside source.
"""

import math

import pytest

from firmware_profiles.devices.device import (
    JAVASCRIPT,
    DeviceModel,
    Measure,
    PowerNeed,
    Supply,
    Use,
)
from firmware_profiles.devices.errors import MeasureError
from firmware_profiles.devices.measure import measure
from firmware_profiles.measurement import Measurement


def _model(*rows: Measure) -> DeviceModel:
    return DeviceModel(
        device_id="acme",
        title="Acme",
        vendor="Acme",
        uses=(Use.DAMP,),
        power=PowerNeed(supply=Supply.BATTERY),
        codec=JAVASCRIPT,
        measures=rows,
    )


def _problems(rows: list[Measure], decoded: dict[str, object]) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        measure(_model(*rows), decoded)
    return caught.value


def test_the_published_output_of_vs133_becomes_counts_of_a_line() -> None:
    """vendor/milesight-iot/vs133-codec.yaml: line_1 total_in 72, total_out 200."""
    model = _model(
        Measure(quantity="people_total", field="line_1.total_in", channel="line 1 in"),
        Measure(quantity="people_total", field="line_1.total_out", channel="line 1 out"),
    )
    assert measure(model, {"line_1": {"total_in": 72, "total_out": 200}}) == (
        Measurement(quantity="people_total", value=72, channel="line 1 in"),
        Measurement(quantity="people_total", value=200, channel="line 1 out"),
    )


def test_units_are_brought_to_ours_by_scale_and_offset() -> None:
    """0.653 ppm of ozone (vendor/uradmonitor example) is 653 ppb; 50 °F is 10 °C by definition."""
    model = _model(
        Measure(quantity="o3", field="o3", scale=1000),
        Measure(quantity="air_temperature", field="f", scale=5 / 9, offset=-160 / 9),
    )
    found = measure(model, {"o3": 0.653, "f": 50})
    assert [each.value for each in found] == pytest.approx([653, 10])


def test_a_path_leads_through_lists_and_keys_with_dots() -> None:
    decoded = {
        "pm2.5": 7,
        "pm2": {"5": 99},
        "channels": [{"count": 1}, {"count": 2}],
        "deep": {"a.b": {"c": 3}},
        "row": [4.5],
    }
    model = _model(
        Measure(quantity="pm2_5", field="pm2.5"),
        Measure(quantity="people_count", field="channels.1.count"),
        Measure(quantity="pm10", field="deep.a.b.c"),
        Measure(quantity="pm1", field="row.0"),
    )
    assert [each.value for each in measure(model, decoded)] == [7, 2, 3, 4.5]


def test_true_and_false_are_a_state_and_nothing_else() -> None:
    state = Measure(quantity="tipped", field="tilt")
    assert measure(_model(state), {"tilt": True})[0].value == 1
    number = Measure(quantity="distance", field="tilt")
    assert "tilt (distance) is True, not a finite number" in str(
        _problems([number], {"tilt": True})
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("27.20", "is '27.20', not a finite number"),
        (None, "is None, not a finite number"),
        (math.nan, "is nan, not a finite number"),
        (math.inf, "is inf, not a finite number"),
        ({"value": 1}, "is {'value': 1}, not a finite number"),
        ("x" * 100, "…, not a finite number"),
    ],
)
def test_what_is_no_number_is_named_and_not_guessed(value: object, told: str) -> None:
    error = _problems([Measure(quantity="humidity", field="rh")], {"rh": value})
    assert f"output of the codec of acme: rh (humidity) {told}" in str(error) or told in str(error)
    assert error.measured == ()


@pytest.mark.parametrize("path", ["nosuch", "rh.value", "list.2", "list.-1", "list.x", "", "rh."])
def test_a_path_that_leads_nowhere_is_missing(path: str) -> None:
    decoded = {"rh": 40, "list": [1, 2]}
    error = _problems([Measure(quantity="humidity", field=path)], decoded)
    assert [problem.message for problem in error.problems] == ["is missing"]


def test_one_bad_field_does_not_lose_the_others() -> None:
    rows = [Measure(quantity="humidity", field="rh"), Measure(quantity="dew_point", field="dew")]
    error = _problems(rows, {"rh": 40, "dew": "n/a"})
    assert [each.quantity for each in error.measured] == ["humidity"]
    assert [problem.field for problem in error.problems] == ["dew"]


def test_an_optional_field_may_be_missing_but_not_wrong() -> None:
    rows = [
        Measure(quantity="humidity", field="rh"),
        Measure(quantity="battery_level", field="battery", optional=True),
    ]
    assert len(measure(_model(*rows), {"rh": 40})) == 1
    assert len(_problems(rows, {"rh": 40, "battery": "full"}).problems) == 1


def test_an_output_with_nothing_of_the_model_is_a_problem() -> None:
    rows = [Measure(quantity="humidity", field="rh", optional=True)]
    error = _problems(rows, {"temperature": 21})
    assert "rh (none) not found; there is temperature" in str(error)
