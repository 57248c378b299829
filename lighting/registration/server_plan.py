"""Where devices are registered: the network server's address, applications and device profiles.

A TOML file, since it is a table. Secrets are not in it. Pure: text in, a plan out.

    kind = "chirpstack"                  # or "things-stack"
    address = "chirpstack.leeds.example:8080"
    tenant_id = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242"

    [applications]                       # by use; "other" takes the uses that are not named
    lighting = "5b1f0d3e-7f8a-4c57-9a53-6d0c1a7e2f40"
    other = "0c6fbd6b-7a3e-4d1c-a4ab-0e6f0c8c8d11"

    [profiles]                           # by device model; "class A" and "class C" take the others
    nas-ul2020 = "e9a3f5a4-1f0e-4b39-8c57-0d0f6f9f5f0a"
    "class A" = "4b8ad7f5-3d1a-4f0a-a5a6-3b1f2c7d9e10"

The Things Stack has no device profiles: there ``[[kinds]]`` says what each of them is, with the
fields of ``ThingsStackKind``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from firmware_profiles.devices.device import DeviceModel, Use
from lighting.errors import RefusedError
from lighting.registration.device_server import DeviceClass
from lighting.registration.eui import JoinEui

OTHER: Final = "other"
NO_JOIN_EUI: Final = JoinEui("0" * 16)
"""ChirpStack finds a device by its DevEUI alone and takes the JoinEUI from its first join."""

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class ServerKind(StrEnum):
    """Which network server it is."""

    CHIRPSTACK = "chirpstack"
    THINGS_STACK = "things-stack"


class ThingsStackKind(BaseModel):
    """One of ``kinds``: see ``lighting.adapters.things_stack_messages.ThingsStackProfile``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile_id: _Text
    name: _Text
    lorawan_version: Annotated[str, Field(pattern=r"^MAC_V1_[01](_[0-4])?$")]
    phy_version: Annotated[str, Field(pattern=r"^(PHY|RP001|RP002)_V1_[A-Z0-9_]+$")]
    frequency_plan_id: _Text = "EU_863_870_TTN"
    supports_class_c: bool = True


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ServerKind
    address: _Text
    tenant_id: str = ""
    tls: bool = True
    tls_ca: str = ""
    applications: dict[str, _Text]
    profiles: dict[str, _Text]
    kinds: list[ThingsStackKind] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> "_Document":
        wrong = next(_contradictions(self), None)
        if wrong:
            raise ValueError(wrong)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """Where a device of some model belongs on the network server."""

    application_id: str
    profile_id: str
    device_class: DeviceClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """Where each model of device belongs; ``source`` names the file in errors."""

    kind: ServerKind
    address: str
    source: str
    applications: Mapping[str, str]
    profiles: Mapping[str, str]
    tenant_id: str = ""
    tls: bool = True
    tls_ca: str = ""
    kinds: tuple[ThingsStackKind, ...] = field(default=())

    def place(self, model: DeviceModel) -> ServerPlace:
        """Return where devices of ``model`` belong.

        Raises:
            RefusedError: the file has no application for its use or no profile for it; says which
                line to add.
        """
        device_class = class_of(model)
        named = [self.applications[use] for use in (*model.uses, OTHER) if use in self.applications]
        if not named:
            raise RefusedError(
                f"{self.source} names no application for {' or '.join(model.uses)}; add a line to"
                f' [applications]: "{model.uses[0]}" = "…", or {OTHER} = "…" for all uses'
            )
        word = f"class {device_class.value}"
        profile = self.profiles.get(model.device_id) or self.profiles.get(word)
        if profile is None:
            raise RefusedError(
                f"{self.source} names no device profile for {model.device_id}; add a line to"
                f' [profiles]: {model.device_id} = "…", or "{word}" = "…" for all others'
            )
        return ServerPlace(application_id=named[0], profile_id=profile, device_class=device_class)

    def join_eui(self, told: JoinEui | None) -> JoinEui:
        """Return the JoinEUI to register.

        Raises:
            RefusedError: none was told, and this kind of server needs it.
        """
        if told is None and self.kind is ServerKind.THINGS_STACK:
            raise RefusedError(
                "The Things Stack knows a device by JoinEUI and DevEUI: scan the label, or give the"
                " JoinEUI (AppEUI) as well"
            )
        return told or NO_JOIN_EUI


def class_of(model: DeviceModel) -> DeviceClass:
    """Return whether a device always listens; what never listens so is treated as class A."""
    return DeviceClass.C if model.lorawan_class == "C" else DeviceClass.A


def parse_plan(text: str, *, source: str) -> ServerPlan:
    """Return the plan written in ``text``; ``source`` names the file.

    Raises:
        RefusedError: not TOML, or not a plan; names every field that is wrong.
    """
    try:
        read = _Document.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise RefusedError(f"{source} is not TOML: {exc}") from exc
    except ValidationError as exc:
        told = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'the file'}:"
            f" {error['msg'].removeprefix('Value error, ')}"
            for error in exc.errors()
        )
        raise RefusedError(f"{source} does not say where devices are registered: {told}") from exc
    values = {name: getattr(read, name) for name in _Document.model_fields}
    return ServerPlan(source=source, **values | {"kinds": tuple(read.kinds)})


def _contradictions(read: _Document) -> Iterator[str]:
    uses = {use.value for use in Use}
    for name in sorted(set(read.applications) - uses - {OTHER}):
        yield f"applications has {name!r}; allowed: {', '.join(sorted(uses))}, {OTHER}"
    if not read.applications:
        yield "applications is empty; name at least one"
    if read.kind is ServerKind.CHIRPSTACK:
        if not read.tenant_id:
            yield "tenant_id is missing; copy it from the tenant's page in ChirpStack"
        if read.kinds:
            yield "kinds are for The Things Stack; ChirpStack keeps device profiles itself"
        return
    known = {each.profile_id for each in read.kinds}
    for name in sorted(set(read.profiles.values()) - known):
        yield f"profiles names {name!r}, which is none of [[kinds]]: {', '.join(sorted(known))}"
    if not read.address.startswith(("https://", "http://")):
        yield "address is no URL, such as https://eu1.cloud.thethings.network"
