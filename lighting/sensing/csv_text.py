"""Samples as CSV: UTF-8, ISO 8601 in UTC, units and flags beside every value."""

import csv
import io
from collections.abc import Iterable

from firmware_profiles.quantities import quantity_for
from lighting.sensing.ngsi import instant
from lighting.sensing.series import Place, Quality, Sample

HEADER = (
    "dev_eui", "lantern_id", "road", "ward", "latitude_deg", "longitude_deg", "stream_id",
    "quantity", "channel", "unit", "measured_at", "value", "quality", "received_at",
)  # fmt: skip

_WORDS = {
    Quality.LATE: "late",
    Quality.DUPLICATE: "duplicate",
    Quality.OUT_OF_RANGE: "out of range",
    Quality.CLOCK: "clock",
}


def quality_words(quality: Quality) -> str:
    """Return what is said against a value, in words; ``good`` if nothing is."""
    return ", ".join(word for flag, word in _WORDS.items() if quality & flag) or "good"


def csv_lines(place: Place, samples: Iterable[Sample]) -> str:
    """Return the samples of one add-on as lines of CSV (RFC 4180), without the header."""
    about = (
        place.dev_eui,
        place.lantern_id,
        place.road,
        place.ward,
        f"{place.latitude_deg:.6f}",
        f"{place.longitude_deg:.6f}",
        place.stream_id,
    )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(
        (
            *about,
            sample.key.quantity,
            sample.key.channel,
            quantity_for(sample.key.quantity).unit,
            instant(sample.at),
            repr(sample.value),
            quality_words(sample.quality),
            instant(sample.received_at),
        )
        for sample in samples
    )
    return text.getvalue()


def csv_header() -> str:
    """Return the first line."""
    return ",".join(HEADER) + "\r\n"
