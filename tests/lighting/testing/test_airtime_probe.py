"""The independent witness of air time."""

import pytest

from lighting.testing.airtime_probe import AirtimeProbe, downlink_s


@pytest.mark.parametrize(
    ("payload_bytes", "spreading", "airtime_ms"),
    [
        # Reference, 4.3, test vectors 2 (downlink without CRC), computed from Semtech AN1200.13.
        (1, 12, 1155.072),
        (20, 12, 1810.432),
        (51, 12, 2793.472),
        (30, 11, 1150.976),
        (20, 10, 452.608),
        (115, 9, 676.864),
        (222, 8, 645.632),
        (51, 7, 118.016),
    ],
)
def test_the_witness_knows_the_time_on_air(
    payload_bytes: int, spreading: int, airtime_ms: float
) -> None:
    assert downlink_s(payload_bytes, spreading) * 1000 == pytest.approx(airtime_ms)


def test_the_witness_remembers_the_worst_hour() -> None:
    probe = AirtimeProbe()
    for minute in range(120):
        probe.count(60.0 * minute, 6.0 if minute < 60 else 3.0)
    assert (probe.worst_share, probe.total_s, probe.frames) == (0.1, 540, 120)
