"""What a phone read from a device, or a person typed: a TR005 code or a bare DevEUI. Pure."""

from lighting.identifiers import DevEui
from lighting.registration.errors import LabelError
from lighting.registration.eui import CURE, typed_dev_eui
from lighting.registration.foreign import refuse_foreign
from lighting.registration.tr005 import Tr005, is_tr005, parse_tr005

_INVISIBLE = "\ufeff\u200b\u200e\u200f\0"


def read_label(text: str) -> Tr005 | DevEui:
    """Return what a scanned or typed text names: all of a TR005 code, or a DevEUI alone.

    Raises:
        LabelError: neither; says what it is instead (a web address, a product code, a draft of
            TR005, a Matter or Zigbee code) or which digit is wrong, and what to do.
    """
    cleaned = text.strip().strip(_INVISIBLE).strip()
    if not cleaned:
        raise LabelError("nothing was read", CURE)
    if is_tr005(cleaned):
        return parse_tr005(cleaned)
    refuse_foreign(cleaned)
    return typed_dev_eui(cleaned)
