"""Library: the device models that ship, one document each; the folder ``library`` beside this."""

from functools import cache
from importlib import resources
from typing import Final

from firmware_profiles.devices.device import DeviceModel, Use
from firmware_profiles.devices.device_text import device_from_text
from firmware_profiles.devices.errors import DeviceFileError, FileProblem
from firmware_profiles.errors import UnknownDeviceError

_SUFFIX: Final = ".toml"
_FOLDER: Final = "library"


@cache
def all_devices() -> tuple[DeviceModel, ...]:
    """Return every device model that ships, by id.

    Raises:
        DeviceFileError: one of the documents cannot be used (a fault of this package).
    """
    folder = resources.files("firmware_profiles.devices") / _FOLDER
    files = sorted((entry.name, entry) for entry in folder.iterdir())
    return tuple(
        _device(name, entry.read_text(encoding="utf-8"))
        for name, entry in files
        if name.endswith(_SUFFIX)
    )


def _device(name: str, text: str) -> DeviceModel:
    model = device_from_text(text, document=name)
    if f"{model.device_id}{_SUFFIX}" != name:
        problem = FileProblem(
            field="device_id",
            message=f"is {model.device_id!r}",
            allowed=name.removesuffix(_SUFFIX),
        )
        raise DeviceFileError(name, (problem,))
    return model


def device_for(device_id: str) -> DeviceModel:
    """Return the device model of an id such as ``decentlab-dl-cws``.

    Raises:
        UnknownDeviceError: there is none.
    """
    for model in all_devices():
        if model.device_id == device_id:
            return model
    raise UnknownDeviceError(device_id, tuple(model.device_id for model in all_devices()))


def devices_for(use: Use) -> tuple[DeviceModel, ...]:
    """Return the device models that serve ``use``."""
    return tuple(model for model in all_devices() if use in model.uses)
