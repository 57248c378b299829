"""Every vector beside the profile, as its source states it, in each direction that it has."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE
from firmware_profiles.reading import (
    BootReading,
    EchoReading,
    EventReading,
    LampState,
    MeterEntry,
    Reading,
    RejectionReading,
    StatusReading,
    UsageReading,
)

CONFIG_PORT = 50


def with_none(value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Return a TOML value with None for the text that stands for it."""
    if isinstance(value, dict):
        return {key: with_none(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_none(item) for item in value]
    return None if value == "none" else value


def load() -> list[dict[str, Any]]:
    """Return all vectors."""
    text = files("firmware_profiles.nas_ul20xx_1_1").joinpath("vectors.toml").read_text("utf-8")
    vectors: list[dict[str, Any]] = tomllib.loads(text)["vector"]
    for vector in vectors:
        for key in ("reading", "meaning"):
            if key in vector:
                vector[key] = with_none(vector[key])
    return vectors


VECTORS = load()
UP = [pytest.param(v, id=v["name"]) for v in VECTORS if "up" in v]
DOWN = [pytest.param(v, id=v["name"]) for v in VECTORS if "down" in v]
CONFIGS = [
    pytest.param(v, id=v["name"]) for v in VECTORS if "down" in v and v["port"] == CONFIG_PORT
]


def status(fields: dict[str, Any]) -> StatusReading:
    lamps = tuple(
        LampState(**{**lamp, "faults": tuple(lamp.get("faults", ()))}) for lamp in fields["lamps"]
    )
    return StatusReading(**{**fields, "lamps": lamps, "faults": tuple(fields.get("faults", ()))})


def boot(fields: dict[str, Any]) -> BootReading:
    lists = {name: tuple(fields.get(name, ())) for name in ("features", "reset_reasons")}
    return BootReading(**{**fields, **lists})


def expected(vector: dict[str, Any]) -> Reading:
    """Return the reading that a vector spells out."""
    fields = dict(vector["reading"])
    match fields.pop("type"):
        case "status":
            return status(fields)
        case "usage":
            return UsageReading(entries=tuple(MeterEntry(**e) for e in fields["entries"]))
        case "boot":
            return boot(fields)
        case "rejection":
            return RejectionReading(**fields)
        case "event":
            return EventReading(**fields)
        case "echo":
            payload = bytes.fromhex(vector["up"])
            return EchoReading(f_port=vector["port"], payload=payload, **fields)
        case other:
            pytest.fail(f"unknown reading {other}")


@pytest.mark.parametrize("vector", UP)
def test_an_uplink_decodes_as_its_source_states(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["up"])

    assert PROFILE.decode_uplink(vector["port"], payload) == (expected(vector),)


@pytest.mark.parametrize("vector", DOWN)
def test_a_downlink_decodes_as_its_source_states(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["down"])

    assert PROFILE.decode_downlink(vector["port"], payload) == vector["meaning"]


@pytest.mark.parametrize("vector", DOWN)
def test_a_meaning_encodes_to_the_bytes_of_its_source(vector: dict[str, Any]) -> None:
    frame = PROFILE.encode_downlink(vector["meaning"])

    if "one_way" in vector:
        assert frame.payload != bytes.fromhex(vector["down"])
    else:
        assert (frame.f_port, frame.payload) == (vector["port"], bytes.fromhex(vector["down"]))
    assert PROFILE.decode_downlink(frame.f_port, frame.payload) == vector["meaning"]


@pytest.mark.parametrize("vector", CONFIGS)
def test_a_configuration_is_its_own_echo(vector: dict[str, Any]) -> None:
    payload = bytes.fromhex(vector["down"])

    (echo,) = PROFILE.decode_uplink(CONFIG_PORT, payload)

    assert echo == EchoReading(f_port=CONFIG_PORT, payload=payload, meaning=vector["meaning"])
    if "one_way" not in vector:
        assert PROFILE.encode_downlink(vector["meaning"]).echo == (CONFIG_PORT, payload)


def test_every_vector_has_a_name_of_its_own_and_a_source() -> None:
    names = [vector["name"] for vector in VECTORS]

    assert len(names) == len(set(names))
    assert all(vector["source"] for vector in VECTORS)
