"""PackedNight: a night's row as the archive keeps it: whole millionths of a watt-hour, and words.

A report counts whole µWh and milliseconds (``lighting.energy.lines``), and so does the archive: a
sum over it is exact, and is the sum that the report made when the rows were still in the database.
Figures that have no column of their own are kept as they are, as JSON.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

MICRO_WH_PER_KWH = 10**9
MS_PER_HOUR = 3_600_000

Row = Mapping[str, object]


class PackedNight(NamedTuple):
    """One lantern and night. A column is None where the row has no such figure."""

    night: str
    lantern_id: str
    policy: str | None
    revision: int | None
    metered_uwh: int | None
    metered_ms: int | None
    modelled_uwh: int | None
    modelled_ms: int | None
    baseline_uwh: int | None
    power_basis: str | None
    unknown: str | None
    more: str
    """All other figures as JSON; empty where there are none."""


_KEY = ("night", "lantern_id")


def packed(row: Row) -> PackedNight:
    """Return a row packed; a figure of another kind than its column's is kept among the others."""
    left = {key: value for key, value in row.items() if key not in _KEY}

    def text(name: str) -> str | None:
        value = left.get(name)
        return str(left.pop(name)) if isinstance(value, str) else None

    def whole(name: str, scale: int = 1) -> int | None:
        value = left.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        del left[name]
        return round(value * scale)

    columns = PackedNight(
        night=str(row["night"]),
        lantern_id=str(row["lantern_id"]),
        policy=text("policy"),
        revision=whole("revision"),
        metered_uwh=whole("metered_kwh", MICRO_WH_PER_KWH),
        metered_ms=whole("metered_hours", MS_PER_HOUR),
        modelled_uwh=whole("modelled_kwh", MICRO_WH_PER_KWH),
        modelled_ms=whole("modelled_hours", MS_PER_HOUR),
        baseline_uwh=whole("baseline_kwh", MICRO_WH_PER_KWH),
        power_basis=text("power_basis"),
        unknown=text("unknown"),
        more="",
    )
    more = json.dumps(left, sort_keys=True, separators=(",", ":")) if left else ""
    return columns._replace(more=more)


def unpacked(night: PackedNight) -> dict[str, object]:
    """Return the row, its figures in kWh and hours again."""
    row: dict[str, object] = {
        "night": night.night,
        "lantern_id": night.lantern_id,
        "policy": night.policy,
        "revision": night.revision,
        "metered_kwh": _scaled(night.metered_uwh, MICRO_WH_PER_KWH),
        "metered_hours": _scaled(night.metered_ms, MS_PER_HOUR),
        "modelled_kwh": _scaled(night.modelled_uwh, MICRO_WH_PER_KWH),
        "modelled_hours": _scaled(night.modelled_ms, MS_PER_HOUR),
        "baseline_kwh": _scaled(night.baseline_uwh, MICRO_WH_PER_KWH),
        "power_basis": night.power_basis,
        "unknown": night.unknown,
    }
    known = {name: value for name, value in row.items() if value is not None}
    return known | (json.loads(night.more) if night.more else {})


def _scaled(value: int | None, scale: int) -> float | None:
    return None if value is None else value / scale
