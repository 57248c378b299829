"""What is asked of a LoRaWAN network server about devices. A small promise; adapters keep it.

Keys go in and never come out: no method returns one. A server that is away raises
``ServerAwayError`` from every method, one that does not accept our API key ``ServerDeniedError``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from lighting.identifiers import DevEui
from lighting.registration.eui import JoinEui
from lighting.registration.keys import RootKeys

NAME_MAX = 50
"""Characters of a device's name: The Things Stack takes 50, ChirpStack 100."""


class DeviceClass(Enum):
    """When a device listens for downlinks."""

    A = "A"
    """Only after its own uplink: battery add-ons."""
    C = "C"
    """Always: lantern nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDevice:
    """A device to be created. ``tags`` are shown on the server; ``profile_id`` is the server's."""

    dev_eui: DevEui
    join_eui: JoinEui
    name: str
    application_id: str
    profile_id: str
    device_class: DeviceClass = DeviceClass.C
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """A device as the server has it. ``application`` is its name, or its id where it has none."""

    dev_eui: DevEui
    name: str
    application_id: str
    application: str
    profile_id: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """A kind of device that the server knows: its LoRaWAN version and whether it does class C."""

    profile_id: str
    name: str
    lorawan_version: str
    supports_class_c: bool

    @property
    def is_1_1(self) -> bool:
        """Whether devices of it have a NwkKey besides their AppKey."""
        return self.lorawan_version.startswith("1.1")


class DeviceServer(Protocol):
    """Where devices are registered."""

    async def find(self, dev_eui: DevEui) -> KnownDevice | None:
        """Return the device and where it is, or None if the server shows us no such device."""

    async def create(self, device: NewDevice, keys: RootKeys | None) -> None:
        """Create ``device`` with ``keys`` as one step: when this fails, nothing of it is left.

        Raises:
            DeviceTakenError: the DevEUI is registered already; says where.
            ServerRefusedError: no such application or profile, a class or keys that the profile
                does not have, or the server's own reason.
        """

    async def set_keys(self, dev_eui: DevEui, keys: RootKeys) -> None:
        """Write the device's root keys over those it had, if any.

        Raises:
            DeviceNotFoundError: no such device.
            ServerRefusedError: keys of another LoRaWAN version than the device's profile.
        """

    async def rename(self, dev_eui: DevEui, name: str) -> None:
        """Give the device another name; all else stays.

        Raises:
            DeviceNotFoundError: no such device.
        """

    async def enable(self, dev_eui: DevEui, *, enabled: bool) -> None:
        """Let the device talk, or stop it from joining and being heard.

        Raises:
            DeviceNotFoundError: no such device.
            ServerRefusedError: this kind of server cannot disable a device.
        """

    async def delete(self, dev_eui: DevEui) -> None:
        """Forget the device, its keys and its session.

        Raises:
            DeviceNotFoundError: no such device.
        """

    async def profiles(self) -> tuple[DeviceProfile, ...]:
        """Return the device profiles that devices can be created with, by name."""
