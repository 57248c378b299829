"""`lamplighter tonight` and `lamplighter prove`: a policy compiled for a place, and the proof."""

from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from firmware_profiles.registry import profile_for
from lighting.operations.programs import prove_policy
from lighting.operations.tonight import (
    Plain,
    compile_tonight,
    plain_program,
    plain_proof,
    plain_tonight,
)
from schedules.proof import Proof
from tools.output import EXIT_FAILED, OUT, AsJson, print_json, told_errors
from tools.places import (
    DEFAULT_PROFILE,
    Place,
    PolicyName,
    ProfileId,
    Zone,
    night_date,
    policy_of,
    site_of,
)

Night = Annotated[str, typer.Option("--date", help="Date of the night's evening, YYYY-MM-DD.")]


def tonight(
    policy: PolicyName,
    place: Place,
    zone: Zone,
    on: Night,
    *,
    profile: ProfileId = DEFAULT_PROFILE,
    as_json: AsJson = False,
) -> None:
    """Compile one night: what is asked, what the node holds, the bytes, and the proof."""
    with told_errors():
        asked = policy_of(policy)
        night = compile_tonight(asked, site_of(place, zone), night_date(on), profile_for(profile))
        plain = plain_tonight(night)
    if as_json:
        print_json(plain)
    else:
        _show_tonight(plain)
        _show_proof(night.compiled.proof)
    if not night.compiled.proof.holds:
        raise typer.Exit(EXIT_FAILED)


def prove(
    policy: PolicyName,
    place: Place,
    zone: Zone,
    *,
    on: Annotated[str, typer.Option("--from", help="First night, YYYY-MM-DD.")],
    nights: Annotated[int, typer.Option(min=1, max=3660, help="How many nights.")] = 365,
    profile: ProfileId = DEFAULT_PROFILE,
    as_json: AsJson = False,
) -> None:
    """Replay a year of programs from their bytes; exit 1 if a night is outside the tolerance."""
    with told_errors():
        asked = policy_of(policy)
        proof, year = prove_policy(
            asked,
            site_of(place, zone),
            night_date(on, "--from"),
            profile_for(profile),
            nights=nights,
        )
    if as_json:
        programs = [
            {
                "serves_from": season.first.isoformat(),
                "serves_until": season.last.isoformat(),
                **plain_program(season.program),
                "losses": list(season.losses),
            }
            for season in year
        ]
        print_json({"policy": asked.name, "proof": plain_proof(proof), "programs": programs})
    else:
        _show_proof(proof)
        for loss in dict.fromkeys(loss for season in year for loss in season.losses):
            OUT.print(f"Given up: {loss}", markup=False)
    if not proof.holds:
        raise typer.Exit(EXIT_FAILED)


def _show_tonight(plain: Plain) -> None:
    table = Table(title=f"{plain['policy']}, night of {plain['night']}")
    for column in ("local", "UTC", "level", "cause"):
        table.add_column(column)
    for change in plain["timeline"]:  # type: ignore[attr-defined]  # JSON-ready values
        table.add_row(change["local"], change["at"], f"{change['level']} %", change["cause"])
    OUT.print(table)
    program = plain["program"]
    OUT.print(
        f"Program {program['program_id']} serves the nights of {program['serves_from']}"  # type: ignore[index]  # JSON-ready values
        f" to {program['serves_until']}."  # type: ignore[index]  # JSON-ready values
    )
    for frame in plain["frames"]:  # type: ignore[attr-defined]  # JSON-ready values
        OUT.print(f"  port {frame['f_port']}  {frame['payload_hex']}  ({frame['slot']})")


def _show_proof(proof: Proof) -> None:
    verdict = "[green]holds[/]" if proof.holds else "[bold red]does not hold[/]"
    OUT.print(
        f"Proof over {proof.nights} nights and {len(proof.readings)} readings of the node's manual:"
        f" {verdict} (tolerance {proof.tolerance_min:g} min)"
    )
    OUT.print(
        f"  longest at another level {proof.minutes_wrong:.1f} min"
        f" (night of {_day(proof.minutes_wrong_night)}),"
        f" darker {proof.minutes_darker:.1f} min, by at most {proof.percent_wrong} %;"
        f" light {proof.energy_error:+.2%} of what was asked; {len(proof.uploads)} uploads"
    )


def _day(night: date) -> str:
    return night.isoformat()
