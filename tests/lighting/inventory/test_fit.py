"""Does a device fit a socket: every reason why not, with its figures, and what would fit.

Limits are those of the shipped configuration: 24 V 3 W average and 6 W peak, bus 50 mA (general
knowledge of D4i, reference devices.md 5.2), and the working values for mass.
"""

from dataclasses import replace

import pytest

from firmware_profiles.devices.device import DeviceModel, Supply, Use
from lighting.inventory.alternatives import alternatives
from lighting.inventory.fit import check_fit
from lighting.inventory.sockets import Figure, Limit, Wire
from lighting.inventory.verdict import Fit, ReasonKind
from tests.lighting.inventory.socket_kit import (
    AIR,
    BOTTOM,
    CATALOGUE,
    CLAMPED,
    COUNTER,
    D4I,
    NODE,
    TABLE,
    TOP,
    drawing,
    lantern,
    sits,
    socket,
)

NEMA = socket("top", "nema7")


def kinds(fit: Fit) -> list[ReasonKind]:
    return [reason.kind for reason in fit.reasons]


def test_a_device_that_fits_fits_and_says_which_limits_are_only_believed() -> None:
    fit = check_fit(AIR, BOTTOM, lantern(BOTTOM), table=TABLE)
    assert fit.fits
    assert [text.split(":")[0] for text in fit.caveats] == [
        "mass",
        "24 V auxiliary supply, average",
        "24 V auxiliary supply, peak",
    ]
    assert all("unverified" in text for text in fit.caveats)


def test_a_limit_with_a_source_is_no_caveat() -> None:
    sheet = {figure: Limit(value=900.0, source="data sheet") for figure in Figure}
    own = socket(limits=sheet)
    assert check_fit(AIR, own, lantern(own), table=TABLE).caveats == ()


def test_another_standard_is_refused_and_both_are_named() -> None:
    (reason,) = check_fit(AIR, NEMA, lantern(NEMA), table=TABLE).obstacles[:1]
    assert reason.kind is ReasonKind.STANDARD
    assert reason.text == "plugs into zhaga-2, zhaga-3; this socket is nema7"


def test_a_taken_socket_names_who_sits_in_it() -> None:
    there = sits(NODE, BOTTOM, number=7)
    fit = check_fit(AIR, BOTTOM, lantern(BOTTOM, occupants=[there]), table=TABLE)
    (reason,) = fit.obstacles
    assert (reason.kind, reason.occupancy_id) == (ReasonKind.OCCUPIED, 7)
    assert "node-z 7" in reason.text


def test_a_supply_that_the_socket_lacks_is_named_with_those_it_has() -> None:
    bus_only = socket(wiring=frozenset({Wire.DALI}))
    fit = check_fit(AIR, bus_only, lantern(bus_only), table=TABLE)
    assert [(r.kind, r.text) for r in fit.obstacles] == [
        (ReasonKind.SUPPLY, "needs 24 V auxiliary; this socket carries dali bus")
    ]


def test_mains_behind_a_low_voltage_socket_is_not_on_its_contacts() -> None:
    fed = socket(wiring=D4I | {Wire.PERMANENT_MAINS})
    fit = check_fit(COUNTER, fed, lantern(fed), table=TABLE)
    told = [reason.text for reason in fit.obstacles if reason.kind is ReasonKind.SUPPLY]
    assert told == ["needs permanent mains; this socket carries 24 V auxiliary, dali bus"]
    assert ReasonKind.MAINS not in kinds(fit)


def test_bus_current_needs_a_bus() -> None:
    no_bus = socket(wiring=frozenset({Wire.AUX_24V}))
    assert kinds(check_fit(NODE, no_bus, lantern(no_bus), table=TABLE)) == [ReasonKind.SUPPLY]


@pytest.mark.parametrize(
    ("device", "wire", "expected"),
    [
        (COUNTER, Wire.SWITCHED_MAINS, [ReasonKind.BY_DAY]),
        (COUNTER, Wire.PERMANENT_MAINS, []),
        (drawing(COUNTER, supply=Supply.SWITCHED_MAINS), Wire.SWITCHED_MAINS, [ReasonKind.BY_DAY]),
        (drawing(COUNTER, supply=Supply.SWITCHED_MAINS), Wire.PERMANENT_MAINS, []),
        (
            replace(drawing(COUNTER, supply=Supply.SWITCHED_MAINS), uses=(Use.LIGHTING,)),
            Wire.SWITCHED_MAINS,
            [],
        ),
        (replace(COUNTER, uses=(Use.LIGHTING,)), Wire.SWITCHED_MAINS, [ReasonKind.BY_DAY]),
    ],
    ids=["must live", "permanent", "add-on", "add-on on permanent", "content node", "strict node"],
)
def test_a_mains_device_that_must_live_by_day_is_refused_on_switched_mains(
    device: DeviceModel, wire: Wire, expected: list[ReasonKind]
) -> None:
    own = socket("top", "nema7", wiring=frozenset({wire}))
    assert kinds(check_fit(device, own, lantern(own), table=TABLE)) == expected


def test_24_volts_of_a_lantern_on_a_switched_feeder_are_dead_by_day() -> None:
    fed = socket(wiring=D4I | {Wire.SWITCHED_MAINS})
    assert kinds(check_fit(AIR, fed, lantern(fed), table=TABLE)) == [ReasonKind.BY_DAY]
    node = check_fit(NODE, fed, lantern(fed), table=TABLE)
    assert node.fits
    assert any("not be heard" in text for text in node.caveats)


def test_the_24_volt_budget_is_shared_by_all_sockets_of_the_lantern() -> None:
    """3 W are allowed: 2.2 W are drawn, 1.0 W more are too many, 0.8 W are not."""
    there = sits(drawing(NODE, average_w=2.2), TOP)
    both = lantern(BOTTOM, TOP, occupants=[there])
    fit = check_fit(AIR, BOTTOM, both, table=TABLE)
    (reason,) = fit.obstacles
    assert reason.kind is ReasonKind.AUX_AVERAGE
    assert (reason.needed, reason.drawn, reason.limit and reason.limit.value) == (1.0, 2.2, 3.0)
    assert "needs 1 W and others draw 2.2 W, allowed are 3 W (unverified" in reason.text
    assert check_fit(drawing(AIR, average_w=0.8), BOTTOM, both, table=TABLE).fits


def test_all_peaks_together_must_be_within_the_peak() -> None:
    both = lantern(BOTTOM, TOP, occupants=[sits(drawing(NODE, peak_w=4.5), TOP)])
    assert kinds(check_fit(AIR, BOTTOM, both, table=TABLE)) == [ReasonKind.AUX_PEAK]


def test_several_devices_on_one_bus_share_its_current() -> None:
    both = lantern(BOTTOM, TOP, occupants=[sits(drawing(NODE, bus_ma=45.0), TOP)])
    fit = check_fit(drawing(AIR, bus_ma=6.0), BOTTOM, both, table=TABLE)
    assert kinds(fit) == [ReasonKind.BUS]
    assert "needs 6 mA and others draw 45 mA, allowed are 50 mA" in fit.obstacles[0].text


def test_a_budget_that_is_met_exactly_is_met() -> None:
    """0.1 + 0.2 is 0.30000000000000004 in binary; it must not be above 0.3."""
    sheet = {Figure.AUX_AVERAGE: Limit(value=0.3, source="data sheet")}
    here, there = socket(limits=sheet), socket("top", limits=sheet)
    both = lantern(here, there, occupants=[sits(drawing(NODE, average_w=0.1), there)])
    assert check_fit(drawing(AIR, average_w=0.2), here, both, table=TABLE).fits


def test_of_two_stated_supplies_of_one_lantern_the_smaller_holds() -> None:
    here = socket(limits={Figure.AUX_AVERAGE: Limit(value=5.0, source="sheet A")})
    there = socket("top", limits={Figure.AUX_AVERAGE: Limit(value=0.9, source="sheet B")})
    fit = check_fit(AIR, here, lantern(here, there), table=TABLE)
    assert kinds(fit) == [ReasonKind.AUX_AVERAGE]
    assert "source: sheet B" in fit.obstacles[0].text


def test_too_heavy_too_much_mains_and_the_wrong_place_are_told_together() -> None:
    wrong = replace(drawing(COUNTER, peak_w=4000.0), mass_g=1000.5, orientation="bottom")
    assert kinds(check_fit(wrong, NEMA, lantern(NEMA), table=TABLE)) == [
        ReasonKind.ORIENTATION,
        ReasonKind.MASS,
        ReasonKind.MAINS,
    ]


@pytest.mark.parametrize(
    ("device", "told"),
    [
        (replace(AIR, mass_g=None), "mass: not stated for air-z"),
        (drawing(AIR, average_w=None), "average: not stated for air-z"),
        (drawing(AIR, peak_w=None), "peak: not stated for air-z"),
        (drawing(AIR, bus_ma=None), "DALI bus current: not stated for air-z"),
    ],
    ids=["mass", "average", "peak", "bus"],
)
def test_a_figure_that_is_not_stated_is_not_provable(device: DeviceModel, told: str) -> None:
    fit = check_fit(device, BOTTOM, lantern(BOTTOM), table=TABLE)
    assert not fit.fits
    assert fit.obstacles == ()
    (reason,) = fit.unknown
    assert told in reason.text


def test_what_is_unknown_of_one_device_leaves_the_budget_of_the_others_unproved() -> None:
    both = lantern(BOTTOM, TOP, occupants=[sits(drawing(NODE, average_w=None), TOP)])
    fit = check_fit(AIR, BOTTOM, both, table=TABLE)
    (reason,) = fit.unknown
    assert "not stated for node-z 1" in reason.text
    too_much = drawing(AIR, average_w=3.5)
    assert kinds(check_fit(too_much, BOTTOM, both, table=TABLE)) == [ReasonKind.AUX_AVERAGE]


def test_a_standard_without_a_known_limit_is_not_provable() -> None:
    first = socket(standard="zhaga-1")
    device = replace(AIR, fits=(first.standard,))
    fit = check_fit(device, first, lantern(first), table=TABLE)
    assert [reason.figure for reason in fit.unknown] == [Figure.AUX_AVERAGE, Figure.AUX_PEAK]
    assert "no limit is known of zhaga-1; aux_average_w can be set" in fit.unknown[0].text


def test_a_node_whose_socket_nobody_recorded_makes_both_unproved() -> None:
    both = lantern(BOTTOM, TOP, occupants=[sits(NODE, BOTTOM, TOP, number=None)])
    fit = check_fit(AIR, BOTTOM, both, table=TABLE)
    assert kinds(fit) == [ReasonKind.UNKNOWN]
    assert "leeds:1/bottom or leeds:1/top" in fit.unknown[0].text


def test_what_is_clamped_needs_no_socket_and_a_plug_needs_one() -> None:
    here = lantern(BOTTOM)
    clamped = check_fit(CLAMPED, None, here, table=TABLE)
    assert clamped.fits
    assert "wind" in clamped.caveats[0]
    assert kinds(check_fit(CLAMPED, BOTTOM, here, table=TABLE)) == [ReasonKind.STANDARD]
    assert kinds(check_fit(AIR, None, here, table=TABLE)) == [ReasonKind.STANDARD]


def test_a_device_wired_by_hand_is_for_a_person_to_answer_for() -> None:
    wired = drawing(CLAMPED, supply=Supply.PERMANENT_MAINS)
    assert kinds(check_fit(wired, None, lantern(BOTTOM), table=TABLE)) == [ReasonKind.UNKNOWN]
    dark = lantern(socket("top", "nema7", wiring=frozenset({Wire.SWITCHED_MAINS})))
    assert kinds(check_fit(wired, None, dark, table=TABLE)) == [
        ReasonKind.BY_DAY,
        ReasonKind.UNKNOWN,
    ]


def test_what_would_fit_is_the_lanterns_other_socket_and_models_of_the_same_use_first() -> None:
    both = lantern(BOTTOM, NEMA)
    found = alternatives(AIR, NEMA, both, table=TABLE, catalogue=CATALOGUE.values())
    assert found.sockets == ("leeds:1/bottom",)
    assert found.device_ids == ("counter-n",)
    zhaga = alternatives(COUNTER, BOTTOM, both, table=TABLE, catalogue=CATALOGUE.values())
    assert zhaga.device_ids == ("air-z", "node-z")
    assert "What would fit: it in leeds:1/bottom; in this socket counter-n" in found.words


def test_what_may_fit_is_told_where_nobody_states_every_figure() -> None:
    vague = replace(AIR, device_id="vague-z", mass_g=None)
    found = alternatives(COUNTER, BOTTOM, lantern(BOTTOM), table=TABLE, catalogue=[vague])
    assert (found.device_ids, found.may_device_ids) == ((), ("vague-z",))
    assert (
        found.words == "May fit, if somebody answers for what is not stated: in this socket vague-z"
    )
    nothing = alternatives(COUNTER, BOTTOM, lantern(BOTTOM), table=TABLE, catalogue=[COUNTER])
    assert nothing.words == "Nothing else of this lantern or catalogue fits"
