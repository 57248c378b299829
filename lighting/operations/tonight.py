"""One night of one place under one policy: timeline, program, frames and proof, as plain values.

The same plain values (ready for JSON, units in the keys) serve the command line and the API.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from firmware_profiles.frame import Frame
from firmware_profiles.profile import FirmwareProfile
from lighting.operations.programs import CompiledProgram, compile_program
from schedules.compiler import compile_night
from schedules.night import Night
from schedules.policy import Policy
from schedules.program import Program
from schedules.proof import NightProof, Proof
from schedules.site import Site
from schedules.timeline import NightTimeline

Plain = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tonight:
    """What one lantern is asked to do in one night, and how its node is told."""

    policy: Policy
    timeline: NightTimeline
    compiled: CompiledProgram


def compile_tonight(policy: Policy, site: Site, evening: date, profile: FirmwareProfile) -> Tonight:
    """Compile one night; the proof covers every night that its program serves.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
        LoweringError: the node cannot hold the policy in any form.
    """
    return Tonight(
        policy=policy,
        timeline=compile_night(policy, Night(site=site, evening=evening)),
        compiled=compile_program(policy, site, evening, profile),
    )


def utc_text(at: datetime) -> str:
    """Return an instant as ISO 8601 UTC to the nearest second, such as 2026-11-22T15:56:00Z."""
    rounded = datetime.fromtimestamp(round(at.timestamp()), UTC)
    return rounded.isoformat().replace("+00:00", "Z")


def plain_tonight(tonight: Tonight) -> Plain:
    """Return a night as JSON-ready values."""
    night = tonight.timeline.night
    season = tonight.compiled.season
    return {
        "policy": tonight.policy.name,
        "night": night.evening.isoformat(),
        "place": {
            "latitude_deg": night.site.latitude_deg,
            "longitude_deg": night.site.longitude_deg,
            "zone": night.site.zone,
        },
        "timeline": plain_timeline(tonight.timeline),
        "burning_hours": round(tonight.timeline.burning_hours(), 4),
        "full_power_hours": round(tonight.timeline.full_power_hours(), 4),
        "program": {
            "program_id": tonight.compiled.program_id,
            "serves_from": season.first.isoformat(),
            "serves_until": season.last.isoformat(),
            **plain_program(season.program),
            "losses": list(season.losses),
        },
        "frames": plain_frames(tonight.compiled.frames),
        "proof": plain_proof(tonight.compiled.proof),
    }


def plain_timeline(timeline: NightTimeline) -> list[Plain]:
    """Return a night's changes of level, each with UTC and local time."""
    zone: ZoneInfo = timeline.night.site.tz
    return [
        {
            "at": utc_text(change.at),
            "local": change.at.astimezone(zone).strftime("%a %H:%M:%S"),
            "level": change.level,
            "cause": change.cause.value,
        }
        for change in timeline.changes
    ]


def plain_program(program: Program) -> Plain:
    """Return a program as JSON-ready values; clock times are UTC."""
    return {
        "latitude_deg": program.latitude_deg,
        "longitude_deg": program.longitude_deg,
        "fade_s": program.fade_s,
        "fallback_level": program.fallback_level,
        "sun_steps": [
            {
                "side": step.side.value,
                "zenith_deg": round(step.zenith_deg, 4),
                "level": step.level,
            }
            for step in program.sun_steps
        ],
        "day_programs": [
            {
                "weekdays_utc": sorted(day.weekdays),
                "steps": [
                    {"utc": f"{step.minute // 60:02}:{step.minute % 60:02}", "level": step.level}
                    for step in day.steps
                ],
            }
            for day in program.day_programs
        ],
    }


def plain_frames(frames: Iterable[Frame]) -> list[Plain]:
    """Return frames as JSON-ready values, in the order in which they are sent."""
    return [
        {"f_port": frame.f_port, "payload_hex": frame.payload.hex(), "slot": frame.slot}
        for frame in frames
    ]


def plain_proof(proof: Proof) -> Plain:
    """Return a proof as JSON-ready values."""
    return {
        "holds": proof.holds,
        "first_night": proof.first.isoformat(),
        "last_night": proof.last.isoformat(),
        "nights": proof.nights,
        "tolerance_min": proof.tolerance_min,
        "minutes_wrong": round(proof.minutes_wrong, 3),
        "minutes_wrong_night": proof.minutes_wrong_night.isoformat(),
        "minutes_darker": round(proof.minutes_darker, 3),
        "minutes_darker_night": proof.minutes_darker_night.isoformat(),
        "percent_wrong": proof.percent_wrong,
        "percent_wrong_night": proof.percent_wrong_night.isoformat(),
        "energy_error_percent": round(proof.energy_error * 100, 4),
        "uploads": [night.isoformat() for night in proof.uploads],
        "readings_replayed": list(proof.readings),
        "worst_nights": [_plain_night(night) for night in proof.worst],
    }


def _plain_night(night: NightProof) -> Plain:
    return {
        "night": night.night.isoformat(),
        "minutes_wrong": round(night.deviation.minutes_wrong, 3),
        "minutes_darker": round(night.deviation.minutes_darker, 3),
        "percent_wrong": night.deviation.percent_wrong,
        "reading": night.reading,
    }
