"""Rows of the data register to streams and back."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from firmware_profiles.devices.device import Use
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.sensing.register import Act, Deletion, StreamChange
from lighting.sensing.stream import Dpia, LawfulBasis, Stream

_MINUTE = timedelta(minutes=1)


def stream_row(stream: Stream) -> dict[str, Any]:
    """Return a stream's values by column."""
    return {
        "stream_id": stream.stream_id,
        "title": stream.title,
        "use": stream.use.value,
        "purpose": stream.purpose,
        "lawful_basis": stream.lawful_basis and stream.lawful_basis.value,
        "owner": stream.owner,
        "stored_where": stream.stored_where,
        "visible_to": json.dumps(stream.visible_to, ensure_ascii=False),
        "retention_days": None if stream.retention is None else stream.retention.days,
        "open_data": stream.open_data,
        "dpia": stream.dpia and stream.dpia.value,
        "people": stream.people,
        "interval_min": stream.interval // _MINUTE,
        "is_on": stream.on,
    }


def stream_of(row: Any) -> Stream:  # noqa: ANN401 - a row, or what its JSON gave
    """Return the stream that a row holds."""
    return Stream(
        stream_id=row.stream_id,
        title=row.title,
        use=Use(row.use),
        purpose=row.purpose,
        lawful_basis=None if row.lawful_basis is None else LawfulBasis(row.lawful_basis),
        owner=row.owner,
        stored_where=row.stored_where,
        visible_to=tuple(json.loads(row.visible_to)),
        retention=None if row.retention_days is None else timedelta(days=row.retention_days),
        open_data=row.open_data,
        dpia=None if row.dpia is None else Dpia(row.dpia),
        people=row.people,
        interval=row.interval_min * _MINUTE,
        on=row.is_on,
    )


def change_row(change: StreamChange) -> dict[str, Any]:
    """Return a change's values by column."""
    return {
        "stream_id": change.stream.stream_id,
        "act": change.act.value,
        "at": to_ms(change.at),
        "made_by": change.by,
        "why": change.why,
        "row": json.dumps(stream_row(change.stream), ensure_ascii=False),
    }


class _Fields:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def change_of(row: Row[Any]) -> StreamChange:
    """Return the change that a row holds."""
    return StreamChange(
        stream=stream_of(_Fields(json.loads(row.row))),
        act=Act(row.act),
        at=from_ms(row.at),
        by=row.made_by,
        why=row.why,
    )


def deletion_of(row: Row[Any]) -> Deletion:
    """Return the deletion that a row holds."""
    return Deletion(
        stream_id=row.stream_id,
        first=from_ms(row.first_at),
        last=from_ms(row.last_at),
        samples=row.samples,
        at=from_ms(row.at),
        why=row.why,
    )
