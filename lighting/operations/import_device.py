"""Make a catalogue entry of a published device folder: the vendor's codec, and what a person adds.

A folder says how a device talks, not what it needs nor which of its fields is which quantity: that
is asked for, and nothing is guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from firmware_profiles.device_folder.device import FaultKind, PublishedDevice, RadioProfile
from firmware_profiles.devices.device import JAVASCRIPT, DeviceModel, Measure
from firmware_profiles.devices.device_text import device_from_values
from firmware_profiles.devices.library import all_devices
from lighting.clock import Clock
from lighting.errors import RefusedError, RequestError
from lighting.sensing.add_on import AddOnStore, ImportedModel

REGION = "EU863"
"""The region whose LoRaWAN profile is taken where a folder has several; else the first."""

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_MAP = re.compile(
    rf"(?P<field>[^=\s]+)=(?P<quantity>[a-z][a-z0-9_]*)(?P<channel>@[^*+\s?-]+)?"
    rf"(?P<scale>\*-?{_NUMBER})?(?P<offset>[-+]{_NUMBER})?(?P<optional>\?)?"
)
_ALLOWED = (
    "FIELD=QUANTITY, then @CHANNEL, *SCALE, +OFFSET and ? (not in every message) as needed, such as"
    " temp=air_temperature*0.1-40"
)
_LINKS_MAX = 5
_SLUG = re.compile(r"[^a-z0-9]+")


class MapError(RequestError):
    """A mapping of a field to a quantity that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryAsked:
    """What a person says of a device that its folder does not.

    ``uses``, ``supply`` and ``fits`` are words of ``firmware_profiles.devices.device``; ``fits`` is
    empty for a device that is clamped to the column. ``device_id`` empty takes vendor and device.
    """

    by: str
    uses: tuple[str, ...]
    supply: str
    measures: tuple[Measure, ...]
    fits: tuple[str, ...] = ()
    people: bool = False
    device_id: str = ""
    despite_faults: bool = False


def measures_of(texts: Iterable[str]) -> tuple[Measure, ...]:
    """Return mappings such as ``temp=air_temperature*0.1-40``.

    Raises:
        MapError: one cannot be read; says which, and the form.
    """
    return tuple(_measure(text) for text in texts)


def entry_id(published: PublishedDevice) -> str:
    """Return the id that a device gets if nobody names another: vendor and device."""
    contents = published.contents
    vendor, device = (_SLUG.sub("-", each.lower()).strip("-") for each in (
        contents.vendor, contents.device_id,
    ))  # fmt: skip
    return device if not vendor or device.startswith(vendor) else f"{vendor}-{device}"


def catalogue_entry(published: PublishedDevice, asked: EntryAsked) -> DeviceModel:
    """Return the model.

    Raises:
        DeviceFileError: a field is missing or wrong; names all of them.
        RefusedError: its examples fail, its id is one of ours, or a field it maps was never seen.
    """
    device_id = asked.device_id or entry_id(published)
    if any(each.device_id == device_id for each in all_devices()):
        raise RefusedError(f"{device_id} is in the catalogue that ships; give another id")
    _check_examples(published, asked)
    _check_fields(published, asked.measures)
    contents = published.contents
    radio = _radio(contents.profiles)
    values: dict[str, object] = {
        "device_id": device_id,
        "title": contents.title or contents.device_id,
        "vendor": contents.vendor or "not stated",
        "uses": asked.uses,
        "fits": asked.fits,
        "power": {"supply": asked.supply},
        "codec": JAVASCRIPT,
        "measures": [_plain(each) for each in asked.measures],
        "lorawan_version": radio.lorawan_version if radio else "",
        "lorawan_class": "C" if radio and "C" in radio.device_class else "A",
        "people": asked.people,
        "sources": [
            f"{contents.layout}, {contents.device_id}: payload, imported by {asked.by}",
            *contents.links[:_LINKS_MAX],
        ],
        "unverified": ["fits", "power.supply"],
        "note": "; ".join(contents.notes)[:500],
    }
    return device_from_values(values, document=f"the entry of {device_id}")


async def import_device(
    store: AddOnStore, published: PublishedDevice, asked: EntryAsked, clock: Clock
) -> ImportedModel:
    """Put a device into the catalogue, in place of one imported before under its id.

    Raises:
        DeviceFileError: as ``catalogue_entry``.
        RefusedError: as ``catalogue_entry``, or nobody says who imports it.
        StoreError: the database could not take it.
    """
    if not asked.by.strip():
        raise RefusedError("say who imports it")
    imported = ImportedModel(
        model=catalogue_entry(published, asked),
        source=published.codec_source,
        imported_at=clock.now(),
        imported_by=asked.by.strip(),
    )
    await store.put_model(imported)
    return imported


def fault_counts(published: PublishedDevice) -> dict[str, int]:
    """Return how many faults of each kind the examples have."""
    found = Counter(each.kind for each in published.faults)
    return {kind.value: found[kind] for kind in FaultKind}


def _measure(text: str) -> Measure:
    found = _MAP.fullmatch(text.strip())
    if found is None:
        raise MapError(f"{text[:80]!r} maps no field; write {_ALLOWED}")
    return Measure(
        quantity=found["quantity"],
        field=found["field"],
        channel=(found["channel"] or "@")[1:],
        scale=float((found["scale"] or "*1")[1:]),
        offset=float(found["offset"] or 0.0),
        optional=bool(found["optional"]),
    )


def _plain(measure: Measure) -> dict[str, object]:
    return {
        "quantity": measure.quantity,
        "field": measure.field,
        "scale": measure.scale,
        "offset": measure.offset,
        "channel": measure.channel,
        "optional": measure.optional,
    }


def _check_examples(published: PublishedDevice, asked: EntryAsked) -> None:
    bad = [each for each in published.faults if each.kind is not FaultKind.MALFORMED]
    if bad and not asked.despite_faults:
        raise RefusedError(
            f"{len(bad)} faults in {published.examples_run} examples: the codec does not do what"
            f" its vendor says (first: {bad[0]}); import it despite its faults only if you know why"
        )


def _check_fields(published: PublishedDevice, measures: tuple[Measure, ...]) -> None:
    seen = {each.path: each for each in published.fields}
    if not seen:
        return  # no example decodes, so nothing is known of its fields
    unseen = [each.field for each in measures if each.field not in seen]
    if unseen:
        raise RefusedError(
            f"no example has {', '.join(unseen)}; fields seen: {', '.join(sorted(seen)[:40])}"
        )
    wordy = [each.field for each in measures if seen[each.field].kind == "text"]
    if wordy:
        raise RefusedError(f"{', '.join(wordy)} is a text in the examples, not a number")


def _radio(profiles: tuple[RadioProfile, ...]) -> RadioProfile | None:
    ours = [each for each in profiles if each.region.upper().startswith(REGION)]
    return next(iter(ours or profiles), None)
