"""NGSI-LD: add-ons, what they measured and lanterns as entities of smart-data-models. Pure.

Entities are made in the normalized form (each value with its unit code and instant);
``key_values`` gives the simplified form, which is what the models' own schemas describe.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from firmware_profiles.devices.device import Use
from firmware_profiles.quantities import quantity_for
from lighting.identifiers import LanternId
from lighting.sensing.ngsi_fields import (
    ATTRIBUTES,
    CONTEXTS,
    CONTROLLED,
    ENTITY_OF,
    UNIT_CODES,
    Attribute,
)
from lighting.sensing.series import UNTRUSTED, Place, Sample

Entity = dict[str, Any]

MEASUREMENT = "DeviceMeasurement"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.:-]")


def urn(kind: str, *parts: str) -> str:
    """Return the id of an entity; what a URN cannot hold is percent-encoded."""
    safe = (_UNSAFE.sub(lambda found: _percent(found[0]), part) for part in parts)
    return f"urn:ngsi-ld:{kind}:{':'.join(safe)}"


def instant(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the millisecond where it has any."""
    exact = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")


def observations(
    place: Place,
    use: Use | None,
    samples: Iterable[Sample],
    *,
    interval: timedelta = timedelta(0),
) -> Iterator[Entity]:
    """Yield what an add-on measured, one entity for each instant and channel.

    ``samples`` are of one add-on in order of time; ``interval`` is how long each stands for.
    Values that cannot be trusted, and quantities that the use's entity lacks, are measurements of
    their own.
    """
    kind = ENTITY_OF.get(use, MEASUREMENT) if use else MEASUREMENT
    known = ATTRIBUTES.get(kind, {})
    for (at, channel), group in groupby(sorted(samples, key=_moment), _moment):
        inside = list(group)
        told = [s for s in inside if s.key.quantity in known and not s.quality & UNTRUSTED]
        if told:
            yield _observed(kind, place, (at, channel), told, interval)
        yield from (_measurement(place, each) for each in inside if each not in told)


def device(place: Place, quantities: Sequence[str], *, last: datetime | None = None) -> Entity:
    """Return the entity of an add-on; ``last`` is when it last told a value."""
    words = sorted({CONTROLLED[each] for each in quantities if each in CONTROLLED})
    return {
        **_head("Device", urn("Device", place.dev_eui), place),
        "category": _property(["sensor"]),
        "controlledProperty": _property(words),
        "supportedProtocol": _property(["lora"]),
        "serialNumber": _property(place.dev_eui),
        "refDeviceModel": _relationship(urn("DeviceModel", place.model_id)),
        "controlledAsset": _property([urn("Streetlight", place.lantern_id)]),
        **({} if last is None else {"dateLastValueReported": _time(last)}),
    }


def streetlight(
    lantern_id: LanternId,
    position: tuple[float, float],
    *,
    status: str,
    devices: Sequence[str] = (),
    power_w: float | None = None,
    height_m: float | None = None,
) -> Entity:
    """Return the entity of a lantern at (latitude, longitude) [deg].

    ``status`` is a word of the model: ok, defectiveLamp, columnIssue or brokenLantern.
    """
    entity = {
        "id": urn("Streetlight", lantern_id),
        "type": "Streetlight",
        "@context": list(CONTEXTS["Streetlight"]),
        "location": _location(*position),
        "status": _property(status),
    }
    if devices:
        entity["refDevice"] = _relationship([urn("Device", each) for each in devices])
    if power_w is not None:
        entity["powerRating"] = _property(power_w, unit_code="WTT")
    if height_m is not None:
        entity["lanternHeight"] = _property(height_m, unit_code="MTR")
    return entity


def key_values(entity: Entity) -> Entity:
    """Return the simplified form of an entity: names and bare values."""
    return {name: _bare(value) for name, value in entity.items()}


def _bare(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        return value
    inner = value.get("object", value.get("value"))
    return inner["@value"] if isinstance(inner, dict) and "@value" in inner else inner


def _moment(sample: Sample) -> tuple[datetime, str]:
    return sample.at, sample.key.channel


def _observed(
    kind: str,
    place: Place,
    moment: tuple[datetime, str],
    samples: Sequence[Sample],
    interval: timedelta,
) -> Entity:
    at, channel = moment
    entity = {
        **_head(kind, urn(kind, place.dev_eui, *_named(channel), _compact(at)), place),
        "dateObserved": _time(at),
        "refDevice": _relationship(urn("Device", place.dev_eui)),
    }
    if kind in {"TrafficFlowObserved", "CrowdFlowObserved"}:
        del entity["refDevice"]  # these two have none
        entity["source"] = _property(urn("Device", place.dev_eui))
        if interval:
            entity |= {
                "dateObservedFrom": _time(at),
                "dateObservedTo": _time(at + interval),
            }
    if channel:
        entity["name"] = _property(channel)
    for sample in samples:
        attribute = ATTRIBUTES[kind][sample.key.quantity]
        entity[attribute.name] = _property(
            _scaled(sample.value, attribute), unit_code=attribute.unit_code, at=at
        )
    return entity


def _measurement(place: Place, sample: Sample) -> Entity:
    key = sample.key
    parts = (place.dev_eui, key.quantity, *_named(key.channel), _compact(sample.at))
    unit_code = UNIT_CODES[quantity_for(key.quantity).unit]
    doubted = bool(sample.quality & UNTRUSTED)
    # Two values for one instant differ in what they are, so their ids must, too.
    told = (*parts, f"{sample.value:g}") if doubted else parts
    entity = {
        **_head(MEASUREMENT, urn(MEASUREMENT, *told), place),
        "dateObserved": _time(sample.at),
        "refDevice": _relationship(urn("Device", place.dev_eui)),
        "controlledProperty": _property(CONTROLLED[key.quantity]),
        "measurementType": _property(key.quantity),
        "numValue": _property(sample.value, unit_code=unit_code, at=sample.at),
        "unit": _property(unit_code),
        "outlier": _property(doubted),
    }
    if key.channel:
        entity["name"] = _property(key.channel)
    return entity


def _head(kind: str, entity_id: str, place: Place) -> Entity:
    return {
        "id": entity_id,
        "type": kind,
        "@context": list(CONTEXTS[kind]),
        "location": _location(place.latitude_deg, place.longitude_deg),
    }


def _location(latitude_deg: float, longitude_deg: float) -> Entity:
    # GeoJSON (RFC 7946, 3.1.1): longitude first.
    point = {"type": "Point", "coordinates": [longitude_deg, latitude_deg]}
    return {"type": "GeoProperty", "value": point}


def _property(value: Any, *, unit_code: str = "", at: datetime | None = None) -> Entity:  # noqa: ANN401 - any JSON
    told: Entity = {"type": "Property", "value": value}
    if unit_code:
        told["unitCode"] = unit_code
    if at is not None:
        told["observedAt"] = instant(at)
    return told


def _time(at: datetime) -> Entity:
    return _property({"@type": "DateTime", "@value": instant(at)})


def _relationship(target: str | list[str]) -> Entity:
    return {"type": "Relationship", "object": target}


def _scaled(value: float, attribute: Attribute) -> float:
    scaled = round(value * attribute.scale, 9)
    return round(scaled) if attribute.whole else scaled


def _named(channel: str) -> tuple[str, ...]:
    return (channel,) if channel else ()


def _compact(at: datetime) -> str:
    return instant(at).replace("-", "").replace(":", "")


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
