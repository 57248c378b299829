"""A device server in memory, with the contract of the real ones."""

from dataclasses import dataclass, field, replace

from lighting.identifiers import DevEui
from lighting.registration.checks import check_device, check_keys, check_name
from lighting.registration.device_server import DeviceProfile, KnownDevice, NewDevice
from lighting.registration.errors import (
    DeviceNotFoundError,
    DeviceTakenError,
    ServerAwayError,
    ServerDeniedError,
    ServerRefusedError,
)
from lighting.registration.keys import RootKeys


@dataclass(slots=True, kw_only=True)
class FakeDeviceServer:
    """A ``DeviceServer``. ``applications`` are names by id; ``hidden`` are other tenants' devices.

    ``down`` and ``denies`` stage an outage and a key that is not accepted; ``down_at`` an outage
    that begins when it has so many devices. ``keys`` shows what was written, which no real server
    does.
    """

    applications: dict[str, str]
    known_profiles: tuple[DeviceProfile, ...]
    hidden: set[DevEui] = field(default_factory=set)
    devices: dict[DevEui, KnownDevice] = field(default_factory=dict)
    keys: dict[DevEui, RootKeys] = field(default_factory=dict, repr=False)
    down: bool = False
    down_at: int | None = None
    denies: bool = False

    async def find(self, dev_eui: DevEui) -> KnownDevice | None:
        """Return the device and where it is."""
        self._answer()
        return self.devices.get(dev_eui)

    async def create(self, device: NewDevice, keys: RootKeys | None) -> None:
        """Create a device with its keys."""
        self._answer()
        check_device(device, self._profile(device.profile_id), keys)
        if device.application_id not in self.applications:
            raise ServerRefusedError(f"there is no application {device.application_id!r}")
        if device.dev_eui in self.hidden:
            raise DeviceTakenError(device.dev_eui, None)
        if there := self.devices.get(device.dev_eui):
            raise DeviceTakenError(device.dev_eui, there.application, there.name)
        self.devices[device.dev_eui] = KnownDevice(
            dev_eui=device.dev_eui,
            name=device.name,
            application_id=device.application_id,
            application=self.applications[device.application_id],
            profile_id=device.profile_id,
            enabled=True,
        )
        if keys is not None:
            self.keys[device.dev_eui] = keys
        self.down = self.down or len(self.devices) == self.down_at

    async def set_keys(self, dev_eui: DevEui, keys: RootKeys) -> None:
        """Write a device's keys."""
        check_keys(keys, self._profile(self._device(dev_eui).profile_id))
        self.keys[dev_eui] = keys

    async def rename(self, dev_eui: DevEui, name: str) -> None:
        """Give a device another name."""
        check_name(name)
        self.devices[dev_eui] = replace(self._device(dev_eui), name=name)

    async def enable(self, dev_eui: DevEui, *, enabled: bool) -> None:
        """Enable or disable a device."""
        self.devices[dev_eui] = replace(self._device(dev_eui), enabled=enabled)

    async def delete(self, dev_eui: DevEui) -> None:
        """Forget a device and its keys."""
        del self.devices[self._device(dev_eui).dev_eui]
        self.keys.pop(dev_eui, None)

    async def profiles(self) -> tuple[DeviceProfile, ...]:
        """Return the device profiles, by name."""
        self._answer()
        return tuple(sorted(self.known_profiles, key=lambda each: (each.name, each.profile_id)))

    def _answer(self) -> None:
        if self.down:
            raise ServerAwayError("the fake device server is down")
        if self.denies:
            raise ServerDeniedError("the fake device server does not accept the API key")

    def _device(self, dev_eui: DevEui) -> KnownDevice:
        self._answer()
        if dev_eui not in self.devices:
            raise DeviceNotFoundError(dev_eui)
        return self.devices[dev_eui]

    def _profile(self, profile_id: str) -> DeviceProfile:
        for profile in self.known_profiles:
            if profile.profile_id == profile_id:
                return profile
        raise ServerRefusedError(f"there is no device profile {profile_id!r}")
