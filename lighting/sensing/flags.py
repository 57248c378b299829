"""Flags: what is to be said against a value when it comes in. Nothing is dropped here."""

from datetime import datetime, timedelta

from firmware_profiles.measurement import Measurement
from firmware_profiles.quantities import quantity_for
from lighting.identifiers import DevEui
from lighting.sensing.series import Quality, Sample, SeriesKey

LATE_AFTER = timedelta(hours=1)
"""A value that comes longer after it was measured is late: an hour's roll-up was shown without it.
Our choice."""

CLOCK_AHEAD_MAX = timedelta(minutes=5)
"""A device's clock may be ahead of ours by so much; LoRaWAN's own time is better than a second."""


def judged(
    dev_eui: DevEui, measured: Measurement, *, heard_at: datetime, received_at: datetime
) -> Sample:
    """Return a measurement as a sample with its flags, its times in whole milliseconds.

    ``heard_at`` is the network server's time of the message, ``received_at`` when it reached us. A
    measurement without a time of its own was made when it was heard; one that is dated in the
    future is kept under the time at which it was heard.

    Raises:
        UnknownQuantityError: the codec names a quantity that is not in the table.
    """
    quality = Quality.GOOD
    at = measured.at or heard_at
    if at - received_at > CLOCK_AHEAD_MAX:
        quality |= Quality.CLOCK
        at = min(heard_at, received_at)
    if received_at - at > LATE_AFTER:
        quality |= Quality.LATE
    if not quantity_for(measured.quantity).is_possible(measured.value):
        quality |= Quality.OUT_OF_RANGE
    return Sample(
        key=SeriesKey(dev_eui=dev_eui, quantity=measured.quantity, channel=measured.channel),
        at=_whole_ms(at),
        value=measured.value,
        received_at=_whole_ms(received_at),
        quality=quality,
    )


def _whole_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
