"""Fitting and removing: nobody in two places, no two in one, in order of time, nothing lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import IdentifierError, RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import (
    Acceptance,
    Correction,
    Fitting,
    Occupancy,
    Past,
    Removal,
    check_removal,
    corrected,
    decide,
)
from lighting.inventory.seats import seated
from lighting.inventory.socket_errors import FitRefusedError, RecordError
from lighting.inventory.sockets import Figure, SocketId, Wire
from lighting.inventory.supply import SHARED, budget, needed
from lighting.inventory.verdict import ReasonKind
from tests.lighting.inventory.socket_kit import (
    AIR,
    BOTTOM,
    CATALOGUE,
    COUNTER,
    D4I,
    NODE,
    NOON,
    TABLE,
    TOP,
    dev,
    drawing,
    fitting,
    lantern,
    recorded,
    sits,
    socket,
    stored,
)

HOUR = timedelta(hours=1)
LATER = NOON + HOUR
EVE = Removal(at=LATER, by="Eve")
MADE = Correction(at=LATER, by="Eve", reason="misread the label", was={})


def judged(asked: Fitting, *, device: DeviceModel = AIR, past: Past = Past()) -> Fitting:  # noqa: B008 - nothing in it changes
    here = lantern(BOTTOM, TOP)
    return decide(asked, device, here, past, table=TABLE, catalogue=tuple(CATALOGUE.values()))


def test_a_device_that_fits_is_recorded_as_it_was_asked() -> None:
    asked = fitting(where=BOTTOM.socket_id, dev_eui=dev(1), owner="City", photo="p.jpg")
    assert judged(asked) == asked


def test_a_device_that_sits_elsewhere_is_refused_and_the_place_is_named() -> None:
    there = recorded(4, fitting(where=SocketId("leeds:9/top"), lantern_id=LanternId("leeds:9")))
    with pytest.raises(FitRefusedError, match="sits in leeds:9/top; remove it there") as caught:
        judged(fitting(where=BOTTOM.socket_id), past=Past(device_now=there))
    assert [(r.kind, r.occupancy_id) for r in caught.value.fit.reasons] == [
        (ReasonKind.ELSEWHERE, 4)
    ]


def test_the_node_of_another_lantern_is_refused() -> None:
    asked = fitting(where=BOTTOM.socket_id, dev_eui=dev(1))
    with pytest.raises(FitRefusedError, match="is the node of lantern leeds:9"):
        judged(asked, past=Past(node_on=LanternId("leeds:9")))
    assert judged(asked, past=Past(node_on=asked.lantern_id)) == asked


def test_the_socket_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RefusedError, match="it has: leeds:1/bottom, leeds:1/top"):
        judged(fitting(where=SocketId("leeds:1/side")))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"by": " "}, "say who fitted it"),
        ({"serial": " "}, "serial number, its DevEUI, or both"),
        ({"acceptance": Acceptance(by="Ada", reason=" ")}, "a name and a reason"),
        ({"acceptance": Acceptance(by="", reason="seen")}, "a name and a reason"),
    ],
)
def test_who_and_which_device_have_to_be_said(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        judged(fitting(where=BOTTOM.socket_id, **changes))


def test_what_is_not_provable_needs_a_person_who_answers_for_it() -> None:
    vague = replace(AIR, mass_g=None)
    asked = fitting(where=BOTTOM.socket_id)
    with pytest.raises(FitRefusedError, match="A person may answer for what is not provable"):
        judged(asked, device=vague)
    answers = replace(asked, acceptance=Acceptance(by="Bob", reason="weighed it: 130 g"))
    assert judged(answers, device=vague).accepted == ("mass: not stated for air-z",)
    assert judged(answers).accepted == ()


def test_nobody_can_answer_for_an_obstacle() -> None:
    heavy = replace(AIR, mass_g=5000.0)
    asked = fitting(where=BOTTOM.socket_id, acceptance=Acceptance(by="Bob", reason="it will hold"))
    with pytest.raises(FitRefusedError, match="needs 5000 g, allowed are 500 g"):
        judged(asked, device=heavy)


def test_a_fitting_is_not_before_its_socket_or_device_was_free() -> None:
    asked = fitting(where=BOTTOM.socket_id)
    with pytest.raises(RecordError, match="give a later time"):
        judged(asked, past=Past(last_removal=LATER))
    assert judged(asked, past=Past(last_removal=NOON)) == asked


def test_a_removal_is_after_the_fitting_once_and_by_somebody() -> None:
    there = recorded(1, fitting(where=BOTTOM.socket_id))
    check_removal(there, EVE)
    with pytest.raises(RecordError, match="before it was fitted"):
        check_removal(there, Removal(at=NOON - HOUR, by="Eve"))
    with pytest.raises(RecordError, match="was removed by Eve"):
        check_removal(replace(there, removal=EVE), EVE)
    with pytest.raises(RefusedError, match="say who"):
        check_removal(there, Removal(at=LATER, by=""))


def test_a_correction_keeps_what_was() -> None:
    there = recorded(1, fitting(where=BOTTOM.socket_id, owner="City"))
    once = corrected(there, {"serial": "S2", "dev_eui": "70B3-D57E-D000-0001"}, made=MADE)
    assert (once.fitting.serial, once.fitting.dev_eui) == ("S2", "70b3d57ed0000001")
    assert once.corrections == (replace(MADE, was={"serial": "S1", "dev_eui": ""}),)
    twice = corrected(once, {"serial": "S3"}, made=MADE)
    assert [each.was["serial"] for each in twice.corrections] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("changes", "made", "error", "told"),
    [
        ({"socket_id": "x"}, MADE, RefusedError, "remove this one, then fit"),
        ({"device_id": "x"}, MADE, RefusedError, "cannot be corrected"),
        ({"serial": "S1"}, MADE, RefusedError, "changes nothing"),
        ({}, MADE, RefusedError, "changes nothing"),
        ({"serial": ""}, MADE, RefusedError, "leave one of them"),
        ({"owner": "x"}, replace(MADE, by=""), RefusedError, "who corrects it and why"),
        ({"owner": "x"}, replace(MADE, reason=""), RefusedError, "who corrects it and why"),
        ({"dev_eui": "70b3"}, MADE, IdentifierError, "16 hex digits"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    changes: dict[str, str], made: Correction, error: type[Exception], told: str
) -> None:
    there = recorded(1, fitting(where=BOTTOM.socket_id))
    with pytest.raises(error, match=told):
        corrected(there, changes, made=made)


def link(number: int) -> NodeLink:
    return NodeLink(
        lantern_id=LanternId("leeds:1"),
        dev_eui=dev(number),
        profile_id="nas_ul20xx_1_1",
        application_id="lights",
    )


def test_a_node_that_nobody_recorded_sits_in_the_only_socket_it_can_sit_in() -> None:
    view = seated(stored(1, BOTTOM, socket("top", "nema7"), node=link(1)), CATALOGUE)
    (node,) = view.occupants
    assert (node.device, node.sits_in) == (NODE, ("leeds:1/bottom",))


def test_with_two_such_sockets_it_may_sit_in_either_and_a_taken_one_is_not_it() -> None:
    view = seated(stored(1, BOTTOM, TOP, node=link(1)), CATALOGUE)
    assert view.occupants[0].sits_in == ("leeds:1/bottom", "leeds:1/top")
    taken = (recorded(1, fitting(where=TOP.socket_id)),)
    view = seated(stored(1, BOTTOM, TOP, node=link(1), open=taken), CATALOGUE)
    assert [each.sits_in for each in view.occupants] == [("leeds:1/top",), ("leeds:1/bottom",)]


def test_a_node_that_is_recorded_is_there_once_and_is_not_in_its_own_way() -> None:
    made = fitting(NODE, BOTTOM.socket_id, dev_eui=dev(1))
    view = seated(stored(1, BOTTOM, node=link(1), open=(recorded(5, made),)), CATALOGUE)
    assert [each.occupancy_id for each in view.occupants] == [5]
    before = seated(stored(1, BOTTOM, node=link(1)), CATALOGUE)
    assert decide(made, NODE, before, Past(), table=TABLE) == made


SMALL = [
    replace(
        drawing(AIR, average_w=watts, peak_w=2 * watts, bus_ma=ma),
        device_id=f"m-{watts}-{ma}",
        orientation="",
    )
    for watts in (0.4, 1.1, 2.0)
    for ma in (0.0, 20.0, 30.0)
]
MODELS = {model.device_id: model for model in (*SMALL, COUNTER)}
SOCKETS = (BOTTOM, TOP, socket("side"), socket("side", "nema7", number=2))


class Register:
    """What a store does, in memory: one lantern, and all that was ever recorded."""

    def __init__(self) -> None:
        self.all: list[Occupancy] = []

    @property
    def open(self) -> tuple[Occupancy, ...]:
        """What sits now."""
        return tuple(each for each in self.all if each.removal is None)

    def fit(self, asked: Fitting) -> None:
        """Record a fitting, or raise."""
        there = stored(1, *SOCKETS, open=self.open)
        same = [each for each in self.all if each.fitting.serial == asked.serial]
        touched = [*same, *(e for e in self.all if e.fitting.socket_id == asked.socket_id)]
        past = Past(
            device_now=next((each for each in same if each.removal is None), None),
            last_removal=max((e.removal.at for e in touched if e.removal), default=None),
        )
        view = seated(there, MODELS)
        made = decide(asked, MODELS[asked.device_id], view, past, table=TABLE)
        self.all.append(Occupancy(occupancy_id=len(self.all), fitting=made))

    def remove(self, number: int, at: datetime) -> None:
        """End an occupancy, if there is one of this number, or raise."""
        if number >= len(self.all):
            return
        removal = Removal(at=at, by="Eve")
        check_removal(self.all[number], removal)
        self.all[number] = replace(self.all[number], removal=removal)


FITS = st.builds(
    fitting,
    st.sampled_from(list(MODELS.values())),
    st.sampled_from([each.socket_id for each in SOCKETS]),
    serial=st.sampled_from("ABCDE"),
    at=st.integers(0, 20).map(lambda n: NOON + n * HOUR),
)
REMOVALS = st.tuples(st.integers(0, 12), st.integers(0, 20).map(lambda n: NOON + n * HOUR))


@settings(max_examples=150, deadline=None)
@given(st.lists(FITS | REMOVALS, max_size=40))
def test_whatever_is_fitted_and_removed_no_socket_holds_two_and_no_budget_is_exceeded(
    steps: list[Fitting | tuple[int, datetime]],
) -> None:
    register = Register()
    for step in steps:
        before = list(register.all)
        try:
            if isinstance(step, Fitting):
                register.fit(step)
            else:
                register.remove(*step)
        except RefusedError:
            assert register.all == before
        now = [each.fitting for each in register.open]
        assert len({each.socket_id for each in now}) == len(now)
        assert len({each.serial for each in now}) == len(now)
        drawn = {f: sum(needed(MODELS[each.device_id], f) or 0.0 for each in now) for f in SHARED}
        assert drawn[Figure.AUX_AVERAGE] <= 3.0 + 1e-6
        assert drawn[Figure.AUX_PEAK] <= 6.0 + 1e-6
        assert drawn[Figure.BUS] <= 50.0 + 1e-6
        view = seated(stored(1, *SOCKETS, open=register.open), MODELS)
        assert all(budget(f, view, TABLE).drawn == pytest.approx(drawn[f]) for f in SHARED)
    for first in register.all:
        assert first.removal is None or first.fitting.at <= first.removal.at


def test_the_property_can_fail() -> None:
    """Without the check three devices of 1.1 W would take 3.3 W of 3 W."""
    three = [
        sits(drawing(NODE, average_w=1.1), each, number=n) for n, each in enumerate(SOCKETS[:3])
    ]
    assert budget(
        Figure.AUX_AVERAGE, lantern(*SOCKETS, occupants=three), TABLE
    ).free == pytest.approx(-0.3)
    assert Wire.AUX_24V in D4I
