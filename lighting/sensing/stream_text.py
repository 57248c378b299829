"""Read rows of the data register from TOML; every error names the stream, the field and the cure.

[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset", "engineer"]
retention_days = 1095
open_data = true
dpia = "not needed"
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firmware_profiles.devices.device import Use
from lighting.errors import RequestError
from lighting.sensing.stream import Dpia, LawfulBasis, Stream

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DAYS_MAX = 36_525
_MINUTES_MAX = 1440

_AS_TEXT = Field(strict=False)
_Words = Annotated[str, Field(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFault:
    """One thing wrong in a text of streams."""

    stream: str
    field: str
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"[{self.stream}] {self.field}: {self.problem}; allowed: {self.allowed}"


class StreamTextError(RequestError):
    """A text that is not rows of the data register; carries every fault found."""

    def __init__(self, faults: Sequence[StreamFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("data register: " + " | ".join(map(str, faults)))


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: _Words
    use: Annotated[Use, _AS_TEXT]
    purpose: _Words = ""
    lawful_basis: Annotated[LawfulBasis, _AS_TEXT] | None = None
    owner: _Words = ""
    stored_where: _Words = ""
    visible_to: list[_Words] = Field(default_factory=list)
    retention_days: int | None = Field(None, ge=1, le=_DAYS_MAX)
    open_data: bool | None = None
    dpia: Annotated[Dpia, _AS_TEXT] | None = None
    people: bool = False
    interval_min: int = Field(0, ge=0, le=_MINUTES_MAX)


def parse_streams(text: str) -> list[Stream]:
    """Return the streams written in ``text``, all switched off.

    Raises:
        StreamTextError: not TOML, or not rows of the register; carries every fault.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        fault = StreamFault(stream="", field="the text", problem=str(exc), allowed="TOML 1.0")
        raise StreamTextError([fault]) from exc
    faults: list[StreamFault] = []
    streams = [_stream(stream_id, table, faults) for stream_id, table in tables.items()]
    if faults:
        raise StreamTextError(faults)
    return [stream for stream in streams if stream is not None]


def _stream(stream_id: str, table: object, faults: list[StreamFault]) -> Stream | None:
    if not _ID.fullmatch(stream_id):
        allowed = "lower-case letters, digits and '-', such as gully-levels"
        faults.append(_fault(stream_id, "the id", f"{stream_id[:64]!r} does not fit", allowed))
        return None
    try:
        row = _Row.model_validate(table)
    except ValidationError as exc:
        faults.extend(_pydantic(stream_id, error) for error in exc.errors())
        return None
    days = row.retention_days
    return Stream(
        stream_id=stream_id,
        title=row.title,
        use=row.use,
        purpose=row.purpose,
        lawful_basis=row.lawful_basis,
        owner=row.owner,
        stored_where=row.stored_where,
        visible_to=tuple(row.visible_to),
        retention=None if days is None else timedelta(days=days),
        open_data=row.open_data,
        dpia=row.dpia,
        people=row.people,
        interval=timedelta(minutes=row.interval_min),
    )


def _pydantic(stream_id: str, error: Any) -> StreamFault:  # noqa: ANN401 - pydantic's ErrorDetails
    field = ".".join(map(str, error["loc"])) or "the row"
    if error["type"] == "extra_forbidden":
        return _fault(stream_id, field, "is not a field", ", ".join(_Row.model_fields))
    if error["type"] == "missing":
        return _fault(stream_id, field, "is missing", "a value: it cannot be left out")
    shown = repr(error["input"])[:64]
    allowed = error.get("ctx", {}).get("expected") or error["msg"]
    return _fault(stream_id, field, f"{shown} does not fit", str(allowed))


def _fault(stream_id: str, field: str, problem: str, allowed: str) -> StreamFault:
    return StreamFault(stream=stream_id[:64], field=field, problem=problem, allowed=allowed)
