"""Lines at the end of a file: whole or not at all, also on a full disk."""

import asyncio
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lighting.adapters.delivery.lines_file import LinesFileChannel
from lighting.sensing.alerts.notice import DeliveryError
from tests.lighting.adapters.delivery.notices import AT, KEY, NOTICE


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond ``size`` bytes, as if the disk were full there."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_each_notice_is_one_line_of_json_with_its_key(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    channel = LinesFileChannel("log", path)
    await asyncio.gather(*(channel.send(NOTICE, key=f"{KEY}-{i}", at=AT) for i in range(9)))
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert sorted(each["id"] for each in told) == [f"{KEY}-{i}" for i in range(9)]
    assert told[0]["data"]["text"] == NOTICE.text
    assert path.stat().st_mode & 0o007 == 0


async def test_of_a_line_that_a_full_disk_cut_off_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    channel = LinesFileChannel("log", path)
    await channel.send(NOTICE, key=KEY, at=AT)
    whole = path.read_bytes()
    kept = pytest.raises(DeliveryError, match="nothing of it was kept")
    with room_for(len(whole) + 40), kept as caught:
        await channel.send(NOTICE, key=KEY, at=AT)
    assert not caught.value.final
    assert path.read_bytes() == whole
    await channel.send(NOTICE, key=KEY, at=AT)
    assert len(path.read_text().splitlines()) == 2


async def test_after_half_a_line_of_a_power_cut_a_new_one_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"id": "hal')
    await LinesFileChannel("log", path).send(NOTICE, key=KEY, at=AT)
    half, line = path.read_text().splitlines()
    assert (half, json.loads(line)["id"]) == ('{"id": "hal', KEY)


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    channel = LinesFileChannel("log", tmp_path / "no" / "alerts.jsonl")
    with pytest.raises(DeliveryError, match="No such file"):
        await channel.send(NOTICE, key=KEY, at=AT)
