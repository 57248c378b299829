"""Limits of sockets: what ships says whence each figure is, and a file of one's own is checked."""

import tomllib
from importlib.resources import files

import pytest

from firmware_profiles.devices.device import SocketStandard
from lighting.inventory.errors import LimitsError
from lighting.inventory.limits import SHIPPED, parse_limits, shipped_limits
from lighting.inventory.sockets import Figure, Position, Wire, wiring_fault
from tests.lighting.inventory.socket_kit import socket


def test_every_shipped_figure_has_a_source_or_says_why_it_is_unverified() -> None:
    text = (files("lighting.inventory") / SHIPPED).read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == set(SocketStandard)
    for standard in shipped_limits().standards.values():
        assert all(
            bool(limit.source) != bool(limit.unverified) for limit in standard.figures.values()
        )


def test_what_the_reference_marks_as_general_knowledge_is_unverified() -> None:
    """Reference devices.md 5.2: 3 W average, 6 W peak, 50 to 52 mA, all general knowledge."""
    zhaga = shipped_limits().standards[SocketStandard.ZHAGA_2].figures
    values = {figure: limit.value for figure, limit in zhaga.items()}
    assert (values[Figure.AUX_AVERAGE], values[Figure.AUX_PEAK], values[Figure.BUS]) == (3, 6, 50)
    assert all(limit.unverified for limit in zhaga.values())


def test_an_edition_before_d4i_promises_no_power() -> None:
    assert shipped_limits().of(socket(standard="zhaga-1"), Figure.AUX_AVERAGE) is None


def test_a_file_of_ones_own_replaces_figures_and_positions() -> None:
    table = parse_limits(
        '[zhaga-2]\ntitle = "ours"\npositions = ["bottom"]\n'
        'aux_average_w = { value = 4, source = "driver data sheet" }\n',
        name="own.toml",
    )
    limit = table.of(socket(), Figure.AUX_AVERAGE)
    assert limit is not None
    assert (limit.value, limit.source) == (4.0, "driver data sheet")
    assert table.positions(SocketStandard.ZHAGA_2) == {Position.BOTTOM}
    assert table.of(socket("top", "nema7"), Figure.MASS) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[zhaga-2", "the text"),
        ("[zhaga-9]\ntitle='x'\n", "zhaga-9"),
        ("[zhaga-2]\n", "zhaga-2.title"),
        ("[zhaga-2]\ntitle='x'\nmass_g={value=3}\n", "needs source or unverified"),
        ("[zhaga-2]\ntitle='x'\nmass_g={value=3,source='a',unverified='b'}\n", "one of the two"),
        ("[zhaga-2]\ntitle='x'\nmass_g={value=-3,source='a'}\n", "greater than or equal to 0"),
        ("[zhaga-2]\ntitle='x'\nmass_g={value=nan,source='a'}\n", "finite"),
        ("[zhaga-2]\ntitle='x'\nmass_kg={value=1,source='a'}\n", "zhaga-2.mass_kg"),
        ("[nema3]\ntitle='x'\nwiring=['dali bus']\n", "nema3.wiring"),
    ],
)
def test_a_file_that_is_wrong_names_the_place_and_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(LimitsError, match="allowed") as caught:
        parse_limits(text, name="own.toml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("standard", "wires", "told"),
    [
        ("nema3", {Wire.PERMANENT_MAINS, Wire.DALI}, "mains contacts only"),
        ("nema7", {Wire.DALI}, "no mains is named"),
        ("nema7", {Wire.PERMANENT_MAINS, Wire.SWITCHED_MAINS}, "both switched and permanent"),
        ("zhaga-2", {Wire.PERMANENT_MAINS}, "no contacts that are mains only"),
        ("zhaga-2", set(), "wired to nothing"),
        ("zhaga-2", {Wire.AUX_24V, Wire.SWITCHED_MAINS}, ""),
        ("nema7", {Wire.PERMANENT_MAINS, Wire.DALI, Wire.IO_PADS}, ""),
    ],
)
def test_wiring_that_cannot_be_is_told(standard: str, wires: set[Wire], told: str) -> None:
    fault = wiring_fault(SocketStandard(standard), wires)
    assert told in fault
    assert bool(told) == bool(fault)
