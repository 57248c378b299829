"""Compiled nights and proofs for routes; the compiler works in a thread beside the event loop."""

import asyncio
from datetime import date

import msgspec

from api.schemas.nights import NightTold, ProofTold
from firmware_profiles.profile import FirmwareProfile
from lighting.operations.controller import Office
from lighting.operations.programs import prove_policy, require
from lighting.operations.rollout import AHEAD
from lighting.operations.tonight import compile_tonight, plain_proof, plain_tonight
from schedules.policy import Policy
from schedules.site import Site


def coming_evening(office: Office) -> date:
    """Return the date of the night that is planned now: from 09:00 on, the one that comes."""
    return office.planner.night_of(office.clock.now() + AHEAD)


async def compiled_night(
    policy: Policy, site: Site, evening: date, profile: FirmwareProfile
) -> NightTold:
    """Compile one night (about 0.2 s of work).

    Raises:
        PlaceError: the site's zone does not fit its longitude.
        LoweringError: the node cannot hold the policy in any form.
    """
    night = await asyncio.to_thread(compile_tonight, policy, site, evening, profile)
    return msgspec.convert(plain_tonight(night), NightTold)


async def required_proof(
    policy: Policy, site: Site, first: date, profile: FirmwareProfile
) -> ProofTold:
    """Prove a policy over the year from ``first`` on (about 0.6 s of work).

    Raises:
        PlaceError: the site's zone does not fit its longitude.
        LoweringError: the node cannot hold the policy in any form.
        ProofFailedError: a node would not follow it within its tolerance.
    """
    proof, _ = await asyncio.to_thread(prove_policy, policy, site, first, profile)
    require(policy, profile, proof)
    return msgspec.convert(plain_proof(proof), ProofTold)
