"""Decode what add-ons send: our own codecs here and now, vendors' JavaScript on one worker thread.

A QuickJS context belongs to the thread that made it, and a codec may take up to its time limit:
one thread, kept for that alone, runs them all, so that the event loop waits for none.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_profiles.codecs import codec_for
from firmware_profiles.devices.device import JAVASCRIPT, DeviceModel
from firmware_profiles.devices.errors import MeasureError
from firmware_profiles.devices.library import device_for
from firmware_profiles.devices.measure import measure
from firmware_profiles.errors import UnknownDeviceError, WireError
from firmware_profiles.javascript import run_codec
from firmware_profiles.javascript.errors import CodecLimitError
from firmware_profiles.measurement import Measurement
from lighting.sensing.add_on import AddOnStore

MODELS_KEPT_FOR = timedelta(minutes=1)
"""How old our knowledge of an imported model may be: a new codec is used within this."""

LIMITS_MAX = 3
"""A codec that ran into a limit so often in one batch is not run again in it: at 100 ms each, a
batch of hundreds would stand still for the one faulty codec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An uplink of an add-on."""

    model_id: str
    f_port: int
    payload: bytes
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a frame measured; ``problem`` is why not all of it, or nothing, was understood."""

    measured: tuple[Measurement, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    model: DeviceModel
    source: str
    until: datetime


class AddOnDecoder:
    """Decodes frames by the model of their device. Close it to end its thread."""

    def __init__(self, add_ons: AddOnStore) -> None:
        self._add_ons = add_ons
        self._known: dict[str, _Known] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="lamplighter.codecs")

    def close(self) -> None:
        """End the thread; frames that are being decoded are given up."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def decode(self, frames: Sequence[Frame]) -> list[Decoded]:
        """Return what each frame says, in their order; one that cannot be read stops no other.

        Raises:
            StoreError: the imported models could not be read.
        """
        known = await self._models(frames)
        scripted = [
            place
            for place, frame in enumerate(frames)
            if frame.model_id in known and known[frame.model_id].model.codec == JAVASCRIPT
        ]
        answers: dict[int, Decoded] = {}
        if scripted:
            jobs = [frames[place] for place in scripted]
            loop = asyncio.get_running_loop()
            done = await loop.run_in_executor(self._worker, run_scripts, jobs, known)
            answers = dict(zip(scripted, done, strict=True))
        return [
            answers.get(place) or _by_ours(frame, known.get(frame.model_id))
            for place, frame in enumerate(frames)
        ]

    async def _models(self, frames: Sequence[Frame]) -> Mapping[str, _Known]:
        latest = {frame.model_id: frame.heard_at for frame in frames}
        for model_id, at in latest.items():
            known = self._known.get(model_id)
            if known is None or known.until < at:
                found = await self._look_up(model_id, at)
                if found is None:
                    self._known.pop(model_id, None)
                else:
                    self._known[model_id] = found
        return {each: self._known[each] for each in latest if each in self._known}

    async def _look_up(self, model_id: str, at: datetime) -> _Known | None:
        until = at + MODELS_KEPT_FOR
        try:
            return _Known(device_for(model_id), "", until)
        except UnknownDeviceError:
            imported = await self._add_ons.find_model(model_id)
            return None if imported is None else _Known(imported.model, imported.source, until)


def run_scripts(frames: Sequence[Frame], known: Mapping[str, _Known]) -> list[Decoded]:
    """Return what vendors' codecs make of frames; always in the same thread."""
    limits: Counter[str] = Counter()
    return [_by_script(frame, known[frame.model_id], limits) for frame in frames]


def _by_script(frame: Frame, known: _Known, limits: Counter[str]) -> Decoded:
    if limits[frame.model_id] >= LIMITS_MAX:
        return Decoded(problem=f"the codec of {frame.model_id} was not run: it used up its limits")
    asked = {"bytes": frame.payload, "fPort": frame.f_port, "recvTime": frame.heard_at}
    try:
        answer = run_codec(known.source, "decodeUplink", asked, name=frame.model_id)
        return Decoded(measured=measure(known.model, answer["data"]))
    except MeasureError as exc:
        return Decoded(measured=exc.measured, problem=str(exc))
    except CodecLimitError as exc:
        limits[frame.model_id] += 1
        return Decoded(problem=str(exc))
    except WireError as exc:
        return Decoded(problem=str(exc))


def _by_ours(frame: Frame, known: _Known | None) -> Decoded:
    if known is None:
        return Decoded(problem=f"device model {frame.model_id} is not in the catalogue")
    if not known.model.codec:
        return Decoded(problem=f"no codec is known for {frame.model_id}")
    try:
        codec = codec_for(known.model.codec)
        return Decoded(measured=codec.decode(frame.f_port, frame.payload))
    except WireError as exc:
        return Decoded(problem=str(exc))
