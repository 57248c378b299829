"""Reads the vectors that stand beside each add-on codec."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware_profiles.measurement import Measurement

ADDONS = Path(__file__).parents[3] / "firmware_profiles" / "addons"


@dataclass(frozen=True, kw_only=True)
class Vector:
    """Published bytes and what they mean."""

    name: str
    codec_id: str
    port: int
    payload: bytes
    measurements: tuple[Measurement, ...]
    source: str

    def __str__(self) -> str:
        return self.name


def _measurement(quantity: str, value: float, channel: str = "", at: Any = None) -> Measurement:  # noqa: ANN401 - a time of TOML or None
    return Measurement(quantity=quantity, value=value, channel=channel, at=at)


def _vector(row: dict[str, Any]) -> Vector:
    return Vector(
        name=row["name"],
        codec_id=row["codec"],
        port=row["port"],
        payload=bytes.fromhex(row["up"]),
        measurements=tuple(_measurement(*each) for each in row["values"]),
        source=row["source"],
    )


VECTORS = [
    _vector(row)
    for path in sorted(ADDONS.glob("*/vectors.toml"))
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["vector"]
]
PUBLISHED = [vector for vector in VECTORS if not vector.source.startswith("[LAYOUT]")]
