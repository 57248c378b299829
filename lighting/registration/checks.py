"""What every device server asks of a device and its keys, checked before anything is sent. Pure."""

from lighting.registration.device_server import NAME_MAX, DeviceClass, DeviceProfile, NewDevice
from lighting.registration.errors import ServerRefusedError
from lighting.registration.keys import RootKeys


def check_name(name: str) -> None:
    """Let a device's name pass.

    Raises:
        ServerRefusedError: empty, or longer than every server takes.
    """
    if not name.strip():
        raise ServerRefusedError("a device needs a name; the lantern's id is a good one")
    if len(name) > NAME_MAX:
        raise ServerRefusedError(
            f"the name has {len(name)} characters; at most {NAME_MAX} are taken: {name!r}"
        )


def check_device(device: NewDevice, profile: DeviceProfile, keys: RootKeys | None) -> None:
    """Let a device pass whose class and keys its profile has.

    Raises:
        ServerRefusedError: they differ; says which of the two to change.
    """
    check_name(device.name)
    if device.device_class is DeviceClass.C and not profile.supports_class_c:
        raise ServerRefusedError(
            f"device profile {profile.name!r} is not class C, so it would hear nothing until it"
            " speaks; choose a class-C profile"
        )
    if keys is not None:
        check_keys(keys, profile)


def check_keys(keys: RootKeys, profile: DeviceProfile) -> None:
    """Let keys pass that are of the profile's LoRaWAN version.

    Raises:
        ServerRefusedError: a NwkKey where LoRaWAN 1.0.x has none, or none where 1.1 needs one.
    """
    if keys.are_for_1_1 == profile.is_1_1:
        return
    version = f"device profile {profile.name!r} is LoRaWAN {profile.lorawan_version}"
    if profile.is_1_1:
        raise ServerRefusedError(f"{version}: give both NwkKey and AppKey")
    raise ServerRefusedError(f"{version}, which has one root key: give the AppKey alone")
