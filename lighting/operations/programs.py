"""From a policy to the frames for one cell of the city, with the proof that they do what was asked.

Cells. The node's sun needs a position, and lanterns that are near each other can share one program.
A cell is 0.1 degree square; its centre is at most 0.05 degree from any lantern in it, so the sun of
the program sets at most 12 s (longitude) and 20 s (latitude, midsummer at 54 degrees north) before
or after the lantern's own: the error is stated as ``CELL_ERROR_S`` and stays far below the step of
a node's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from firmware_profiles.frame import Frame
from firmware_profiles.profile import FirmwareProfile
from lighting.errors import RefusedError
from lighting.identifiers import ProgramId
from schedules.compiler import compile_nights, compile_season, compile_year
from schedules.policy import Policy
from schedules.program import Program
from schedules.proof import Proof, prove
from schedules.seasons import Season
from schedules.site import Site
from schedules.timeline import NightTimeline

CELL_DEG = 0.1
CELL_ERROR_S = 47.0
"""Greatest difference [s] of sunset (or sunrise) at a cell's centre and in its corner, up to 60
degrees of latitude. Where twilight hardly ends, around midsummer, deeper angles differ by more:
civil dusk by 46 s at 55 degrees and by 141 s at 60."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A square of the map, by its south-west corner in tenths of a degree."""

    south: int
    west: int

    @property
    def key(self) -> str:
        """The cell as text, such as ``537:-16``."""
        return f"{self.south}:{self.west}"

    def site(self, zone: str) -> Site:
        """Return the centre of the cell."""
        return Site(
            latitude_deg=round((self.south + 0.5) * CELL_DEG, 6),
            longitude_deg=round((self.west + 0.5) * CELL_DEG, 6),
            zone=zone,
        )


def cell_of(latitude_deg: float, longitude_deg: float) -> Cell:
    """Return the cell that a position (WGS 84) lies in."""
    return Cell(int(latitude_deg // CELL_DEG), int(longitude_deg // CELL_DEG))


class ProofFailedError(RefusedError):
    """A policy that a node would not follow within the policy's own tolerance."""

    def __init__(self, policy: Policy, profile_id: str, proof: Proof) -> None:
        self.policy = policy.name
        self.profile_id = profile_id
        self.proof = proof
        if proof.minutes_wrong > proof.tolerance_min:
            worst = proof.worst[0]
            fault = (
                f"on the night of {worst.night.isoformat()} the node would show another level than"
                f" asked for {worst.deviation.minutes_wrong:.1f} minutes (by up to"
                f" {worst.deviation.percent_wrong} %), and its tolerance is"
                f" {proof.tolerance_min:g} minutes. Put its steps on the node's clock (ten minutes"
                " for NAS), or state a tolerance_min that the city accepts"
            )
        else:
            fault = (
                f"on the night of {proof.minutes_darker_night.isoformat()} the node would be darker"
                f" than asked for {proof.minutes_darker:.1f} minutes. Move the policy's switching"
                " to moments of the sun that the node can hold"
            )
        super().__init__(f"policy {policy.name!r} is refused for {profile_id}: {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledProgram:
    """The program of one cell: its frames, the nights it serves, and what was given up."""

    program_id: ProgramId
    season: Season
    frames: tuple[Frame, ...]
    proof: Proof


def program_id(profile_id: str, frames: Sequence[Frame]) -> ProgramId:
    """Return the id of a program: equal frames for one firmware line have one id."""
    digest = sha256(profile_id.encode())
    for frame in frames:
        digest.update(bytes([frame.f_port]) + len(frame.payload).to_bytes(2) + frame.payload)
    return ProgramId(digest.hexdigest()[:16])


def compile_program(
    policy: Policy,
    site: Site,
    night: date,
    profile: FirmwareProfile,
    *,
    hint: int = 0,
) -> CompiledProgram:
    """Compile the program to hold from ``night`` on, and prove its bytes over the nights it serves.

    The proof is returned, whatever it says; ``require`` refuses. ``hint`` is how many nights a
    neighbouring cell's program serves, if that is known.

    Raises:
        PlaceError: the site's zone does not fit its longitude.
        LoweringError: the node cannot hold the policy in any form.
    """
    timelines = compile_nights(policy, site, night)
    season = compile_season(timelines, policy, profile.target, hint=hint)
    served = timelines[: (season.last - season.first).days + 1]
    frames = profile.encode_program(season.program)
    return CompiledProgram(
        program_id=program_id(profile.profile_id, frames),
        season=season,
        frames=frames,
        proof=_prove(served, (season,), policy, profile),
    )


def prove_policy(
    policy: Policy, site: Site, first: date, profile: FirmwareProfile, *, nights: int = 365
) -> tuple[Proof, tuple[Season, ...]]:
    """Compile, encode, decode and replay every program of ``nights`` nights from ``first`` on."""
    timelines = compile_nights(policy, site, first, nights)
    year = compile_year(timelines, policy, profile.target)
    return _prove(timelines, year, policy, profile), year


def require(policy: Policy, profile: FirmwareProfile, proof: Proof) -> None:
    """Refuse a policy whose proof does not hold.

    Raises:
        ProofFailedError: it does not.
    """
    if not proof.holds:
        raise ProofFailedError(policy, profile.profile_id, proof)


def _prove(
    timelines: Sequence[NightTimeline],
    seasons: Sequence[Season],
    policy: Policy,
    profile: FirmwareProfile,
) -> Proof:
    in_force: dict[date, Program] = {}
    for season in seasons:
        decoded = profile.decode_program(profile.encode_program(season.program))
        for number in range((season.last - season.first).days + 1):
            in_force[season.first + timedelta(days=number)] = decoded
    return prove(
        timelines,
        in_force.__getitem__,
        uploads=[season.first for season in seasons],
        tolerance_min=policy.tolerance_min,
    )
