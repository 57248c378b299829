"""Whom a packet speaks to or of: one byte <-> ``all``, ``all dali``, ``dali 9``, ``group 3``, ….

Source: nasys/nas-codecs 4691977 (MIT).
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final

from firmware_profiles.errors import EncodeError
from firmware_profiles.fields import Named, Values, value_of
from firmware_profiles.wire import U8, Reader

ANALOG = "analog"  # the 0-10 V output
ALL_DALI = "all dali"  # DALI broadcast: leaves the analog output as it is
ALL = "all"  # every output, whatever its kind

DALI_ADDRESSES: Final = 64  # short addresses and groups of one DALI bus: IEC 62386-102
DALI_GROUPS: Final = 16


def _words() -> tuple[str | None, ...]:
    """Return the words of each byte; None where the protocol knows no such address."""
    words: list[str | None] = [None] * 256
    for short in range(DALI_ADDRESSES):
        words[short << 1] = f"dali {short}"
    for group in range(DALI_GROUPS):
        words[0x80 | group << 1] = f"group {group}"
    words[0x01], words[0xFE], words[0xFF] = ANALOG, ALL_DALI, ALL
    return tuple(words)


ADDRESS_WORDS: Final = _words()
_CODES: Final = {words: code for code, words in enumerate(ADDRESS_WORDS) if words is not None}


def address_at(reader: Reader) -> str:
    """Return the words of the next byte.

    Raises:
        DecodeError: there is no next byte, or no such address.
    """
    start, code = reader.offset, reader.u8()
    words = ADDRESS_WORDS[code]
    if words is None:
        raise reader.error(f"{code:#04x} is no address", offset=start)
    return words


@dataclass(frozen=True, slots=True)
class Address(Named):
    """An address field. ``every`` is what FF is called in this packet."""

    name: str = "address"
    _: KW_ONLY
    every: str = ALL

    def read(self, reader: Reader) -> Values:
        """Return the address in words."""
        words = address_at(reader)
        return {self.name: self.every if words == ALL else words}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the address as a byte."""
        words = value_of(values, self.name)
        known = isinstance(words, str) and (words != ALL or self.every == ALL)
        code = _CODES.get(ALL if words == self.every else words) if known else None
        if code is None:
            allowed = f"{ANALOG}, {ALL_DALI}, {self.every}, dali 0 to 63, group 0 to 15"
            raise EncodeError(self.name, words, allowed)
        return U8.pack(self.name, code)
