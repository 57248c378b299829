"""The layout of The Things Network's lorawan-devices: device, codec and profile files in YAML.

``<device>.yaml`` names profiles and a codec for each firmware and region; ``<codec>.yaml`` names
the script of each function and holds the examples. Facts: the repository's README.
"""

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
from firmware_profiles.device_folder.yaml_text import load_yaml

_FUNCTIONS = {
    "uplinkDecoder": "decodeUplink",
    "downlinkEncoder": "encodeDownlink",
    "downlinkDecoder": "decodeDownlink",
}
_SIGN = "firmwareVersions:"


def devices_in(files: Mapping[str, str]) -> dict[str, str]:
    """Return the path of each device's file, by its id."""
    return {
        name_of(path): path
        for path, content in files.items()
        if path.endswith((".yaml", ".yml")) and f"\n{_SIGN}" in f"\n{content}"
    }


def read(files: Mapping[str, str], path: str) -> Contents:
    """Return what the folder holds of the device described in ``path``.

    Raises:
        DeviceFolderError: a file is missing or not of the layout's form.
    """
    device = mapping(load_yaml(files[path], path), path, "the document")
    versions = [
        mapping(each, path, "a firmware version")
        for each in sequence(device.get("firmwareVersions"), path, "firmwareVersions")
    ]
    codec, notes = _codec_of(versions, path)
    codec_path = file_named(files, folder_of(path), f"{codec}.yaml", wanted_by=path)
    scripts, examples, faults = _codec_file(files, codec_path)
    return Contents(
        layout=Layout.THINGS_NETWORK,
        device_id=name_of(path),
        vendor=folder_of(path).rpartition("/")[2],
        title=text(device, "name"),
        description=text(device, "description"),
        sensors=texts(device.get("sensors")),
        links=tuple(filter(None, (text(device, "productURL"), text(device, "dataSheetURL")))),
        scripts=scripts,
        profiles=tuple(_profiles(files, path, versions)),
        examples=examples,
        faults=faults,
        notes=notes,
    )


def _codec_of(versions: list[dict[str, Any]], path: str) -> tuple[str, tuple[str, ...]]:
    """Return the codec of the newest firmware, and a note for each older one that differs."""
    known: dict[str, list[str]] = {}
    for version in versions:
        for profile in mapping(version.get("profiles"), path, "profiles").values():
            name = text(mapping(profile, path, "a profile"), "codec")
            if name:
                known.setdefault(name, []).append(text(version, "version"))
    if not known:
        raise DeviceFolderError(path, "names no codec", "choose a device that has one")
    newest = list(known)[-1]
    notes = tuple(
        f"firmware {', '.join(dict.fromkeys(firmware))} has another codec: {name}"
        for name, firmware in known.items()
        if name != newest
    )
    return newest, notes


def _codec_file(
    files: Mapping[str, str], path: str
) -> tuple[tuple[Script, ...], tuple[Example, ...], tuple[ExampleFault, ...]]:
    codec = mapping(load_yaml(files[path], path), path, "the document")
    scripts, examples, faults = [], [], []
    for key, function in _FUNCTIONS.items():
        part = mapping(codec.get(key), path, key)
        if not part:
            continue
        script = file_named(files, folder_of(path), text(part, "fileName"), wanted_by=path)
        scripts.append(Script(function=function, file=script, source=files[script]))
        for number, each in enumerate(sequence(part.get("examples"), path, f"{key}.examples"), 1):
            name = f"{key} example {number}"
            if isinstance(each, dict):
                examples.append(_example(each, path, name, function))
            else:
                problem = f"is {each!r}, not a mapping"
                faults.append(
                    ExampleFault(kind=FaultKind.MALFORMED, file=path, example=name, problem=problem)
                )
    return tuple(scripts), tuple(examples), tuple(faults)


def _example(values: dict[str, Any], path: str, name: str, function: str) -> Example:
    description = text(values, "description")
    return Example(
        file=path,
        name=f"{name} ({description})" if description else name,
        function=function,
        given=values.get("input"),
        expected=values.get("output"),
        normalized=values.get("normalizedOutput"),
    )


def _profiles(
    files: Mapping[str, str], path: str, versions: list[dict[str, Any]]
) -> Iterable[RadioProfile]:
    seen = set()
    for version in versions:
        for region, profile in mapping(version.get("profiles"), path, "profiles").items():
            values = mapping(profile, path, f"profiles.{region}")
            key = (region, text(values, "id"))
            # A profile may belong to another vendor's folder, which is not at hand.
            if key in seen or text(values, "vendorID") or not key[1]:
                continue
            seen.add(key)
            file = file_named(files, folder_of(path), f"{key[1]}.yaml", wanted_by=path)
            yield _profile(mapping(load_yaml(files[file], file), file, "the document"), region)


def _profile(values: dict[str, Any], region: str) -> RadioProfile:
    return RadioProfile(
        region=region,
        lorawan_version=text(values, "macVersion"),
        regional_parameters=text(values, "regionalParametersVersion"),
        device_class=classes(
            class_b=values.get("supportsClassB"), class_c=values.get("supportsClassC")
        ),
        joins=values.get("supportsJoin") is True,
    )
