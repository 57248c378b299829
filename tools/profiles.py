"""`lamplighter profiles`: list firmware profiles, decode and encode their bytes."""

import dataclasses
import json
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from firmware_profiles.frame import Frame
from firmware_profiles.reading import Reading
from firmware_profiles.registry import all_profiles, profile_for
from lighting.errors import RefusedError
from lighting.operations.tonight import plain_frames, utc_text
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import instant_of

app = typer.Typer(help="Firmware profiles: what each lantern firmware can hold and say.")

ProfileArgument = Annotated[str, typer.Argument(help="A firmware profile, such as nas_ul20xx_1_1.")]
Port = Annotated[int, typer.Option("--port", min=0, max=255, help="LoRaWAN FPort.")]
Hex = Annotated[str, typer.Option("--hex", help="The payload (FRMPayload) in hex.")]
LEVEL_HELP = "Level [percent] to hold."


@app.command("list")
def list_profiles(*, as_json: AsJson = False) -> None:
    """List the firmware profiles and what a program for each may hold."""
    rows = [
        {
            "profile_id": profile.profile_id,
            "title": profile.title,
            "payload_max": profile.payload_max,
            "target": dataclasses.asdict(profile.target),
        }
        for profile in all_profiles()
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("profile", "title", "clock steps", "clock grid", "day programs")
    for profile in all_profiles():
        target = profile.target
        table.add_row(
            profile.profile_id,
            profile.title,
            str(target.clock_steps_max),
            f"{target.clock_grid_min} min",
            str(target.profiles_max),
        )
    OUT.print(table)


@app.command()
def decode(
    profile: ProfileArgument,
    port: Port,
    payload: Hex,
    *,
    downlink: Annotated[bool, typer.Option(help="The bytes go to the node.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decode an uplink (or, with --downlink, a downlink) and print the reading."""
    with told_errors():
        chosen = profile_for(profile)
        if downlink:
            plain: object = chosen.decode_downlink(port, _bytes(payload))
        else:
            plain = [plain_reading(each) for each in chosen.decode_uplink(port, _bytes(payload))]
    if as_json:
        print_json(plain[0] if isinstance(plain, list) and len(plain) == 1 else plain)
    else:
        OUT.print_json(json.dumps(plain, ensure_ascii=False))


@app.command()
def encode(
    profile: ProfileArgument,
    *,
    level: Annotated[int | None, typer.Option(min=0, max=100, help=LEVEL_HELP)] = None,
    minutes: Annotated[int, typer.Option(help="For how long the level is held.")] = 15,
    resume: Annotated[bool, typer.Option(help="End an override.")] = False,
    clock: Annotated[str | None, typer.Option(help="Set the clock: an ISO time with zone.")] = None,
    meaning: Annotated[
        str | None, typer.Option(help="Any packet, as JSON in the form that decode prints.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Encode for a node: an override, its end, its clock, or any packet by its meaning."""
    with told_errors():
        if meaning is not None:
            frame = profile_for(profile).encode_downlink(_meaning(meaning))
        else:
            frame = _encode(profile, level=level, minutes=minutes, resume=resume, clock=clock)
    if as_json:
        print_json(plain_frames([frame])[0])
    else:
        OUT.print(f"port {frame.f_port}  {frame.payload.hex()}  ({frame.slot})")


def _encode(
    profile_id: str, *, level: int | None, minutes: int, resume: bool, clock: str | None
) -> Frame:
    from schedules.level import level as checked_level  # noqa: PLC0415 - shadowed by the option

    profile = profile_for(profile_id)
    if (level is not None) + resume + (clock is not None) != 1:
        raise RefusedError("say exactly one of --level, --resume, --clock and --meaning")
    if level is not None:
        return profile.encode_override(checked_level(level), minutes)
    if resume:
        return profile.encode_resume()
    return profile.encode_clock(instant_of(clock or "", "--clock"))


def _meaning(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError as exc:
        raise RefusedError(f"--meaning is not JSON: {exc}") from None
    if not isinstance(found, dict):
        raise RefusedError("--meaning is not a JSON object, such as decode --downlink prints")
    return found


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise RefusedError(f"--hex {text[:40]!r} is not pairs of hex digits") from None


def plain_reading(reading: Reading) -> dict[str, object]:
    """Return a reading as JSON-ready values; ``kind`` names it."""
    return {"kind": type(reading).__name__, **_plain_fields(reading)}


def _plain_fields(value: object) -> dict[str, object]:
    return {
        field.name: _plain(getattr(value, field.name))
        for field in dataclasses.fields(value)  # type: ignore[arg-type]  # readings are dataclasses
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
