"""A compiled night: timeline, program, frames and proof, as ``lighting.operations.tonight`` says.

Levels are percent of full output; a step whose level is None hands the lamp back to the sun steps.
"""

from datetime import date

from api.schemas.base import Instant, Told


class PlaceTold(Told, kw_only=True):
    """Where the sun was computed: WGS 84 degrees and the IANA zone of the place."""

    latitude_deg: float
    longitude_deg: float
    zone: str


class ChangeTold(Told, kw_only=True):
    """From ``at`` on the lantern is asked to be at ``level``; ``local`` is the wall clock."""

    at: Instant
    local: str
    level: int
    cause: str


class SunStepTold(Told, kw_only=True):
    """A level that begins when the sun's zenith distance passes ``zenith_deg``."""

    side: str
    zenith_deg: float
    level: int


class ClockStepTold(Told, kw_only=True):
    """A level that begins at a time of day, UTC."""

    utc: str
    level: int | None


class DayProgramTold(Told, kw_only=True):
    """The clock steps of some weekdays (ISO, 1 Monday; days of UTC)."""

    weekdays_utc: tuple[int, ...]
    steps: tuple[ClockStepTold, ...]


class ProgramTold(Told, kw_only=True):
    """What a node holds for the nights ``serves_from`` to ``serves_until``.

    ``losses`` are the words for what the policy asks and this firmware cannot do.
    """

    program_id: str
    serves_from: date
    serves_until: date
    latitude_deg: float
    longitude_deg: float
    fade_s: float
    fallback_level: int
    sun_steps: tuple[SunStepTold, ...]
    day_programs: tuple[DayProgramTold, ...]
    losses: tuple[str, ...]


class FrameTold(Told, kw_only=True):
    """One downlink; ``slot`` names the register of the node that it writes."""

    f_port: int
    payload_hex: str
    slot: str


class WorstNightTold(Told, kw_only=True):
    """One night of a proof, under the reading of the node's manual that is worst for it."""

    night: date
    minutes_wrong: float
    minutes_darker: float
    percent_wrong: int
    reading: str


class ProofTold(Told, kw_only=True):
    """What replaying the bytes of a stretch of nights showed; the worst nights come first."""

    holds: bool
    first_night: date
    last_night: date
    nights: int
    tolerance_min: float
    minutes_wrong: float
    minutes_wrong_night: date
    minutes_darker: float
    minutes_darker_night: date
    percent_wrong: int
    percent_wrong_night: date
    energy_error_percent: float
    uploads: tuple[date, ...]
    readings_replayed: tuple[str, ...]
    worst_nights: tuple[WorstNightTold, ...]


class NightTold(Told, kw_only=True):
    """One night of one place under one policy."""

    policy: str
    night: date
    place: PlaceTold
    timeline: tuple[ChangeTold, ...]
    burning_hours: float
    full_power_hours: float
    program: ProgramTold
    frames: tuple[FrameTold, ...]
    proof: ProofTold
