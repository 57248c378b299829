"""LoRa Alliance TR005 device identification QR codes: text in, fields out. Pure.

    LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>[:O<owner token>][:S<serial>][:P<proprietary>][:C<checksum>]

Source: TR005 "LoRaWAN Device Identification QR Codes" (LoRa Alliance, 2020). Its text on the
checksum, as quoted in TheThingsNetwork/lorawan-stack issue 5289: CRC-16-MODBUS of the full content
except the checksum element itself, in hexadecimal. Its example ends in ``:CAF2C``, which this rule
reproduces. ProfileID is the VendorID and VendorProfileID, 16 bits each.

A code holds no root keys. The owner token proves ownership to a join server and is a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lighting.identifiers import DevEui
from lighting.registration.errors import LabelError
from lighting.registration.eui import JoinEui, hex_digits, shown, typed_dev_eui, typed_join_eui

PREFIX = "LW"
SCHEMA = "D0"
TEXT_MAX = 512
"""Characters read: far above any label, and below what a scanner could be made to choke on."""

_FIXED = 5
_PROFILE_DIGITS = 8
_CHECKSUM_DIGITS = 4
_CURE = "expected LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>; scan it again, or type the DevEUI"
_KNOWN = "OSPC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tr005:
    """What a TR005 code says. ``checked`` is whether it had a checksum (which was right)."""

    join_eui: JoinEui
    dev_eui: DevEui
    vendor_id: int
    vendor_profile_id: int
    owner_token: str | None = field(default=None, repr=False)
    serial: str | None = None
    proprietary: str | None = None
    unknown: tuple[str, ...] = ()
    checked: bool = False


def parse_tr005(text: str) -> Tr005:
    """Return what the code ``text`` says.

    Raises:
        LabelError: another schema, an element missing, twice, of the wrong length or not hex, or a
            checksum that does not fit.
    """
    text = text.strip()
    if len(text) > TEXT_MAX:
        raise LabelError(f"the text has {len(text)} characters; at most {TEXT_MAX} are read", _CURE)
    if not text.isprintable():
        raise LabelError("the code holds control characters, which no label has", _CURE)
    parts = text.split(":")
    _check_frame(text, parts)
    profile = hex_digits("ProfileID", parts[4], cure=_CURE, digits=_PROFILE_DIGITS)
    options, unknown = _options(text, parts[_FIXED:])
    if checksum := options.get("C"):
        _check_sum(parts, checksum)
    return Tr005(
        join_eui=typed_join_eui(parts[2]),
        dev_eui=typed_dev_eui(parts[3]),
        vendor_id=int(profile[:4], 16),
        vendor_profile_id=int(profile[4:], 16),
        owner_token=options.get("O"),
        serial=options.get("S"),
        proprietary=options.get("P"),
        unknown=unknown,
        checked="C" in options,
    )


def crc16_modbus(data: bytes) -> int:
    """Return the CRC-16/MODBUS of ``data`` (polynomial 0x8005 reflected, initial 0xFFFF)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def is_tr005(text: str) -> bool:
    """Return whether ``text`` claims to be a TR005 code, of whatever schema."""
    return text.strip()[:3].upper() == f"{PREFIX}:"


def _check_frame(text: str, parts: Sequence[str]) -> None:
    if parts[0].upper() != PREFIX:
        raise LabelError(f"{shown(text)} does not begin with LW:", _CURE)
    schema = parts[1].upper() if len(parts) > 1 else ""
    if schema != SCHEMA:
        raise LabelError(f"schema {shown(schema)} of TR005 is not known, only {SCHEMA}", _CURE)
    if len(parts) < _FIXED:
        missing = ("JoinEUI", "DevEUI", "ProfileID")[len(parts) - 2]
        raise LabelError(f"the code ends before its {missing}", _CURE)


def _options(text: str, parts: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    unknown: list[str] = []
    seen: set[str] = set()
    for part in parts:
        letter, value = part[:1].upper(), part[1:]
        if not letter:
            raise LabelError(f"{shown(text)} has nothing between two colons", _CURE)
        if letter not in _KNOWN:
            unknown.append(part)
            continue
        if letter in seen:
            raise LabelError(f"the code has the element {letter} twice", _CURE)
        seen.add(letter)
        if value:
            found[letter] = value
    return found, tuple(unknown)


def _check_sum(parts: Sequence[str], told: str) -> None:
    wanted = int(hex_digits("checksum", told, cure=_CURE, digits=_CHECKSUM_DIGITS), 16)
    place = next(i for i in range(_FIXED, len(parts)) if parts[i][:1].upper() == "C")
    body = ":".join([*parts[:place], *parts[place + 1 :]])
    # A label is upper case (QR alphanumeric mode); typed in lower case it still is that label.
    sums = {crc16_modbus(each.encode()) for each in (body, body.upper())}
    if wanted not in sums:
        raise LabelError(
            f"the checksum {told.upper()} does not fit: a character was read or typed wrongly",
            "scan it again in better light, or type the DevEUI and check it twice",
        )
