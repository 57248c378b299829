"""Packets: a header and a row of fields; lists within them; and the table of a firmware's packets.

One description serves both directions, so that what we write is what we read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from firmware_profiles.errors import EncodeError
from firmware_profiles.fields import Field, Named, Values, value_of
from firmware_profiles.wire import Reader, pack_bits

PACKET = "packet"  # the key that names a packet in its plain meaning


def read_fields(fields: Sequence[Field], reader: Reader) -> Values:
    """Return the values of a row of fields.

    Raises:
        DecodeError: the bytes are not what belongs here.
    """
    values: Values = {}
    for field in fields:
        values.update(field.read(reader))
    return values


def write_fields(fields: Sequence[Field], values: Mapping[str, Any]) -> bytes:
    """Return a row of fields as bytes.

    Raises:
        EncodeError: a value is missing, unknown or not allowed.
    """
    known = tuple(name for field in fields for name in field.names)
    for name in values:
        if name not in known:
            raise EncodeError(str(name), values[name], f"only {', '.join(known) or 'no fields'}")
    return b"".join(field.write(values) for field in fields)


@dataclass(frozen=True, slots=True)
class Items(Named):
    """A list of alike rows; ``most`` of them at most, strictly ascending by the key ``order``."""

    name: str
    fields: tuple[Field, ...]
    _: KW_ONLY
    most: int
    order: str | None = None

    def read_some(self, count: int, reader: Reader) -> Values:
        """Return ``count`` rows.

        Raises:
            DecodeError: too many of them, not in order, or the bytes are not what belongs here.
        """
        if count > self.most:
            raise reader.error(f"{count} {self.name}; the firmware takes {self.most} at most")
        start = reader.offset
        rows = [read_fields(self.fields, reader) for _ in range(count)]
        misplaced = self._misplaced(rows)
        if misplaced is not None:
            raise reader.error(
                f"{self.name}[{misplaced}] does not come after the one before it", offset=start
            )
        return {self.name: rows}

    def rows(self, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the rows to write.

        Raises:
            EncodeError: they are missing, no list of rows, too many, or not in order.
        """
        rows = value_of(values, self.name)
        if not isinstance(rows, list | tuple) or not all(isinstance(r, Mapping) for r in rows):
            raise EncodeError(self.name, rows, "a list of rows")
        if len(rows) > self.most:
            raise EncodeError(self.name, f"{len(rows)} rows", f"{self.most} at most")
        return rows

    def write_rows(self, values: Mapping[str, Any]) -> bytes:
        """Return the rows as bytes.

        Raises:
            EncodeError: a row is not allowed; its field names the row.
        """
        rows, parts = self.rows(values), []
        for index, row in enumerate(rows):
            try:
                parts.append(write_fields(self.fields, row))
            except EncodeError as exc:
                raise exc.inside(f"{self.name}[{index}]") from exc
        misplaced = self._misplaced(rows)
        if misplaced is not None:
            field = f"{self.name}[{misplaced}].{self.order}"
            raise EncodeError(field, rows[misplaced][self.order or ""], "later than the one before")
        return b"".join(parts)

    def _misplaced(self, rows: Sequence[Mapping[str, Any]]) -> int | None:
        if self.order is None:
            return None
        keys = [row[self.order] for row in rows]
        return next((i for i in range(1, len(keys)) if not keys[i - 1] < keys[i]), None)


@dataclass(frozen=True, slots=True)
class Rest:
    """Rows that fill the rest of the packet, ``least`` of them at least."""

    items: Items
    _: KW_ONLY
    least: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The key of the list."""
        return self.items.names

    def read(self, reader: Reader) -> Values:
        """Return the rows up to the end of the payload."""
        rows: list[Values] = []
        while reader.left or len(rows) < self.least:
            if len(rows) == self.items.most:
                raise reader.error(f"more than {self.items.most} {self.items.name}")
            rows.append(read_fields(self.items.fields, reader))
        return {self.items.name: rows}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the rows."""
        if len(self.items.rows(values)) < self.least:
            raise EncodeError(self.items.name, [], f"{self.least} at least")
        return self.items.write_rows(values)


@dataclass(frozen=True, slots=True)
class Counted:
    """Lists whose lengths share one byte at the front, with other fields between it and them.

    ``bits`` is the width of each length, the first list's in the lowest bits.
    """

    lists: tuple[Items, ...]
    _: KW_ONLY
    between: tuple[Field, ...] = ()

    @property
    def bits(self) -> int:
        """How wide each length is [bits]: the byte is shared evenly."""
        return 8 // len(self.lists)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the fields between and of the lists."""
        between = tuple(name for field in self.between for name in field.names)
        return between + tuple(items.name for items in self.lists)

    def read(self, reader: Reader) -> Values:
        """Return the fields between and the lists."""
        counts = reader.bits(*(self.bits for _ in self.lists))
        values = read_fields(self.between, reader)
        for items, count in zip(self.lists, counts, strict=True):
            values.update(items.read_some(count, reader))
        return values

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the lengths, the fields between and the lists."""
        lengths = [(len(items.rows(values)), self.bits) for items in self.lists]
        parts = [pack_bits("lengths", lengths)]
        parts += [field.write(values) for field in self.between]
        parts += [items.write_rows(values) for items in self.lists]
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Packet:
    """One kind of packet: the port it goes to, its header bytes, what it is called, its fields."""

    f_port: int
    header: bytes
    name: str
    fields: tuple[Field, ...] = ()

    def read(self, reader: Reader) -> Values:
        """Return the plain meaning of the packet after its header.

        Raises:
            DecodeError: the bytes are not what belongs here.
        """
        return {PACKET: self.name, **read_fields(self.fields, reader)}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the packet with its header; ``values`` may hold the packet's name as well.

        Raises:
            EncodeError: a value is missing, unknown or not allowed; its field names the packet.
        """
        own = {name: value for name, value in values.items() if name != PACKET}
        try:
            return self.header + write_fields(self.fields, own)
        except EncodeError as exc:
            raise exc.inside(self.name) from exc


class PacketTable:
    """The packets that a firmware knows, found by port and header or by name."""

    def __init__(self, packets: Iterable[Packet]) -> None:
        self.packets = tuple(packets)
        self._by_header = {(packet.f_port, packet.header): packet for packet in self.packets}
        self._by_name = {packet.name: packet for packet in self.packets}
        if not len(self.packets) == len(self._by_header) == len(self._by_name):
            raise ValueError("two packets share a header or a name")

    def read(self, reader: Reader) -> Values:
        """Return the plain meaning of the packet that begins here; more may follow it.

        Raises:
            DecodeError: an unknown packet, or not a whole one.
        """
        start = reader.offset
        # A longer header goes first: 28 FF switches an input off, 28 alone sets it up.
        for size in (2, 1):
            header = reader.payload[start : start + size]
            packet = self._by_header.get((reader.f_port, header))
            if packet is not None:
                reader.offset = start + len(header)
                return packet.read(reader)
        header = reader.payload[start : start + 2]
        raise reader.error(f"no packet is known that begins with {header.hex() or '(nothing)'}")

    def decode(self, f_port: int, payload: bytes) -> Values:
        """Return the plain meaning of a payload that is one packet.

        Raises:
            DecodeError: an unknown packet, not a whole one, or bytes left over.
        """
        reader = Reader(f_port, payload)
        values = self.read(reader)
        reader.end()
        return values

    def named(self, values: Mapping[str, Any]) -> Packet:
        """Return the packet that ``values["packet"]`` names.

        Raises:
            EncodeError: there is none of that name.
        """
        name = value_of(values, PACKET)
        packet = self._by_name.get(name) if isinstance(name, str) else None
        if packet is None:
            raise EncodeError(PACKET, name, ", ".join(self._by_name))
        return packet
