"""PROFILE: the firmware line as one object: its limits and its bytes both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from firmware_profiles.errors import EncodeError
from firmware_profiles.frame import Frame
from firmware_profiles.nas_ul20xx_1_1 import downlinks, uplinks
from firmware_profiles.nas_ul20xx_1_1.addresses import ALL
from firmware_profiles.nas_ul20xx_1_1.commands import OVERRIDE_MIN_MAX
from firmware_profiles.nas_ul20xx_1_1.config import (
    POSITION_PER_DEG,
    PROFILES_MAX,
    STEPS_MAX,
    ZENITH_PER_DEG,
)
from firmware_profiles.nas_ul20xx_1_1.fields import (
    FADES_S,
    LEVEL_MAX,
    STEP_GRID_MIN,
    moment_text,
)
from firmware_profiles.nas_ul20xx_1_1.program import (
    SUN_STEPS_MAX,
    decode_program,
    encode_program,
)
from firmware_profiles.packet import PACKET
from firmware_profiles.reading import Reading
from firmware_profiles.wire import I8, checked_int
from schedules.level import Level
from schedules.program import Program
from schedules.target import Target

# Every number is from nasys/nas-codecs 4691977 or docs.nasys.no, but for sun_steps_max, which
# program.py derives from the slowest data rate.
TARGET: Final = Target(
    profiles_max=PROFILES_MAX,
    clock_steps_max=STEPS_MAX,
    clock_grid_min=STEP_GRID_MIN,
    sun_steps_max=SUN_STEPS_MAX,
    zenith_grid_deg=1 / ZENITH_PER_DEG,
    zenith_deg_min=(90 * ZENITH_PER_DEG + I8.low) / ZENITH_PER_DEG,  # 68.67
    zenith_deg_max=(90 * ZENITH_PER_DEG + I8.high) / ZENITH_PER_DEG,  # 111.17
    position_grid_deg=1 / POSITION_PER_DEG,
    level_on_min=2,  # docs.nasys.no: the relay closes if an output is above 1 %
    fades_s=FADES_S,
    override_min_max=OVERRIDE_MIN_MAX,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NasUl20xx:
    """NAS UL20xx, firmware 1.1.x. Fulfils ``firmware_profiles.profile.FirmwareProfile``."""

    profile_id: str = "nas_ul20xx_1_1"
    title: str = "NAS UL20xx luminaire controller, firmware 1.1.x"
    target: Target = TARGET
    payload_max: int = downlinks.PAYLOAD_MAX

    def encode_program(self, program: Program) -> tuple[Frame, ...]:
        """Return the frames that make a node of unknown state hold exactly ``program``, in order.

        Raises:
            EncodeError: the program does not fit ``target``.
        """
        return encode_program(program)

    def decode_program(self, frames: Sequence[Frame]) -> Program:
        """Return the program that a node holds after taking ``frames`` in order.

        Raises:
            DecodeError: the frames are not a whole program.
        """
        return decode_program(frames)

    def encode_override(self, level: Level, minutes: int) -> Frame:
        """Return the frame that holds ``level`` [percent] for 1 to 255 ``minutes``.

        Raises:
            EncodeError: a level or time that a timed dim cannot hold.
        """
        # None is FF on the wire, which ends an override instead of holding a level.
        held = checked_int("level", level, 0, LEVEL_MAX)
        lamps = [{"address": ALL, "level": held, "minutes": minutes}]
        return downlinks.downlink({PACKET: "timed dim", "lamps": lamps})

    def encode_resume(self) -> Frame:
        """Return the frame that ends an override at once."""
        return downlinks.downlink({PACKET: "dim", "lamps": [{"address": ALL, "level": None}]})

    def encode_clock(self, at: datetime) -> Frame:
        """Return the frame that sets the node's clock to ``at`` (aware), to the whole second.

        Raises:
            EncodeError: a naive moment, or one before 2015 or after 2106-02-07.
        """
        if at.tzinfo is None:
            raise EncodeError("at", at.isoformat(), "a moment with its time zone")
        return downlinks.downlink({PACKET: "clock", "at": moment_text(at)})

    def encode_status_request(self) -> Frame:
        """Return the frame that asks for a status report now."""
        return self._report("status")

    def encode_meter_request(self) -> Frame:
        """Return the frame that asks for a usage report now."""
        return self._report("usage")

    def _report(self, wanted: str) -> Frame:
        flags = {name: name == wanted for name in ("usage", "status", "dim_map", "gnss")}
        return downlinks.downlink({PACKET: "report", **flags}, slot=f"{wanted} request")

    def decode_uplink(self, f_port: int, payload: bytes) -> tuple[Reading, ...]:
        """Return what a node said.

        Raises:
            DecodeError: the bytes are not of this firmware's protocol.
        """
        return uplinks.decode_uplink(f_port, payload)

    def decode_downlink(self, f_port: int, payload: bytes) -> dict[str, object]:
        """Return the plain meaning of a downlink as JSON-ready values.

        Raises:
            DecodeError: the bytes are no packet of this firmware.
        """
        return downlinks.decode_downlink(f_port, payload)

    def encode_downlink(self, meaning: Mapping[str, object]) -> Frame:
        """Return the frame that says ``meaning``: the exact inverse of ``decode_downlink``.

        Raises:
            EncodeError: an unknown packet or field, one missing, or a value out of its limits.
        """
        return downlinks.downlink(meaning)


PROFILE: Final = NasUl20xx()
