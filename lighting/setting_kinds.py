"""Kinds of settings: what may stand in one, and how far its figures go. ``config`` has them all."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo

from lighting.downlink.topics import (
    COMMAND_PLACES,
    EVENT_PLACES,
    NOT_IN_A_TOPIC,
    checked_template,
)
from schedules.errors import PlaceError
from schedules.site import Site

PREFIX = "LAMPLIGHTER_"

LORA_HZ_MIN, LORA_HZ_MAX = 137_000_000, 2_500_000_000
"""What LoRa radios reach: Semtech SX1276 from 137 MHz, SX1280 to 2.5 GHz (their data sheets)."""

PACE_MIN, PACE_MAX = 0.01, 100_000.0
"""Devices a second: the lowest still sends an order in two minutes; no network server known to us
comes near the highest."""

DAY_S = 86_400


def _known_zone(zone: str) -> str:
    try:
        return Site(latitude_deg=0, longitude_deg=0, zone=zone).zone
    except PlaceError:
        raise ValueError("not a known time zone; use an IANA name such as Europe/London") from None


def _event_topic(template: str) -> str:
    return checked_template(template, EVENT_PLACES)


def _command_topic(template: str) -> str:
    return checked_template(template, COMMAND_PLACES)


def _group_name(name: str) -> str:
    if set(name) & {"/", *NOT_IN_A_TOPIC}:
        raise ValueError("a group's name holds no / + # (MQTT 5.0, 4.8.2)")
    return name


def _service_url(text: str) -> str:
    parts = urlsplit(text)  # a ValueError of its own says what is wrong
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not the address of a service, such as https://api.example.org")
    return text


def _not_passed_over(path: Path, info: ValidationInfo) -> Path:
    """Refuse a TLS file that nothing would use, and so a connection thought safer than it is."""
    if info.data.get("mqtt_tls") is False:
        raise ValueError(f"is not used without TLS; set {PREFIX}MQTT_TLS=true, or leave it out")
    if info.field_name == "mqtt_tls_key" and info.data.get("mqtt_tls_certificate", ...) is None:
        raise ValueError(f"is not used without {PREFIX}MQTT_TLS_CERTIFICATE; name it too")
    return path


Zone = Annotated[str, AfterValidator(_known_zone)]
Name = Annotated[str, Field(min_length=1, max_length=1024)]
GroupName = Annotated[Name, AfterValidator(_group_name)]
EventTopic = Annotated[str, AfterValidator(_event_topic)]
CommandTopic = Annotated[str, AfterValidator(_command_topic)]
ServiceUrl = Annotated[Name, AfterValidator(_service_url)]
TlsFile = Annotated[Path, AfterValidator(_not_passed_over)]
