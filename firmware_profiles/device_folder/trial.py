"""Run a codec on the examples that its vendor published with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from firmware_profiles.device_folder.compare import differences, shown
from firmware_profiles.device_folder.device import Example, ExampleFault, FaultKind, SeenField
from firmware_profiles.javascript.errors import (
    CodecError,
    CodecInputError,
    CodecReportedError,
    CodecSourceError,
)

Run = Callable[[str, Mapping[str, object]], dict[str, Any]]
"""Runs a function of the codec that serves it: name, input → answer."""


@dataclass(slots=True)
class Trial:
    """What is known after the examples seen so far."""

    run: Run
    examples_run: int = 0
    examples_passed: int = 0
    faults: list[ExampleFault] = field(default_factory=list)
    f_ports: set[int] = field(default_factory=set)
    fields: dict[str, SeenField] = field(default_factory=dict)

    def try_out(self, example: Example) -> None:
        """Run one example and note how it went."""
        self.examples_run += 1
        faults = list(self._faults(example))
        self.faults += faults
        self.examples_passed += not faults

    def _faults(self, example: Example) -> Iterator[ExampleFault]:
        given, expected = example.given, example.expected
        problem = _form_problem(given, expected)
        if problem or not isinstance(given, dict) or not isinstance(expected, dict):
            yield _fault(example, FaultKind.MALFORMED, problem)
            return
        wanted = _errors(expected)
        try:
            got = self.run(example.function, given)
        except CodecInputError as exc:
            yield _fault(example, FaultKind.MALFORMED, exc.problem)
        except CodecReportedError as exc:
            yield from differences(example, wanted, {"errors": list(exc.errors)})
        except CodecSourceError:
            raise
        except CodecError as exc:
            yield _fault(example, FaultKind.FAILED, exc.problem, expected=shown(expected))
        else:
            self._note(example, given, got)
            yield from differences(example, wanted, _comparable(wanted, got))
            if example.normalized is not None:
                yield from self._normalized(example, got)

    def _normalized(self, example: Example, got: Mapping[str, Any]) -> Iterator[ExampleFault]:
        wanted = example.normalized.get("data") if isinstance(example.normalized, dict) else None
        if wanted is None:
            yield _fault(example, FaultKind.MALFORMED, "normalizedOutput has no data")
            return
        try:
            data = self.run("normalizeUplink", got)["data"]
        except CodecError as exc:
            yield _fault(example, FaultKind.FAILED, f"normalizeUplink: {exc.problem}")
            return
        listed = data if isinstance(data, list) else [data]
        yield from differences(
            example,
            {"normalized": wanted if isinstance(wanted, list) else [wanted]},
            {"normalized": listed},
        )

    def _note(self, example: Example, given: Mapping[str, object], got: Mapping[str, Any]) -> None:
        if example.function != "decodeUplink":
            return
        f_port = given.get("fPort")
        if isinstance(f_port, int):
            self.f_ports.add(f_port)
        for path, value in _leaves("", got["data"]):
            if path not in self.fields or self.fields[path].kind == "null":
                self.fields[path] = SeenField(path=path, example=shown(value), kind=_kind(value))


def _form_problem(given: object, expected: object) -> str:
    if not isinstance(given, dict):
        return f"its input is {shown(given)}, not an object"
    if not isinstance(expected, dict):
        return f"its expected output is {shown(expected)}, not an object"
    payload = given.get("bytes", [])
    if not isinstance(payload, list):
        return f"its input bytes are {shown(payload)}, not a list of numbers"
    if not {"data", "bytes", "errors"} & expected.keys():
        return "its expected output has neither data, bytes nor errors"
    return ""


def _errors(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected in comparable form: where errors are, nothing else counts."""
    if expected.get("errors"):
        return {"errors": expected["errors"]}
    return {key: value for key, value in expected.items() if key not in {"errors", "warnings"}} | {
        "warnings": expected.get("warnings") or []
    }


def _comparable(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of the answer its data or bytes, and what else the example speaks of."""
    known = {"data", "bytes"} | wanted.keys()
    kept = {key: value for key, value in got.items() if key in known}
    return kept | {"warnings": got.get("warnings") or []}


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(f"{path}.{key}".lstrip("."), each)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _leaves(f"{path}.{place}".lstrip("."), each)
    else:
        yield path, value


def _kind(value: object) -> str:
    kinds = {bool: "true or false", str: "text", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def _fault(example: Example, kind: FaultKind, problem: str, *, expected: str = "") -> ExampleFault:
    return ExampleFault(
        kind=kind, file=example.file, example=example.name, problem=problem, expected=expected
    )
