"""DataRegister: rows of the register in and out, streams on and off, retention kept."""

import logging
from datetime import datetime

from lighting.clock import Clock
from lighting.errors import NotFoundError, RefusedError
from lighting.sensing.register import (
    Act,
    StreamChange,
    StreamStore,
    delete_what_is_before,
    put,
    switched_off,
    switched_on,
)
from lighting.sensing.stream import Stream
from lighting.sensing.stream_text import parse_streams

_LOG = logging.getLogger(__name__)


class DataRegister:
    """What may be stored, why, and for how long."""

    def __init__(self, store: StreamStore, clock: Clock) -> None:
        self.store = store
        self._clock = clock

    async def put(self, text: str, *, by: str, why: str) -> list[Stream]:
        """Write the rows of a TOML document; return those that are new or changed.

        All of it is written or nothing. A stream that is on stays on if its new row allows it.

        Raises:
            StreamTextError: it is no document of rows; carries every fault.
            RefusedError: who or why is missing, or a stream that is on could not stay so.
        """
        _check_said(by, why)
        there = {stream.stream_id: stream for stream in await self.store.streams()}
        rows = [put(there.get(new.stream_id), new) for new in parse_streams(text)]
        changed = [row for row in rows if there.get(row.stream_id) != row]
        await self.store.change_streams([self._change(row, Act.PUT, by, why) for row in changed])
        return changed

    async def switch_on(self, stream_id: str, *, by: str, why: str) -> Stream:
        """Begin to store what a stream's add-ons say.

        Raises:
            NotFoundError: there is no such row.
            RefusedError: the row does not answer for it, or who or why is missing.
        """
        _check_said(by, why)
        return await self._write(switched_on(await self.get(stream_id)), Act.ON, by, why)

    async def switch_off(self, stream_id: str, *, by: str, why: str) -> Stream:
        """Store nothing more of a stream; what is stored stays until its retention is over.

        Raises:
            NotFoundError: there is no such row.
            RefusedError: who or why is missing.
        """
        _check_said(by, why)
        return await self._write(switched_off(await self.get(stream_id)), Act.OFF, by, why)

    async def get(self, stream_id: str) -> Stream:
        """Return one row.

        Raises:
            NotFoundError: there is none.
        """
        stream = await self.store.find_stream(stream_id)
        if stream is None:
            raise NotFoundError("stream of the data register", stream_id)
        return stream

    async def enforce_retention(self, at: datetime) -> int:
        """Delete what has outstayed its retention, streams that are off too; return how many.

        Raises:
            StoreError: the database could not do it; it is tried again the next time.
        """
        total = 0
        for stream in await self.store.streams():
            before = delete_what_is_before(stream, at)
            if before is not None:
                deleted = await self.store.delete_before(stream, before, at=at)
                if deleted:
                    _LOG.info("%d samples of stream %s deleted", deleted, stream.stream_id)
                total += deleted
        return total

    async def _write(self, stream: Stream, act: Act, by: str, why: str) -> Stream:
        await self.store.change_streams([self._change(stream, act, by, why)])
        return stream

    def _change(self, stream: Stream, act: Act, by: str, why: str) -> StreamChange:
        now = self._clock.now()
        return StreamChange(stream=stream, act=act, at=now, by=by.strip(), why=why.strip())


def _check_said(by: str, why: str) -> None:
    if not by.strip() or not why.strip():
        raise RefusedError("say who changes the register and why; both are kept with the change")
