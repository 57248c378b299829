"""Usage reports: port 26 (firmware 1.1) and port 25 (firmware 1.0, without the leading 00)."""

from struct import Struct
from typing import Final

from firmware_profiles.nas_ul20xx_1_1.addresses import ADDRESS_WORDS, ALL
from firmware_profiles.reading import MeterEntry, UsageReading
from firmware_profiles.wire import U8, U16, U32, Reader, integers

PORT: Final = 26
PORT_1_0: Final = 25

INTERNAL: Final = "internal"  # the node's own meter: what FF means here

# The field of each flag bit, in the order in which the fields follow: 1 Wh, 1 W, 1 V, 1 s.
_FIELDS: Final = (
    ("energy_wh", U32),
    ("power_w", U16),
    ("load_energy_wh", U32),
    ("load_power_w", U16),
    ("power_factor", U8),  # hundredths
    ("voltage_v", U8),
    ("operating_s", U32),
    ("lamp_on_s", U32),
)
_POWER_FACTOR_UNKNOWN: Final = 0xFF
_HEADER: Final = 0x00


def _layout(flags: int) -> tuple[tuple[str, ...], Struct]:
    """Return the names of the fields that ``flags`` announces, and how to unpack them."""
    present = [field for bit, field in enumerate(_FIELDS) if flags >> bit & 1]
    return tuple(name for name, _ in present), integers(*(kind for _, kind in present))


_LAYOUTS: Final = tuple(_layout(flags) for flags in range(256))


def decode_usage(payload: bytes) -> UsageReading:
    """Return a usage report of firmware 1.1.

    Raises:
        DecodeError: the bytes are no usage report.
    """
    reader = Reader(PORT, payload)
    header = reader.u8()
    if header != _HEADER:
        raise reader.error(f"usage header {header:#04x}; known: 00", offset=0)
    return _entries(reader)


def decode_usage_1_0(payload: bytes) -> UsageReading:
    """Return a usage report of firmware 1.0.

    Raises:
        DecodeError: the bytes are no usage report.
    """
    return _entries(Reader(PORT_1_0, payload))


def _entries(reader: Reader) -> UsageReading:
    entries = []
    while reader.left:
        start, address = reader.offset, reader.u8()
        words = ADDRESS_WORDS[address]
        if words is None:
            raise reader.error(f"{address:#04x} is no address", offset=start)
        names, packer = _LAYOUTS[reader.u8()]
        values: dict[str, int] = dict(zip(names, reader.take(packer), strict=True))
        hundredths = values.pop("power_factor", _POWER_FACTOR_UNKNOWN)
        entries.append(
            MeterEntry(
                address=INTERNAL if words == ALL else words,
                power_factor=None if hundredths == _POWER_FACTOR_UNKNOWN else hundredths / 100,
                **values,
            )
        )
    return UsageReading(entries=tuple(entries))
