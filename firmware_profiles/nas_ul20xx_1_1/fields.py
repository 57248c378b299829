"""Fields that only NAS packets are known to have: days, step times, moments, location, chains.

Source: nasys/nas-codecs 4691977 (MIT), decoder and its tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from firmware_profiles.errors import EncodeError
from firmware_profiles.fields import Choice, Field, Hex, Named, Number, Scaled, Values, value_of
from firmware_profiles.packet import PacketTable
from firmware_profiles.wire import I32, U8, U16, U32, Reader

# The node counts from 2000-01-01 until it is told the time, so an earlier clock is an unset one.
CLOCK_VALID_FROM: Final = datetime(2015, 1, 1, tzinfo=UTC)
_CLOCK_VALID_FROM_S: Final = int(CLOCK_VALID_FROM.timestamp())
_CLOCK_END_S: Final = U32.high

STEP_GRID_MIN: Final = 10
LEVEL_MAX: Final = 100
NOT_SET: Final = 0xFF

FADES_S: Final = (
    *(0.5, 0.71, 1.0, 1.41, 2.0, 2.83, 4.0, 5.66),
    *(8.0, 11.31, 16.0, 22.63, 32.0, 45.25, 64.0, 90.51),
)
DAY_WORDS: Final = ("holiday", "mon", "tue", "wed", "thu", "fri", "sat", "sun")  # bits 0 to 7

LEVEL: Final = Number("level", U8, 0, LEVEL_MAX, none=NOT_SET)
FADE: Final = Choice("fade_s", {**dict(enumerate(FADES_S)), NOT_SET: None})


def moment_of(epoch_s: int) -> datetime | None:
    """Return a node's clock [s since 1970] as aware UTC, or None if it was never set."""
    return datetime.fromtimestamp(epoch_s, UTC) if epoch_s >= _CLOCK_VALID_FROM_S else None


def moment_text(at: datetime) -> str:
    """Return an instant as ISO 8601 text in UTC with whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def step_text(minute: int) -> str:
    """Return minutes after 00:00 UTC as ``HH:MM``."""
    return f"{minute // 60:02}:{minute % 60:02}"


_STEP_TIMES: Final = tuple(step_text(tens * STEP_GRID_MIN) for tens in range(24 * 6))


@dataclass(frozen=True, slots=True)
class StepTime(Named):
    """The moment of a step: one byte, tens of minutes after 00:00 UTC, told as ``HH:MM``."""

    name: str = "at"

    def read(self, reader: Reader) -> Values:
        """Return the time as text."""
        start, tens = reader.offset, reader.u8()
        if tens >= len(_STEP_TIMES):
            raise reader.error(f"step time {tens} is past 23:50 (143)", offset=start)
        return {self.name: _STEP_TIMES[tens]}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the time as tens of minutes."""
        text = value_of(values, self.name)
        if text not in _STEP_TIMES:
            raise EncodeError(self.name, text, "HH:MM UTC on ten minutes, 00:00 to 23:50")
        return U8.pack(self.name, _STEP_TIMES.index(text))


@dataclass(frozen=True, slots=True)
class Days(Named):
    """The days of a profile: a byte of bits, told as a list of words in the order of the bits."""

    name: str = "days"

    def read(self, reader: Reader) -> Values:
        """Return the words of the bits that are set."""
        bits = reader.u8()
        return {self.name: [word for bit, word in enumerate(DAY_WORDS) if bits >> bit & 1]}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the bits."""
        words = value_of(values, self.name)
        if not isinstance(words, list | tuple) or any(word not in DAY_WORDS for word in words):
            raise EncodeError(self.name, words, f"a list of {', '.join(DAY_WORDS)}")
        if len(set(words)) != len(words):
            raise EncodeError(self.name, words, "each day once")
        return U8.pack(self.name, sum(1 << DAY_WORDS.index(word) for word in words))


@dataclass(frozen=True, slots=True)
class Moment(Named):
    """A moment in UTC [u32 s since 1970]; None makes the node ask the network (DeviceTimeReq)."""

    name: str = "at"

    def read(self, reader: Reader) -> Values:
        """Return the moment as ISO text."""
        start, epoch_s = reader.offset, reader.integer(U32)
        if not epoch_s:
            return {self.name: None}
        at = moment_of(epoch_s)
        if at is None:
            raise reader.error("a clock before 2015-01-01 counts as not set", offset=start)
        return {self.name: moment_text(at)}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the moment."""
        text = value_of(values, self.name)
        return U32.pack(self.name, 0 if text is None else self._epoch_s(text))

    def _epoch_s(self, text: object) -> int:
        try:
            at = datetime.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            at = None
        if at is not None and at.tzinfo is not None and not at.microsecond:
            epoch_s = int(at.timestamp())
            if _CLOCK_VALID_FROM_S <= epoch_s <= _CLOCK_END_S:
                return epoch_s
        raise EncodeError(
            self.name,
            text,
            "ISO 8601 with offset and whole seconds, 2015-01-01 to 2106-02-07, or none",
        )


@dataclass(frozen=True, slots=True)
class BootDelay(Named):
    """The longest random wait before joining [s]: u16, or one byte in frames of older tools."""

    name: str = "range_s"

    def read(self, reader: Reader) -> Values:
        """Return the seconds; one byte alone is the old form."""
        return {self.name: reader.integer(U8 if reader.left == 1 else U16)}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the seconds, always in the present form."""
        return U16.pack(self.name, value_of(values, self.name))


_DEGREE: Final = 10_000_000  # the location packet counts in 1e-7 degrees
_NOWHERE: Final = 0x7FFFFFFF  # its position when none is set
_POSITION: Final = (
    Scaled("latitude_deg", I32, per=_DEGREE, low=-90 * _DEGREE, high=90 * _DEGREE, none=_NOWHERE),
    Scaled(
        "longitude_deg", I32, per=_DEGREE, low=-180 * _DEGREE, high=180 * _DEGREE, none=_NOWHERE
    ),
)


@dataclass(frozen=True, slots=True)
class Location:
    """A position and a text; the text's length [bytes of UTF-8] comes first, the text last."""

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the position and the text."""
        return ("latitude_deg", "longitude_deg", "text")

    def read(self, reader: Reader) -> Values:
        """Return the position [degrees] and the text."""
        size, values = reader.u8(), {}
        for field in _POSITION:
            values.update(field.read(reader))
        start, data = reader.offset, reader.raw(size)
        try:
            return {**values, "text": data.decode()}
        except UnicodeDecodeError as exc:
            raise reader.error("text is not UTF-8", offset=start + exc.start) from exc

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the length, the position and the text."""
        text = value_of(values, "text")
        try:
            data = text.encode() if isinstance(text, str) else None
        except UnicodeEncodeError:  # half of a surrogate pair
            data = None
        if data is None or len(data) > U8.high:
            raise EncodeError("text", text, "text of at most 255 bytes of UTF-8")
        position = b"".join(field.write(values) for field in _POSITION)
        return U8.pack("text", len(data)) + position + data


@dataclass(frozen=True, slots=True)
class Blob(Named):
    """Bytes after a byte that counts them, told as hexadecimal text."""

    name: str = "data"

    def read(self, reader: Reader) -> Values:
        """Return the bytes as hexadecimal text."""
        return {self.name: reader.raw(reader.u8()).hex()}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the count and the bytes."""
        data = Hex(self.name).write(values)
        return U8.pack(self.name, len(data)) + data


@dataclass(frozen=True, slots=True)
class Chain(Named):
    """Several configurations one after the other, each with its own header."""

    table: PacketTable
    name: str = "configs"

    def read(self, reader: Reader) -> Values:
        """Return the meanings of the configurations."""
        configs: list[Values] = []
        while reader.left or not configs:
            configs.append(self.table.read(reader))
        return {self.name: configs}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the configurations."""
        configs = value_of(values, self.name)
        is_list = isinstance(configs, list | tuple) and all(
            isinstance(config, Mapping) for config in configs
        )
        if not is_list or not configs:
            raise EncodeError(self.name, configs, "a list of one or more configurations")
        parts = []
        for index, config in enumerate(configs):
            try:
                parts.append(self.table.named(config).write(config))
            except EncodeError as exc:
                raise exc.inside(f"{self.name}[{index}]") from exc
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Maybe:
    """A last field that may be left out."""

    field: Field

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the field."""
        return self.field.names

    def read(self, reader: Reader) -> Values:
        """Return the field's values, or nothing at the end of the payload."""
        return self.field.read(reader) if reader.left else {}

    def write(self, values: Mapping[str, Any]) -> bytes:
        """Return the field if any of its keys is given."""
        return self.field.write(values) if any(n in values for n in self.names) else b""
