"""A device in the words of The Things Stack v3's registries. Pure: our types in, JSON out.

Fields and limits: api/ttn/lorawan/v3/end_device.proto and the field masks that each registry allows
(pkg/ttnpb/field_mask_validation.go) of TheThingsNetwork/lorawan-stack.
"""

import re
from dataclasses import dataclass
from typing import Any

from lighting.registration.device_server import DeviceClass, DeviceProfile, NewDevice
from lighting.registration.errors import ServerRefusedError
from lighting.registration.keys import RootKeys

PROFILE_TAG = "lamplighter-profile"
"""The attribute in which a device's profile is kept: The Things Stack has no profiles."""

TAGS_MAX = 10
"""Attributes a device may have, ``PROFILE_TAG`` among them."""

RIGHTS = (
    "RIGHT_APPLICATION_DEVICES_READ",
    "RIGHT_APPLICATION_DEVICES_WRITE",
    "RIGHT_APPLICATION_DEVICES_WRITE_KEYS",
)
"""What our API key must be allowed in each application."""

NETWORK_FIELDS = (
    "supports_join",
    "supports_class_c",
    "lorawan_version",
    "lorawan_phy_version",
    "frequency_plan_id",
)

_TAG_NAME = re.compile(r"(?=.{3,36}$)[a-z0-9](?:-?[a-z0-9]){2,}")
_TAG_VALUE_MAX = 200
_ID_FIELDS = ("ids.device_id", "ids.dev_eui", "ids.join_eui")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingsStackProfile:
    """A kind of device, in the words of The Things Stack, which keeps no profiles of its own.

    ``lorawan_version`` such as MAC_V1_0_3, ``phy_version`` such as PHY_V1_0_3_REV_A,
    ``frequency_plan_id`` such as EU_863_870_TTN.
    """

    profile_id: str
    name: str
    lorawan_version: str
    phy_version: str
    frequency_plan_id: str = "EU_863_870_TTN"
    supports_class_c: bool = True

    def plain(self) -> DeviceProfile:
        """Return it as every device server tells profiles."""
        return DeviceProfile(
            profile_id=self.profile_id,
            name=self.name,
            lorawan_version=plain_version(self.lorawan_version),
            supports_class_c=self.supports_class_c,
        )


def plain_version(name: str) -> str:
    """Return ``MAC_V1_0_3`` as ``1.0.3``."""
    return name.removeprefix("MAC_V").replace("_", ".")


def check_tags(device: NewDevice) -> None:
    """Let tags pass that can be attributes.

    Raises:
        ServerRefusedError: too many, a name that is not allowed, or a value that is too long.
    """
    if len(device.tags) >= TAGS_MAX:
        raise ServerRefusedError(
            f"{len(device.tags)} tags; The Things Stack takes {TAGS_MAX - 1} besides our own"
        )
    for name, value in device.tags.items():
        if not _TAG_NAME.fullmatch(name):
            raise ServerRefusedError(
                f"{name!r} cannot be a tag on The Things Stack: 3 to 36 of a-z, 0-9, single dashes"
            )
        if len(value) > _TAG_VALUE_MAX:
            raise ServerRefusedError(
                f"the tag {name!r} has {len(value)} characters; at most {_TAG_VALUE_MAX} are taken"
            )


def ids_of(device: NewDevice) -> Json:
    """Return the device's identifiers; its id is ``eui-`` and the DevEUI, as in the console."""
    return {
        "device_id": f"eui-{device.dev_eui}",
        "application_ids": {"application_id": device.application_id},
        "dev_eui": device.dev_eui.upper(),
        "join_eui": device.join_eui.upper(),
    }


def path_of(ids: Json) -> str:
    """Return the path of the device with these identifiers."""
    return f"/applications/{ids['application_ids']['application_id']}/devices/{ids['device_id']}"


def identity(device: NewDevice, host: str) -> Json:
    """Return what the Identity Server is told at creation; it takes no field mask."""
    return {
        "end_device": {
            "ids": ids_of(device),
            "name": device.name,
            "attributes": {**device.tags, PROFILE_TAG: device.profile_id},
            "join_server_address": host,
            "network_server_address": host,
            "application_server_address": host,
        }
    }


def join(ids: Json, host: str, keys: RootKeys | None) -> Json:
    """Return what the Join Server is told: the root keys, in The Things Stack's own names."""
    body: Json = {"network_server_address": host, "application_server_address": host}
    fields = ["network_server_address", "application_server_address"]
    if keys is not None:
        app_key, nwk_key = keys.reveal()
        body["root_keys"] = {"app_key": {"key": app_key.hex().upper()}}
        fields.append("root_keys.app_key.key")
        if nwk_key is not None:
            body["root_keys"]["nwk_key"] = {"key": nwk_key.hex().upper()}
            fields.append("root_keys.nwk_key.key")
    return _masked(ids, body, fields)


def network(device: NewDevice, profile: ThingsStackProfile) -> Json:
    """Return what the Network Server is told."""
    body = {
        "supports_join": True,
        "supports_class_c": device.device_class is DeviceClass.C,
        "lorawan_version": profile.lorawan_version,
        "lorawan_phy_version": profile.phy_version,
        "frequency_plan_id": profile.frequency_plan_id,
    }
    return _masked(ids_of(device), body, list(NETWORK_FIELDS))


def application(ids: Json) -> Json:
    """Return what the Application Server is told: that the device is."""
    return _masked(ids, {}, [])


def _masked(ids: Json, body: Json, fields: list[str]) -> Json:
    return {
        "end_device": {"ids": ids, **body},
        "field_mask": {"paths": [*_ID_FIELDS, *fields]},
    }
