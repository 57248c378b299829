"""Codes that phones scan and that are no LoRaWAN label: say which they are. Pure.

Sources: Matter onboarding payload ``MT:`` (Matter core specification); Zigbee install code
``Z:…$I:…`` (as printed on Zigbee 3.0 devices; general knowledge, unverified); GS1 element strings
and symbology identifiers (GS1 General Specifications); TR005 drafts 2 and 3 as The Things Stack's
``qrcodegenerator`` package reads them.
"""

import re

from lighting.registration.errors import LabelError

_SCAN = "scan the LoRaWAN code (it begins with LW:D0:) or type the DevEUI"

_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)URN:DEV:LW:"), "TR005 draft 3 (2020), which LW:D0: replaced"),
    (re.compile(r"(?i)URN:LW:DP:"), "TR005 draft 2 (2019), which LW:D0: replaced"),
    (re.compile(r"MT:"), "a Matter code"),
    (re.compile(r"(?i)(?:Z:|G\$M:)|.*\$I:"), "a Zigbee install code"),
    (re.compile(r"(?i)X-HM://"), "a HomeKit code"),
    (re.compile(r"(?i)https?://id\.gs1\.org/"), "a GS1 Digital Link (a product, not a device)"),
    (re.compile(r"(?i)[a-z][a-z0-9+.-]*://|www\."), "a web address"),
    (re.compile(r"(?i)WIFI:"), "a Wi-Fi code"),
    (re.compile(r"\][A-Za-z]\d|\x1d|\(01\)|01\d{14}(?:\x1d|1[0157]|2[1])"), "a GS1 product code"),
    (re.compile(r"\d{8}$|\d{12,14}$"), "a GS1 product number (EAN or GTIN)"),
    (re.compile(r"[\[{<]"), "a document (JSON or XML)"),
)
_DRAFT_3 = re.compile(r"(?i)URN:DEV:LW:[0-9A-F]{16}_([0-9A-F]{16})_")
_DRAFT_2 = re.compile(r"(?i)URN:LW:DP:[0-9A-F]{16}:([0-9A-F]{16}):")
_BARE_GTIN = re.compile(r"01(\d{14})")


def refuse_foreign(text: str) -> None:
    """Let ``text`` pass if it is no code of another known kind.

    Raises:
        LabelError: it is one; names the kind, and for a TR005 draft the DevEUI that it holds.
    """
    draft = _DRAFT_3.match(text) or _DRAFT_2.match(text)
    for pattern, kind in _KINDS:
        if pattern.match(text):
            cure = f"check and type its DevEUI: {draft[1].upper()}" if draft else _SCAN
            raise LabelError(f"this is {kind}, not a LoRaWAN label", cure)
    product = _BARE_GTIN.fullmatch(text)
    if product and _gtin_holds(product[1]):
        raise LabelError(
            f"{text!r} may be a GS1 product number as well as a DevEUI",
            "scan the LoRaWAN code, or if it is the DevEUI type it with dashes: 01-23-…",
        )


def _gtin_holds(digits: str) -> bool:
    """Return whether the GTIN's check digit is right (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(digits))
    return total % 10 == 0
