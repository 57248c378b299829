"""Lantern models as TOML: read, written, found by lanterns; every fault at its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.catalogue_rows import models_text
from lighting.energy.catalogue_text import parse_models
from lighting.energy.constant_light import Clo, ConstantLight
from lighting.energy.given_power import (
    DaliBank,
    GivenPower,
    MeasuredCurve,
    NotKnown,
    TwoPoints,
)
from lighting.energy.lantern_model import LanternModel, NodeLoad
from lighting.energy.model_catalogue import EMPTY, Catalogue
from lighting.energy.power_model import UNVERIFIED_BASIS
from lighting.units import Watts
from schedules.errors import PolicyError
from schedules.level import Level

TEXT = """\
lamplighter_lantern_models = 1

[[models]]
name = "road-60"
title = "Road lantern, 60 W"
lamps = ["LED 60W road"]
source = "data sheet of 12 May 2024"
full_w = 60.0
minimum_w = 6.0
standby_w = 0.4
tolerance = 0.10
clo = { initial = 0.85, end = 1.15, life_h = 100000 }
node = { day_w = 1.0, night_w = 1.2, source = "bench, 3 nodes", in_meter = false }

[[models]]
name = "park-20"
source = "measured on a bench"
curve = [{ level = 10, power_w = 4.0 }, { level = 100, power_w = 20.0 }]
clo = "none"

[[models]]
name = "square-40"
source = "read from a driver"
dali_bank_1 = "0028FFFF"
"""


def problems(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(PolicyError) as caught:
        parse_models(text, document="models.toml")
    return [(each.line, each.field, each.message) for each in caught.value.problems]


def test_models_are_read_as_they_are_written() -> None:
    road, park, square = parse_models(TEXT, document="models.toml").models
    assert road == LanternModel(
        name="road-60",
        title="Road lantern, 60 W",
        lamps=("LED 60W road",),
        source="data sheet of 12 May 2024",
        power=TwoPoints(full_w=Watts(60.0), minimum_w=Watts(6.0)),
        standby_w=Watts(0.4),
        tolerance=0.1,
        clo=ConstantLight(initial=0.85, end=1.15, life_h=100_000),
        node=NodeLoad(
            day_w=Watts(1.0), night_w=Watts(1.2), source="bench, 3 nodes", in_meter=False
        ),
    )
    assert park.power == MeasuredCurve(points=((Level(10), Watts(4.0)), (Level(100), Watts(20.0))))
    assert (park.clo, square.clo) == (Clo.NONE, Clo.UNKNOWN)
    assert square.power == DaliBank(nominal=Watts(40.0), minimum=NotKnown.MASK)
    assert (square.tolerance, square.node, square.standby_w) == (None, None, None)


@pytest.mark.parametrize(
    ("lamp", "tags", "name"),
    [
        ("", {"model:park-20", "led"}, "park-20"),
        ("led 60w ROAD", set(), "road-60"),
        ("square-40", set(), "square-40"),
        ("LED 60W road", {"model:park-20"}, "park-20"),
        ("LED 60W road", {"model:nobody-knows"}, None),
        ("SON 150W", set(), None),
        ("", set(), None),
    ],
)
def test_a_lantern_finds_its_model_by_tag_and_then_by_its_lamp_text(
    lamp: str, tags: set[str], name: str | None
) -> None:
    found = parse_models(TEXT, document="models.toml").find(lamp=lamp, tags=tags)
    assert (None if found is None else found.name) == name


def test_a_lantern_without_a_model_has_its_inventory_watts_and_one_without_both_is_unknown() -> (
    None
):
    catalogue = parse_models(TEXT, document="models.toml")
    fallback = catalogue.power_model(power_w=80.0, lamp="SON 70W")
    assert fallback is not None
    assert (fallback.full_w, fallback.basis) == (80.0, UNVERIFIED_BASIS)
    assert catalogue.power_model(power_w=None, lamp="SON 70W") is None
    stated = catalogue.power_model(power_w=None, tags={"model:park-20"})
    assert stated is not None
    assert stated.full_w == 20.0
    assert EMPTY.power_model(power_w=None) is None


def test_a_model_takes_the_place_of_the_one_of_its_name() -> None:
    catalogue = parse_models(TEXT, document="models.toml")
    new = LanternModel(name="ROAD-60", source="by hand", power=TwoPoints(full_w=Watts(55.0)))
    changed = catalogue.with_model(new)
    assert [each.name for each in changed.models] == ["park-20", "square-40", "ROAD-60"]
    assert changed.named("road-60") is new


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    # the lines are counted by hand in TEXT
    [
        ("models = 1", "models = 2", (1, "lamplighter_lantern_models", "2 is not a version")),
        ("full_w = 60.0", "full_w = -6", (8, "models[0].full_w", "-6 is out of range")),
        ("full_w = 60.0", "full_w = nan", (8, "models[0].full_w", "out of range")),
        ("full_w = 60.0", 'full_w = "60"', (8, "models[0].full_w", "not a number")),
        ("full_w = 60.0\n", "", (3, "models[0]", "gives no power")),
        ('"none"', "true", (19, "models[1].clo", "is true")),
        ("minimum_w = 6.0", "minimum_w = 61", (3, "models[0]", "minimum_w is 61")),
        ("level = 10,", "level = 0,", (18, "models[1].curve[0].level", "is 0")),
        ("level = 10,", "level = 100,", (15, "models[1]", "curve levels is [100, 100]")),
        ("power_w = 20.0", "power_w = 0", (15, "models[1]", "full power is 0.0")),
        ("initial = 0.85", "initial = 1.2", (12, "models[0].clo", "clo initial is 1.2")),
        ("in_meter = false", "in_meter = 0", (13, "models[0].node.in_meter", "is 0")),
        ("tolerance = 0.10", "tolerance = 10", (11, "models[0].tolerance", "out of range")),
        ("tolerance = 0.10", "tolerence = 0.1", (11, "models[0].tolerence", "did you mean")),
        ("0028FFFF", "0028", (24, "models[2].dali_bank_1", 'is "0028"')),
        ("0028FFFF", "watt", (24, "models[2].dali_bank_1", 'is "watt"')),
        ("0028FFFF", "FFFFFFFF", (21, "models[2]", "DALI nominal input power is")),
        (
            'dali_bank_1 = "0028FFFF"',
            'dali_bank_1 = "0028FFFF"\nminimum_w = 3',
            (25, "models[2].minimum_w", "does not go with dali_bank_1"),
        ),
        (
            'dali_bank_1 = "0028FFFF"',
            'dali_bank_1 = "0028FFFF"\nfull_w = 40',
            (21, "models[2]", "gives full_w and dali_bank_1"),
        ),
        ('"square-40"', '"led 60w road"', (21, "models[2]", "already a name or lamp text")),
        ('0028FFFF"', "0028FFFF", (24, "document", "not valid TOML")),
    ],
)
def test_a_fault_is_told_with_its_line_and_field(
    old: str, new: str, problem: tuple[int, str, str]
) -> None:
    line, field, message = problem
    (found,) = problems(TEXT.replace(old, new, 1))
    assert found[:2] == (line, field)
    assert message in found[2]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    text = TEXT.replace("full_w = 60.0", "full_w = -6").replace("level = 10,", "level = 0,")
    assert [line for line, _, _ in problems(text)] == [8, 18]


def test_a_file_without_models_is_refused() -> None:
    (found,) = problems("lamplighter_lantern_models = 1\n")
    assert found[1:] == ("models", "is missing")


LINES = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()))
WATTS = st.floats(0.5, 500.0).map(Watts)


def _curve(levels: set[int]) -> st.SearchStrategy[MeasuredCurve]:
    rising = [Level(each) for each in sorted(levels | {100})]
    watts = st.lists(WATTS, min_size=len(rising), max_size=len(rising))
    return watts.map(lambda each: MeasuredCurve(points=tuple(zip(rising, each, strict=True))))


POWERS: st.SearchStrategy[GivenPower] = st.one_of(
    st.sets(st.integers(1, 99), max_size=5).flatmap(_curve),
    st.builds(TwoPoints, full_w=WATTS, minimum_w=st.none()),
    st.builds(
        TwoPoints,
        full_w=st.just(Watts(500.0)),
        minimum_w=WATTS,
        minimum_level=st.integers(1, 99).map(Level),
    ),
    st.builds(
        DaliBank,
        nominal=st.integers(100, 2000).map(lambda w: Watts(float(w))),
        minimum=st.integers(0, 100).map(lambda w: Watts(float(w))) | st.sampled_from(NotKnown),
    ),
)
CLOS = st.sampled_from(Clo) | st.builds(
    ConstantLight,
    initial=st.floats(0.1, 0.99),
    end=st.floats(1.01, 2.0),
    life_h=st.floats(1e3, 2e5),
)
NODES = st.none() | st.builds(
    NodeLoad,
    day_w=WATTS,
    night_w=WATTS,
    source=LINES,
    in_meter=st.sampled_from((None, True, False)),
)
MODELS = st.builds(
    LanternModel,
    name=LINES,
    source=LINES,
    power=POWERS,
    title=st.just("") | LINES,
    lamps=st.lists(LINES, max_size=2, unique=True).map(tuple),
    standby_w=st.none() | WATTS,
    tolerance=st.none() | st.floats(0.001, 0.999),
    clo=CLOS,
    node=NODES,
)


@given(MODELS)
def test_what_is_written_is_read_back_the_same(model: LanternModel) -> None:
    catalogue = Catalogue(models=(model,))
    assert parse_models(models_text(catalogue), document="written") == catalogue
