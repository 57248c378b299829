"""What must hold between the fields of a device model, and against the other tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from firmware_profiles.codecs import codec_for
from firmware_profiles.devices.device import JAVASCRIPT, DeviceModel, PowerNeed, Use
from firmware_profiles.devices.errors import FileProblem
from firmware_profiles.errors import UnknownCodecError, UnknownProfileError, UnknownQuantityError
from firmware_profiles.quantities import quantity_for
from firmware_profiles.registry import profile_for

_FIELDS = {each.name for each in fields(DeviceModel)} | {
    f"power.{each.name}" for each in fields(PowerNeed)
}


def check(model: DeviceModel) -> Iterator[FileProblem]:
    """Yield every problem of a model whose fields are each well formed."""
    for name, values in (("uses", model.uses), ("sources", model.sources)):
        if not values:
            yield FileProblem(field=name, message="is empty", allowed="at least one")
    yield from _codec_problems(model)
    yield from _measure_problems(model)
    yield from _people_problems(model)
    for name in sorted(set(model.unverified) - _FIELDS):
        allowed = ", ".join(sorted(_FIELDS))
        yield FileProblem(field="unverified", message=f"{name!r} is no field", allowed=allowed)


def _codec_problems(model: DeviceModel) -> Iterator[FileProblem]:
    if model.firmware_profile and model.codec:
        allowed = "a firmware profile for a lantern node, or a codec for an add-on"
        yield FileProblem(field="codec", message="both it and firmware_profile", allowed=allowed)
    if model.firmware_profile:
        try:
            profile_for(model.firmware_profile)
        except UnknownProfileError as exc:
            yield _unknown("firmware_profile", exc.profile_id, exc.known)
    if model.codec and model.codec != JAVASCRIPT:
        try:
            codec_for(model.codec)
        except UnknownCodecError as exc:
            yield _unknown("codec", exc.codec_id, (*exc.known, JAVASCRIPT))


def _measure_problems(model: DeviceModel) -> Iterator[FileProblem]:
    for place, row in enumerate(model.measures):
        where = f"measures.{place}"
        try:
            quantity_for(row.quantity)
        except UnknownQuantityError as exc:
            yield _unknown(f"{where}.quantity", exc.key, exc.known)
        if (model.codec == JAVASCRIPT) != bool(row.field):
            allowed = "a path with codec 'javascript', nothing with a codec of ours"
            yield FileProblem(field=f"{where}.field", message=f"is {row.field!r}", allowed=allowed)
        if row.scale == 0:
            yield FileProblem(field=f"{where}.scale", message="is 0", allowed="any other number")
    if model.codec and not model.measures:
        allowed = "at least one quantity that the codec gives"
        yield FileProblem(field="measures", message="is empty", allowed=allowed)
    rows = Counter((row.quantity, row.channel) for row in model.measures)
    for (quantity, channel), times in rows.items():
        if times > 1:
            message = f"{quantity!r} of channel {channel!r} stands {times} times"
            yield FileProblem(field="measures", message=message, allowed="each once")


def _people_problems(model: DeviceModel) -> Iterator[FileProblem]:
    known = (row.quantity for row in model.measures if _senses_people(row.quantity))
    reasons = [*known, *(use for use in model.uses if use in {Use.PRESENCE, Use.FOOTFALL})]
    if reasons and not model.people:
        yield FileProblem(
            field="people",
            message="is false",
            allowed=f"true, for the device observes people ({', '.join(reasons)})",
        )


def _senses_people(key: str) -> bool:
    try:
        return quantity_for(key).people
    except UnknownQuantityError:
        return False


def _unknown(field: str, value: str, known: tuple[str, ...]) -> FileProblem:
    return FileProblem(field=field, message=f"is {value!r}", allowed=", ".join(known))
