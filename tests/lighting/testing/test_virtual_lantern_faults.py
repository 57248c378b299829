"""A virtual lantern errs in the way it was told to; bytes as in ``test_virtual_lantern.py``."""

from collections.abc import Callable
from datetime import datetime

import pytest

from firmware_profiles.reading import BootReading, StatusReading
from firmware_profiles.registry import profile_for
from lighting.testing.lantern_spec import Faults
from lighting.testing.virtual_lantern import Saying, VirtualLantern

MakeLantern = Callable[..., VirtualLantern]
NAS = profile_for("nas_ul20xx_1_1")
CALENDAR = bytes.fromhex("2011071e14f3ff12001264")
PART_NIGHT = bytes.fromhex("210003feff0000321eff844b")


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-01-{text}:00+00:00").timestamp()


NOON = at("10T12:00")


def run(node: VirtualLantern, until_s: float) -> list[Saying]:
    said: list[Saying] = []
    while node.next_s <= until_s:
        said += node.wake(node.next_s)
    return said + node.wake(until_s)


def follow_part_night(node: VirtualLantern) -> None:
    for payload in (CALENDAR, PART_NIGHT):
        assert node.hear(50, payload, NOON) == [(50, payload)]


def test_a_failed_lamp_draws_nothing_and_is_reported(make_lantern: MakeLantern) -> None:
    node = make_lantern(faults=Faults(lamp_fails_s=at("10T20:00")))
    run(node, at("10T20:00"))
    before_wh = node.energy_wh
    run(node, at("10T23:00"))
    assert node.energy_wh == before_wh
    [saying] = node.hear(60, bytes.fromhex("0502"), at("10T23:00"))
    [reading] = NAS.decode_uplink(*saying)
    assert isinstance(reading, StatusReading)
    assert "lamp failure" in reading.lamps[0].faults


def test_a_dead_node_neither_hears_nor_speaks(make_lantern: MakeLantern) -> None:
    node = make_lantern(faults=Faults(dead_from_s=at("10T13:00")))
    run(node, at("10T13:00"))
    assert run(node, at("10T23:00")) == []
    assert node.hear(50, CALENDAR, at("10T23:00")) == []


def test_a_liar_echoes_and_reports_but_burns_at_full_power(make_lantern: MakeLantern) -> None:
    node = make_lantern(faults=Faults(lies=True))
    follow_part_night(node)
    run(node, at("10T23:00"))
    assert node.level == 75
    assert node.power_w(at("10T23:00")) == 40


REJOINS_S = at("10T23:30")


@pytest.mark.parametrize(
    ("faults", "level"),
    [(Faults(rejoins_s=REJOINS_S), 75), (Faults(rejoins_s=REJOINS_S, forgets=True), 100)],
)
def test_a_node_that_rejoins_starts_a_session_and_loses_its_override(
    make_lantern: MakeLantern, faults: Faults, level: int
) -> None:
    node = make_lantern(faults=faults)
    follow_part_night(node)
    node.hear(60, bytes.fromhex("01fe00"), at("10T23:00"))
    said = run(node, at("10T23:31"))
    assert node.sessions == 2
    assert node.level == level
    assert any(isinstance(NAS.decode_uplink(*s)[0], BootReading) for s in said)


def test_a_node_that_lost_its_clock_falls_back_until_it_is_set(make_lantern: MakeLantern) -> None:
    node = make_lantern(faults=Faults(clock_lost_s=at("10T23:00")))
    follow_part_night(node)
    node.hear(50, bytes.fromhex("2514"), NOON)
    run(node, at("10T23:00"))
    assert node.level == 20
    [saying] = node.hear(60, bytes.fromhex("0502"), at("10T23:01"))
    [reading] = NAS.decode_uplink(*saying)
    assert isinstance(reading, StatusReading)
    assert reading.at is None
    node.hear(50, bytes.fromhex("0900000000"), at("10T23:05"))
    run(node, at("10T23:10"))
    assert node.level == 75


@pytest.mark.parametrize(
    "faults",
    [
        Faults(rejoins_s=REJOINS_S),
        Faults(clock_lost_s=REJOINS_S),
        Faults(lamp_fails_s=REJOINS_S),
        Faults(dead_from_s=REJOINS_S),
    ],
)
def test_a_fault_does_not_wake_a_lantern_again_and_again(
    make_lantern: MakeLantern, faults: Faults
) -> None:
    node = make_lantern(faults=faults)
    run(node, REJOINS_S)
    assert node.next_s > REJOINS_S
