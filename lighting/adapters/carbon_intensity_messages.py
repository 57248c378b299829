"""JSON of the NESO Carbon Intensity API -> rows; shapes as in reference energy.md 3."""

from datetime import datetime, timedelta

import msgspec

from lighting.energy.carbon_errors import IntensityValueError
from lighting.energy.half_hours import HALF_HOUR, half_hour_of
from lighting.energy.intensity import IntensityRow, Region
from lighting.errors import MessageError

_TEXT_MAX = 200


class _Intensity(msgspec.Struct):
    """Figures of a half-hour [gCO2/kWh]; regions have no ``actual``, an open period has null."""

    forecast: float | None = None
    actual: float | None = None


class _Block(msgspec.Struct):
    """A half-hour."""

    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    intensity: _Intensity


class _National(msgspec.Struct):
    """The national form: ``data`` is a list of blocks."""

    data: list[_Block]


class _RegionData(msgspec.Struct):
    """A region and its blocks."""

    regionid: int
    data: list[_Block]


class _Regional(msgspec.Struct):
    """The form of one region: ``data.data`` is a list of blocks."""

    data: _RegionData


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Refusal(msgspec.Struct):
    error: _Error


def parse_blocks(body: bytes, region: Region, path: str) -> list[IntensityRow]:
    """Return the half-hours of an answer to ``path``.

    Raises:
        MessageError: it is of another shape or region, or holds a time or figure that cannot be.
    """
    try:
        if region is Region.NATIONAL:
            blocks = msgspec.json.decode(body, type=_National).data
        else:
            told = msgspec.json.decode(body, type=_Regional).data
            if told.regionid != region:
                raise MessageError(path, f"is about region {told.regionid}")
            blocks = told.data
        return [_row(block) for block in blocks]
    except (msgspec.MsgspecError, IntensityValueError, ValueError) as exc:
        raise MessageError(path, f"the answer cannot be understood: {exc}") from exc


def refusal(status: int, body: bytes) -> str:
    """Return what an answer that is no success says: its status, and words if it has any."""
    try:
        error = msgspec.json.decode(body, type=_Refusal).error
    except msgspec.MsgspecError:
        return f"status {status}"
    return f"status {status}: {error.message[:_TEXT_MAX] or error.code[:_TEXT_MAX]}"


def _row(block: _Block) -> IntensityRow:
    start, end = datetime.fromisoformat(block.start), datetime.fromisoformat(block.end)
    if start.utcoffset() != timedelta() or end.utcoffset() != timedelta():
        raise ValueError(f"{block.start} to {block.end} is not in UTC")
    if end - start != HALF_HOUR or start.timestamp() % HALF_HOUR.total_seconds():
        raise ValueError(f"{block.start} to {block.end} is no half-hour")
    return IntensityRow(half_hour_of(start), block.intensity.forecast, block.intensity.actual)
