"""PublishedDevice: what a folder says of one device, and how its codec did on its own examples."""

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """Whose repository a folder is laid out like."""

    THINGS_NETWORK = "The Things Network lorawan-devices"
    CHIRPSTACK = "chirpstack lorawan-device-profiles"


class FaultKind(StrEnum):
    """What is wrong with an example."""

    MALFORMED = "malformed"
    """The example itself cannot be right: it is not of the form that the layout asks for."""
    MISMATCH = "mismatch"
    """The codec answers something else."""
    FAILED = "failed"
    """The codec gives no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The JavaScript that serves one function of TS013."""

    function: str
    file: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioProfile:
    """How the device speaks LoRaWAN in one region, in the words of its file."""

    region: str
    lorawan_version: str
    regional_parameters: str
    device_class: str
    """The classes beyond A that it supports: ``A``, ``A, B``, ``A, C`` or ``A, B, C``."""
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One input of a function and the output that its vendor expects, as read from the file."""

    file: str
    name: str
    function: str
    given: object
    expected: object
    normalized: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFault:
    """One thing wrong with one example; ``field`` is a path in its output, or empty."""

    kind: FaultKind
    file: str
    example: str
    problem: str
    field: str = ""
    expected: str = ""
    got: str = ""

    def __str__(self) -> str:
        """Return it in one line for a person."""
        place = f"{self.file}, {self.example}" if self.example else self.file
        field = f", {self.field}" if self.field else ""
        values = f": expected {self.expected}, got {self.got}" if self.expected or self.got else ""
        return f"{place}{field}: {self.kind}: {self.problem}{values}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenField:
    """A field of the codec's uplink answers, with a value that it had, for a person to map.

    ``path`` is as ``Measure.field`` wants it: ``channels.0.count``.
    """

    path: str
    example: str
    kind: str
    """``number``, ``text``, ``true or false`` or ``null``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a layout's reader found for one device, before any of it was run."""

    layout: Layout
    device_id: str
    vendor: str
    title: str
    description: str
    sensors: tuple[str, ...]
    links: tuple[str, ...]
    scripts: tuple[Script, ...]
    profiles: tuple[RadioProfile, ...]
    examples: tuple[Example, ...]
    faults: tuple[ExampleFault, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDevice:
    """All that a catalogue entry can be made of, and what speaks against trusting it.

    ``f_ports`` are those of the examples that decoded; ``functions`` those that the codec has.
    ``apart_because`` is why each call needs a fresh context (some milliseconds), mostly empty.
    """

    contents: Contents
    functions: tuple[str, ...]
    apart_because: str
    f_ports: tuple[int, ...]
    fields: tuple[SeenField, ...]
    examples_run: int
    examples_passed: int
    faults: tuple[ExampleFault, ...]

    @property
    def codec_source(self) -> str:
        """Return the JavaScript that decodes uplinks."""
        return next(s.source for s in self.contents.scripts if s.function == "decodeUplink")
