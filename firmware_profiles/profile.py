"""FirmwareProfile: the promise that every firmware line's module keeps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from firmware_profiles.frame import Frame
from firmware_profiles.reading import Reading
from schedules.level import Level
from schedules.program import Program
from schedules.target import Target


class FirmwareProfile(Protocol):
    """One firmware line: its limits, its bytes both ways. Stateless; safe to share."""

    @property
    def profile_id(self) -> str:
        """The key: vendor, product line and firmware line, such as ``nas_ul20xx_1_1``."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def target(self) -> Target:
        """What a program for this firmware may hold."""

    @property
    def payload_max(self) -> int:
        """The largest application payload [bytes] that it takes at every data rate."""

    def encode_program(self, program: Program) -> tuple[Frame, ...]:
        """Return the frames that make a node of unknown state hold exactly ``program``, in order.

        Raises:
            EncodeError: the program does not fit ``target``.
        """

    def decode_program(self, frames: Sequence[Frame]) -> Program:
        """Return the program that a node holds after taking ``frames`` in order (for the proof).

        Raises:
            DecodeError: the frames are not a whole program of this firmware.
        """

    def encode_override(self, level: Level, minutes: int) -> Frame:
        """Return the frame that holds ``level`` for ``minutes``, after which the node resumes."""

    def encode_resume(self) -> Frame:
        """Return the frame that ends an override at once."""

    def encode_clock(self, at: datetime) -> Frame:
        """Return the frame that sets the node's clock to ``at`` (aware)."""

    def encode_status_request(self) -> Frame:
        """Return the frame that asks for a status report now."""

    def encode_meter_request(self) -> Frame:
        """Return the frame that asks for a usage report now."""

    def decode_uplink(self, f_port: int, payload: bytes) -> tuple[Reading, ...]:
        """Return what a node said.

        Raises:
            DecodeError: the bytes are not of this firmware's protocol.
        """

    def decode_downlink(self, f_port: int, payload: bytes) -> dict[str, object]:
        """Return the plain meaning of a downlink as JSON-ready values.

        Raises:
            DecodeError: the bytes are not of this firmware's protocol.
        """

    def encode_downlink(self, meaning: Mapping[str, object]) -> Frame:
        """Return the frame that says ``meaning``: the exact inverse of ``decode_downlink``.

        Raises:
            EncodeError: an unknown packet or field, one missing, or a value out of its limits.
        """
