"""The codecs bench: vendors' JavaScript shut in and kept apart, against the bare engine."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import quickjs

from firmware_profiles.device_folder import chirpstack, read_device_folder, things_network
from firmware_profiles.device_folder.device import FaultKind, PublishedDevice
from firmware_profiles.errors import WireError
from firmware_profiles.javascript.codec import Codec
from firmware_profiles.javascript.errors import CodecError, CodecFunctionError
from lighting.adapters.device_folder import read_folder
from tools.bench_codecs_samples import samples

CALLS = 200
"""A codec is called this often, after ten calls that are not counted."""
WARM_CALLS = 10
AIM_US = 150
NO_OLDER_FORM = ("normalizeUplink", "decodeDownlink")
"""Functions for which no other of the codec's answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One codec with inputs that it decodes."""

    name: str
    source: str
    inputs: tuple[Mapping[str, object], ...]


def bench_codecs(folder: Path | None) -> dict[str, object]:
    """Return microseconds a call and what the bare engine needs for the same function."""
    devices: list[PublishedDevice] = []
    refused: list[str] = []
    if folder is None:
        cases = [Case(name=n, source=s, inputs=tuple(i)) for n, s, i in samples()]
    else:
        devices, refused = _devices(folder)
        cases = _cases(devices)
    figures = [each for case in cases if (each := _measure(case))]
    shared = [each for each in figures if not each["apart"]]
    return {
        "bench": "codecs",
        "codecs": len(figures),
        "calls": len(figures) * CALLS,
        "aim_us": AIM_US,
        "all": _summary(figures),
        "in_a_shared_context": _summary(shared),
        "in_fresh_contexts": [each["name"] for each in figures if each["apart"]],
        "slowest": [
            {key: value for key, value in each.items() if key != "calls"}
            for each in sorted(figures, key=lambda each: -each["us"])[:5]
        ],
        "examples": _examples(devices),
        "devices_refused": refused,
    }


def _summary(figures: list[dict[str, Any]]) -> dict[str, object]:
    """Return medians over codecs of each codec's own median, and the tail of all calls."""
    if not figures:
        return {}
    calls = sorted(us for each in figures for us in each["calls"])
    middle = {
        key: round(median(each[key] for each in figures), 1) for key in ("us", "bare_us", "load_ms")
    }
    known = [each["top_level_us"] for each in figures if each["top_level_us"] is not None]
    return {
        "call_us_median": round(median(calls), 1),
        "call_us_p99": round(calls[int(len(calls) * 0.99)], 1),
        "codecs_within_aim": sum(each["us"] <= AIM_US for each in figures),
        "load_ms_median": middle["load_ms"],
        "reference": {
            "what": "the same function in a bare QuickJS context, JSON in and out, nothing kept"
            " apart",
            "call_us_median": middle["bare_us"],
        },
        "ratio": round(middle["us"] / middle["bare_us"], 2),
        "of_which_us": {
            "the codec itself, JSON in and out": middle["bare_us"],
            "its top level run anew, globals swept": round(median(known), 1) if known else None,
        },
    }


def _measure(case: Case) -> dict[str, Any] | None:
    began = time.perf_counter()
    try:
        codec = Codec(case.source, case.name)
        load_ms = (time.perf_counter() - began) * 1e3
        answered = [each for each in case.inputs if _answers(codec, each)]
    except CodecError:
        return None
    if not answered:
        return None
    requests = [json.dumps(each) for each in answered]
    calls = _timed(lambda turn: codec.run("decodeUplink", answered[turn % len(answered)]))
    bare = _bare(case.source)
    if bare is None:
        return None
    return {
        "name": case.name,
        "source_bytes": len(case.source),
        "apart": codec.apart_because,
        "us": round(median(calls), 1),
        "bare_us": round(median(_timed(lambda turn: bare(requests[turn % len(requests)]))), 1),
        "top_level_us": _top_level_us(codec),
        "load_ms": round(load_ms, 2),
        "calls": calls,
    }


def _answers(codec: Codec, values: Mapping[str, object]) -> bool:
    try:
        codec.run("decodeUplink", values)
    except CodecError:
        return False
    return True


def _top_level_us(codec: Codec) -> float | None:
    """Time a call for a function that is not there: all that is done to keep calls apart."""
    missing = next((name for name in NO_OLDER_FORM if name not in codec.functions), None)
    if missing is None:
        return None

    def nothing(_turn: int) -> None:
        try:
            codec.run(missing, {"bytes": []})
        except CodecFunctionError:
            return

    return round(median(_timed(nothing)), 1)


def _bare(source: str) -> Callable[[str], Any] | None:
    """Return the codec's function in a context without limits, guards or isolation."""
    context = quickjs.Context()
    try:
        context.eval("var console = { log() {} };")
        context.eval(source)
        call = context.eval(
            "(text) => { const i = JSON.parse(text); return JSON.stringify(typeof decodeUplink"
            " === 'function' ? decodeUplink(i) : Decoder(i.bytes, i.fPort)); }"
        )
    except quickjs.JSException:
        return None

    def run(request: str) -> object:
        try:
            return json.loads(call(request))
        except quickjs.JSException:
            return None  # it needs a Date, or Buffer, which only our sandbox has

    return run


def _timed(call: Callable[[int], object]) -> list[float]:
    for turn in range(WARM_CALLS):
        call(turn)
    taken = []
    for turn in range(CALLS):
        began = time.perf_counter()
        call(turn)
        taken.append((time.perf_counter() - began) * 1e6)
    return taken


def _devices(folder: Path) -> tuple[list[PublishedDevice], list[str]]:
    """Read every device of one vendor's folder, or of each vendor's folder in ``folder``."""
    devices, refused = [], []
    for files in _folders(folder):
        found = things_network.devices_in(files) or chirpstack.devices_in(files)
        for device in sorted(found):
            try:
                devices.append(read_device_folder(files, device=device))
            except WireError as exc:
                refused.append(str(exc))
    return devices, refused


def _folders(folder: Path) -> Iterator[dict[str, str]]:
    inner = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    alone = not inner or any(each.suffix == ".toml" for each in folder.glob("*"))
    for each in [folder] if alone else inner:
        yield read_folder(each)


def _cases(devices: list[PublishedDevice]) -> list[Case]:
    cases: dict[str, Case] = {}
    for device in devices:
        inputs = [
            each.given
            for each in device.contents.examples
            if each.function == "decodeUplink" and isinstance(each.given, dict)
        ]
        name = f"{device.contents.vendor}/{device.contents.device_id}"
        case = Case(name=name, source=device.codec_source, inputs=tuple(inputs))
        cases.setdefault(device.codec_source, case)
    return list(cases.values())


def _examples(devices: list[PublishedDevice]) -> dict[str, object]:
    """Count the examples of each distinct file once."""
    distinct = {
        (each.contents.scripts, frozenset(part.file for part in each.contents.examples)): each
        for each in devices
    }
    faults = {
        (fault.file, fault.example, fault.kind): fault
        for each in distinct.values()
        for fault in each.faults
    }
    kinds = [kind for _, _, kind in faults]
    return {
        "run": sum(each.examples_run for each in distinct.values()),
        "passed": sum(each.examples_passed for each in distinct.values()),
        **{kind.value: kinds.count(kind) for kind in FaultKind},
        "first_faults": [str(fault) for fault in list(faults.values())[:10]],
    }
