"""From the files of a published folder to one device: find it, read it, try its codec."""

from collections.abc import Mapping
from typing import Any

from firmware_profiles.device_folder import chirpstack, things_network
from firmware_profiles.device_folder.device import Contents, PublishedDevice
from firmware_profiles.device_folder.errors import DeviceFolderError
from firmware_profiles.device_folder.trial import Trial
from firmware_profiles.javascript.cache import load_codec

_FOLDER = "the folder"


def read_device_folder(files: Mapping[str, str], *, device: str = "") -> PublishedDevice:
    """Return one device of a folder, its codec tried on every example that came with it.

    ``files`` are texts by path, with ``/``, the vendor's folder included (``parametric/pcr2.yaml``,
    ``milesight/devices/em300-th.toml``). ``device`` chooses where the folder has several.

    Raises:
        DeviceFolderError: no layout that we know, no such device, or a broken file.
        CodecError: the codec does not load.
    """
    contents = _contents(files, device)
    functions: dict[str, str] = {each.function: each.source for each in contents.scripts}
    if "decodeUplink" not in functions:
        raise DeviceFolderError(
            contents.device_id, "its codec has no uplink decoder", "choose a device that has one"
        )
    functions["normalizeUplink"] = functions["decodeUplink"]

    def run(function: str, values: Mapping[str, object]) -> dict[str, Any]:
        return load_codec(functions[function], name=contents.device_id).run(function, values)

    codec = load_codec(functions["decodeUplink"], name=contents.device_id)
    trial = Trial(run)
    for example in contents.examples:
        trial.try_out(example)
    return PublishedDevice(
        contents=contents,
        functions=codec.functions,
        apart_because=codec.apart_because,
        f_ports=tuple(sorted(trial.f_ports)),
        fields=tuple(trial.fields.values()),
        examples_run=trial.examples_run + len(contents.faults),
        examples_passed=trial.examples_passed,
        faults=contents.faults + tuple(trial.faults),
    )


def _contents(files: Mapping[str, str], device: str) -> Contents:
    found = things_network.devices_in(files)
    if found:
        return things_network.read(files, found[_choice(tuple(sorted(found)), device)])
    found = chirpstack.devices_in(files)
    if found:
        return chirpstack.read(files, found[_choice(tuple(sorted(found)), device)])
    raise DeviceFolderError(
        _FOLDER,
        "holds no device of The Things Network's or ChirpStack's layout",
        "name the folder that has <device>.yaml, or devices/<device>.toml beside codecs/",
    )


def _choice(found: tuple[str, ...], device: str) -> str:
    if not device and len(found) == 1:
        return found[0]
    if device in found:
        return device
    problem = f"has no device {device!r}" if device else f"holds {len(found)} devices"
    raise DeviceFolderError(_FOLDER, problem, f"name one of: {', '.join(found[:40])}")
