"""The life of an alert, worked out by hand from the values."""

from lighting.sensing.rules.judge import Phase
from tests.lighting.sensing.rules.watching import Minutes, judged, minute, rule_of, turns

ICE = rule_of("road surface below 1 °C for 20 min", "above 2 °C for 10 min")


def test_an_alert_is_raised_by_the_value_that_completes_the_hold_time() -> None:
    assert turns(ICE, [(0, 3), (10, 0.5), (20, 0.4), (29, 0.3), (31, 0.2), (40, 0)]) == [31]


def test_a_hold_time_is_complete_to_the_second() -> None:
    assert turns(ICE, [(10, 0), (30, 0)]) == [30]
    assert turns(ICE, [(10, 0), (29.99, 0)]) == []


def test_one_value_that_is_not_below_begins_the_hold_anew() -> None:
    assert turns(ICE, [(0, 0), (10, 0), (15, 1.0), (20, 0), (39, 0), (40, 0)]) == [40]


def test_between_both_limits_an_alert_neither_ends_nor_is_raised_again() -> None:
    values = [(0, 0), (20, 0), (30, 1.5), (40, 1.9), (50, 0.5), (90, 0.5), (100, 1.5)]
    assert turns(ICE, values) == [0 + 20]


def test_an_alert_ends_when_its_end_has_held() -> None:
    values = [(0, 0), (20, 0), (30, 2.5), (35, 2.5), (38, 1.9), (40, 2.1), (49, 2.2), (50, 2.2)]
    assert turns(ICE, values) == [20, 50]


def test_it_is_raised_again_only_after_a_whole_hold_time() -> None:
    values = [(0, 0), (20, 0), (30, 3), (40, 3), (41, 0), (60, 0), (61, 0)]
    assert turns(ICE, values) == [20, 40, 61]


def test_a_gap_longer_than_the_rules_breaks_the_hold() -> None:
    rule = rule_of("road surface below 1 °C for 20 min", gap="15 min")
    assert turns(rule, [(0, 0), (15, 0), (30, 0)]) == [30]
    assert turns(rule, [(0, 0), (15.1, 0), (30, 0)]) == []


def test_an_alert_does_not_end_because_its_sensor_fell_silent() -> None:
    rule = rule_of("road surface below 1 °C")
    assert turns(rule, [(0, 0)]) == [0]
    found = judged(rule, {"surface_temperature": [[(0, 0)]]})
    assert (found.phase, found.since) == (Phase.RAISED, minute(0))


def test_without_an_end_of_its_own_an_alert_ends_after_ten_good_minutes() -> None:
    rule = rule_of("gully above 80 %")
    assert turns(rule, [(0, 81), (5, 80), (14, 79), (15, 80), (16, 81)], "fill_level") == [
        0,
        15,
        16,
    ]


def test_phases_are_told_with_the_time_since_when() -> None:
    pending = judged(ICE, {"surface_temperature": [[(0, 5), (10, 0), (20, 0)]]}, now=25)
    assert (pending.phase, pending.since) == (Phase.PENDING, minute(10))
    values = [(0, 0), (20, 0), (30, 3)]
    recovering = judged(ICE, {"surface_temperature": [values]}, now=35)
    assert (recovering.phase, recovering.since) == (Phase.RECOVERING, minute(30))


def test_missing_waits_for_the_clock_and_is_over_with_the_next_value() -> None:
    rule = rule_of("fill level missing for 2 h")
    assert turns(rule, [(0, 5), (60, 5), (300, 5)], "fill_level") == [180, 300, 420]
    assert turns(rule, [(0, 5), (120, 5), (240, 5), (1439, 5)], "fill_level") == [360, 1439]


def test_what_is_missing_from_the_start_is_told_at_the_start() -> None:
    rule = rule_of("fill level missing for 2 h")
    (turn,) = judged(rule, {}, since=600).turns
    assert turn.at == minute(600)


def test_counts_are_taken_over_the_time_that_is_named() -> None:
    rule = rule_of("vehicle count above 400 per h", "at most 300 per h")
    quarters = [(15.0 * i, 90.0) for i in range(9)] + [(135.0, 141.0)]
    # Four quarters of 90 are 360 an hour; 90 + 90 + 90 + 141 = 411.
    assert turns(rule, quarters, "vehicle_count") == [135]


def test_a_count_whose_time_is_not_covered_is_not_known() -> None:
    rule = rule_of("vehicle count above 100 per h", gap="20 min")
    assert turns(rule, [(0, 900), (15, 900), (30, 900), (45, 900)], "vehicle_count") == []
    assert turns(rule, [(0, 9), (30, 900), (45, 9), (60, 9), (75, 9)], "vehicle_count") == []


def test_counts_of_longer_reports_are_brought_to_the_time_that_is_named() -> None:
    rule = rule_of("vehicle count above 100 per 15 min")
    assert turns(rule, [(0, 0), (60, 400), (120, 401)], "vehicle_count") == [120]


def test_a_counter_that_starts_again_counts_what_is_sure() -> None:
    rule = rule_of("people_total above 50 per h")
    # Rises of 20, then a restart to 5: 5 are sure, then 26: 5 + 21 + 25 = 51 in the last hour.
    values = [(0, 100), (20, 120), (40, 140), (60, 5), (80, 26), (100, 51)]
    assert turns(rule, values, "people_total") == [80 + 20]


def test_lanes_of_a_counter_are_added_up_and_of_two_probes_the_worse_counts() -> None:
    cars = rule_of("vehicle count above 100 per h")
    lanes: list[Minutes] = [[(0, 0), (60, 60)], [(0, 0), (60, 41)]]
    assert [t.at for t in judged(cars, {"vehicle_count": lanes}).turns] == [minute(60)]
    cold = judged(ICE, {"surface_temperature": [[(0, 5), (20, 5)], [(0, 0), (20, 0)]]})
    assert [t.at for t in cold.turns] == [minute(20)]


def test_a_combination_is_raised_while_all_its_parts_hold_together() -> None:
    rule = rule_of(
        "PM2.5 above 25 µg/m³ for 1 h and vehicle count above 400 per h within 300 m"
        " and wind speed below 2 m/s within 10 km"
    )
    channels: dict[str, list[Minutes]] = {
        "pm2_5": [[(10.0 * i, 30.0) for i in range(30)]],
        "vehicle_count": [[(15.0 * i, 101.0) for i in range(20)]],
        "wind_speed": [[(0, 3), (95, 1), (150, 3), (160, 3)]],
    }
    raised, cleared = judged(rule, channels, now=240).turns
    assert (raised.at, cleared.at) == (
        minute(95),
        minute(160),
    )  # the wind was the last, and the first


def test_an_end_that_holds_together_with_the_beginning_does_not_end_it() -> None:
    rule = rule_of("gully above 80 % or rain above 5 mm per h", "gully below 70 %")
    channels: dict[str, list[Minutes]] = {
        "fill_level": [[(0, 60), (30, 60), (60, 60), (90, 60)]],
        "rain": [[(0, 0), (30, 3), (60, 3), (90, 0)]],
    }
    raised, cleared = judged(rule, channels).turns
    assert (raised.at, cleared.at) == (minute(60), minute(90))
