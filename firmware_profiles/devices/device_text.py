"""Device models as text: TOML -> DeviceModel and back; every problem names file, field, allowed."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from firmware_profiles.devices.checks import check
from firmware_profiles.devices.device import (
    DeviceModel,
    Measure,
    PowerNeed,
    SocketStandard,
    Supply,
    Use,
)
from firmware_profiles.devices.errors import DeviceFileError, FileProblem
from schedules.toml_text import toml_text

DOCUMENT_CHARS_MAX = 65_536
"""Twenty times the longest description here."""
ROOT = "document"

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
_Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PowerDocument(_Document):
    """The table ``power``: see ``PowerNeed``."""

    supply: Supply
    average_w: _Positive | None = None
    peak_w: _Positive | None = None
    bus_ma: _Positive | None = None


class MeasureDocument(_Document):
    """One of ``measures``: see ``Measure``."""

    quantity: _Text
    field: str = ""
    scale: _Finite = 1.0
    offset: _Finite = 0.0
    channel: str = ""
    optional: StrictBool = False


class DeviceDocument(_Document):
    """The whole description: see ``DeviceModel``, whose fields it has."""

    device_id: _Id
    title: _Text
    vendor: _Text
    uses: tuple[Use, ...]
    power: PowerDocument
    fits: tuple[SocketStandard, ...] = ()
    mass_g: _Positive | None = None
    d4i_type: Annotated[str, StringConstraints(pattern=r"^[ABCD]?$")] = ""
    orientation: Annotated[str, StringConstraints(pattern=r"^(top|bottom)?$")] = ""
    firmware_profile: str = ""
    codec: str = ""
    measures: tuple[MeasureDocument, ...] = ()
    uplink_interval_s: Annotated[int, Field(gt=0, strict=True)] | None = None
    lorawan_version: str = ""
    lorawan_class: Annotated[str, StringConstraints(pattern=r"^[ABC]$")] = "A"
    people: StrictBool = False
    sources: tuple[_Text, ...]
    unverified: tuple[str, ...] = ()
    note: Annotated[str, StringConstraints(max_length=500)] = ""


def device_from_text(text: str, *, document: str) -> DeviceModel:
    """Return the device model that a TOML ``text`` describes; ``document`` names it in errors.

    Raises:
        DeviceFileError: the text is no TOML, lacks a field, has one too many, or names a quantity,
            codec or firmware profile that there is not. All problems of form are told at once, and
            then all of meaning.
    """
    if len(text) > DOCUMENT_CHARS_MAX:
        raise _refusal(document, "is too long", f"at most {DOCUMENT_CHARS_MAX} characters")
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as exc:
        raise _refusal(document, f"is not valid TOML: {exc}", "TOML") from exc
    return device_from_values(values, document=document)


def device_from_values(values: Mapping[str, object], *, document: str) -> DeviceModel:
    """Return the device model that plain ``values`` describe, as ``device_from_text`` does.

    Raises:
        DeviceFileError: as ``device_from_text``.
    """
    try:
        read = DeviceDocument.model_validate(values)
    except ValidationError as exc:
        raise DeviceFileError(document, tuple(_problems(exc))) from exc
    plain = dict(read)
    plain["power"] = PowerNeed(**dict(read.power))
    plain["measures"] = tuple(Measure(**dict(row)) for row in read.measures)
    model = DeviceModel(**plain)
    problems = tuple(check(model))
    if problems:
        raise DeviceFileError(document, problems)
    return model


def device_text(model: DeviceModel) -> str:
    """Return ``model`` as the TOML that ``device_from_text`` reads; what is not set is left out."""
    return toml_text(_stated(asdict(model)))


class _Yes:
    """True as TOML writes it: ``toml_text`` knows texts and numbers only."""

    def __repr__(self) -> str:
        return "true"


_DEFAULTS = {field.name: field.default for field in fields(Measure)}


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` without what is empty or as it would be anyway, as plain values."""
    return {
        key: _plain(value)
        for key, value in values.items()
        if value not in (None, "", (), False) and value != _DEFAULTS.get(key)
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return _stated(value)
    if value is True:
        return _Yes()
    return str(value) if isinstance(value, str) else value


def _refusal(document: str, message: str, allowed: str) -> DeviceFileError:
    return DeviceFileError(document, (FileProblem(field=ROOT, message=message, allowed=allowed),))


def _problems(exc: ValidationError) -> Iterator[FileProblem]:
    for error in exc.errors(include_url=False):
        place = ".".join(map(str, error["loc"]))
        if error["type"] == "missing":
            yield FileProblem(field=place, message="is missing", allowed="a value")
        elif error["type"] == "extra_forbidden":
            known = ", ".join(DeviceDocument.model_fields)
            yield FileProblem(field=place, message="is no field", allowed=known)
        else:
            message = f"is {error['input']!r}"[:100]
            yield FileProblem(field=place, message=message, allowed=error["msg"])
