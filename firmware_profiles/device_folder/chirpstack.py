"""The layout of chirpstack/lorawan-device-profiles: TOML files, and examples in JSON.

``vendor.toml``, ``devices/x.toml`` (firmwares with profiles and codec), ``profiles/y.toml``,
``codecs/z.js`` with ``test_decode_z.json`` and ``test_encode_z.json`` beside it. Its own runner
(interface/src/js/mod.rs at 4cf8d34) takes these as JavaScript, not JSON: many hold hexadecimal
numbers and comments.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from firmware_profiles.device_folder.device import (
    Contents,
    Example,
    ExampleFault,
    FaultKind,
    Layout,
    RadioProfile,
    Script,
)
from firmware_profiles.device_folder.errors import DeviceFolderError
from firmware_profiles.device_folder.fields import (
    classes,
    file_named,
    folder_of,
    mapping,
    name_of,
    sequence,
    text,
    texts,
)
from firmware_profiles.javascript.literal import read_literal

_TESTS = {"decodeUplink": "test_decode_{}.json", "encodeDownlink": "test_encode_{}.json"}


def devices_in(files: Mapping[str, str]) -> dict[str, str]:
    """Return the path of each device's file, by its id."""
    return {
        name_of(path): path
        for path in files
        if path.endswith(".toml") and folder_of(path).rpartition("/")[2] == "devices"
    }


def read(files: Mapping[str, str], path: str) -> Contents:
    """Return what the folder holds of the device described in ``path``.

    Raises:
        DeviceFolderError: a file is missing or not of the layout's form.
    """
    device = mapping(_toml(files, path).get("device"), path, "device")
    home = folder_of(folder_of(path))
    firmwares = [
        mapping(each, path, "a firmware")
        for each in sequence(device.get("firmware"), path, "device.firmware")
    ]
    codec, notes = _codec_of(firmwares, path)
    script = file_named(files, f"{home}/codecs".lstrip("/"), codec, wanted_by=path)
    examples, faults = _examples(files, script)
    vendor_file = f"{home}/vendor.toml".lstrip("/")
    vendor = mapping(_toml(files, vendor_file).get("vendor"), vendor_file, "vendor")
    metadata = mapping(device.get("metadata"), path, "device.metadata")
    return Contents(
        layout=Layout.CHIRPSTACK,
        device_id=name_of(path),
        vendor=text(vendor, "name") or home.rpartition("/")[2],
        title=text(device, "name"),
        description=text(device, "description"),
        sensors=(),
        links=tuple(
            filter(None, (text(metadata, "product_url"), text(metadata, "documentation_url")))
        ),
        scripts=tuple(
            Script(function=function, file=script, source=files[script]) for function in _TESTS
        ),
        profiles=tuple(_profiles(files, home, firmwares, path)),
        examples=examples,
        faults=faults,
        notes=notes,
    )


def _toml(files: Mapping[str, str], path: str) -> dict[str, Any]:
    """Return a parsed file; one that is not there is empty."""
    try:
        return tomllib.loads(files.get(path, ""))
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise DeviceFolderError(path, f"is not TOML: {exc}", "correct the file") from None


def _codec_of(firmwares: list[dict[str, Any]], path: str) -> tuple[str, tuple[str, ...]]:
    """Return the codec of the first firmware that has one (the newest stands first)."""
    known = {text(each, "codec"): text(each, "version") for each in reversed(firmwares)}
    known.pop("", None)
    if not known:
        raise DeviceFolderError(path, "names no codec", "choose a device that has one")
    newest = list(known)[-1]
    notes = tuple(
        f"firmware {version} has another codec: {name}"
        for name, version in known.items()
        if name != newest
    )
    return newest, notes


def _examples(
    files: Mapping[str, str], script: str
) -> tuple[tuple[Example, ...], tuple[ExampleFault, ...]]:
    examples: list[Example] = []
    faults = []
    for function, pattern in _TESTS.items():
        path = f"{folder_of(script)}/{pattern.format(name_of(script))}".lstrip("/")
        try:
            tests = _literal(files.get(path, "[]") or "[]", path)
            examples.extend(_read_tests(tests, path, function))
        except (DeviceFolderError, RecursionError) as exc:
            faults.append(
                ExampleFault(kind=FaultKind.MALFORMED, file=path, example="", problem=str(exc))
            )
    return tuple(examples), tuple(faults)


def _literal(content: str, path: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as exc:
        not_json = exc
    try:
        return read_literal(content)
    except ValueError as exc:
        problem = f"is neither JSON ({not_json}) nor a JavaScript literal ({exc})"
        raise DeviceFolderError(path, problem, "correct the file") from None


def _read_tests(tests: object, path: str, function: str) -> Iterable[Example]:
    for number, each in enumerate(sequence(tests, path, "the document"), 1):
        values = mapping(each, path, f"test {number}")
        yield Example(
            file=path,
            name=f"test {number} ({text(values, 'name')})",
            function=function,
            given=values.get("input"),
            expected=values.get("expected"),
        )


def _profiles(
    files: Mapping[str, str], home: str, firmwares: list[dict[str, Any]], path: str
) -> Iterable[RadioProfile]:
    names = dict.fromkeys(name for each in firmwares for name in texts(each.get("profiles")))
    for name in names:
        file = file_named(files, f"{home}/profiles".lstrip("/"), name, wanted_by=path)
        values = mapping(_toml(files, file).get("profile"), file, "profile")
        yield RadioProfile(
            region=text(values, "region"),
            lorawan_version=text(values, "mac_version"),
            regional_parameters=text(values, "reg_params_revision"),
            device_class=classes(
                class_b=values.get("supports_class_b"), class_c=values.get("supports_class_c")
            ),
            joins=values.get("supports_otaa") is True,
        )
