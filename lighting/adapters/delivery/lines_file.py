"""LinesFileChannel: notices as lines of JSON at the end of a file."""

import asyncio
import fcntl
import json
import os
from datetime import datetime
from pathlib import Path

from lighting.adapters.delivery.webhook import webhook_body
from lighting.sensing.alerts.notice import DeliveryError, Notice

_MODE = 0o640


class LinesFileChannel:
    """Appends to one file. See ``lighting.sensing.alerts.notice.Channel``.

    A line is there whole or not at all: what a full disk took of it is taken back, and two
    processes write one after the other. Each carries the key under ``id``.
    """

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path

    async def send(self, notice: Notice, *, key: str, at: datetime) -> str:
        """Append the notice and wait until the disk has it.

        Raises:
            DeliveryError: it could not be written; nothing of it stays.
        """
        told = {"id": key, "written_at": at.isoformat(), **json.loads(webhook_body(notice))}
        line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
        try:
            await asyncio.to_thread(self._append, line)
        except OSError as exc:
            problem = f"{self._path} cannot be written: {exc.strerror}; nothing of it was kept"
            raise DeliveryError(self._name, problem) from exc
        return ""

    def _append(self, line: bytes) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._path, flags, _MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line  # a power cut left half a line: ours begins a new one
            try:
                _write(handle, line)
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)


def _write(handle: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(handle, rest) :]
