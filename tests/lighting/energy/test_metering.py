"""Counter samples: order, duplicates, wrap, reset, lies, swapped nodes, impossible readings."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lighting.energy.errors import MeterSampleError
from lighting.energy.metering import NO_METER, FindingKind, MeterRecord, MeterSample, read_meter
from lighting.units import Watts

MakeSamples = Callable[..., tuple[MeterSample, ...]]
FULL_W = Watts(60.0)  # so an hour is believed up to 60 W x 1 h x 1.5 + 1 Wh = 91 Wh
TOP = 2**32  # reference devices.md 2.1.4: u32 Wh


def _counted(record: MeterRecord) -> list[int]:
    return [interval.energy_wh for interval in record.intervals]


def _kinds(record: MeterRecord) -> list[FindingKind]:
    return [finding.kind for finding in record.findings]


@pytest.mark.parametrize(
    ("readings", "counted", "kinds"),
    [
        pytest.param([(0, 100), (1, 150), (2, 210)], [50, 60], [], id="plain"),
        pytest.param([(0, 100)], [], [], id="one sample proves nothing"),
        pytest.param([], [], [], id="none"),
        pytest.param([(0, 100), (1, 100)], [0], [], id="a still counter is zero energy"),
        pytest.param([(0, 100), (5, 350)], [250], [], id="lost reports lose no energy"),
        pytest.param([(0, 100), (1, 191)], [91], [], id="at the limit"),
        pytest.param(
            [(0, 100), (1, 192)], [], [FindingKind.IMPLAUSIBLE], id="one Wh over the limit"
        ),
        pytest.param([(0, 100), (1 / 60, 102)], [2], [], id="one counter step is allowed for"),
        pytest.param([(0, TOP - 20), (1, 40), (2, 100)], [60, 60], [FindingKind.WRAP], id="wrap"),
        pytest.param([(0, TOP - 1), (1, 0)], [1], [FindingKind.WRAP], id="wrap by one"),
        pytest.param(
            [(0, 5000), (1, 30), (2, 80)], [50], [FindingKind.RESET], id="drop without a boot"
        ),
        pytest.param(
            [(0, TOP - 500), (1, 30)], [], [FindingKind.RESET], id="a wrap too big is a reset"
        ),
        pytest.param(
            [(0, 100), (1, 150), (1, 150), (2, 200)],
            [50, 50],
            [FindingKind.DUPLICATE],
            id="duplicate",
        ),
        pytest.param(
            [(0, 100), (1, 150), (1, 151), (2, 200)],
            [100],
            [FindingKind.CONFLICT],
            id="conflict: the stretch is counted without it",
        ),
        pytest.param(
            [(0, 100), (1, 900_000), (2, 200)], [100], [FindingKind.OUTLIER], id="a lie upwards"
        ),
        pytest.param(
            [(0, 5000), (1, 3), (2, 5100)], [100], [FindingKind.OUTLIER], id="a lie downwards"
        ),
        pytest.param(
            [(0, 30), (1, 10), (2, 60)],
            [50],
            [FindingKind.RESET],
            id="a drop that the next sample confirms is a reset, not a lie",
        ),
        pytest.param(
            [(0, 100), (1, 9000), (2, 9050), (3, 9100)],
            [50, 50],
            [FindingKind.IMPLAUSIBLE],
            id="a jump that lasts breaks the chain once",
        ),
    ],
)
def test_what_samples_prove(
    make_samples: MakeSamples,
    readings: list[tuple[float, int]],
    counted: list[int],
    kinds: list[FindingKind],
) -> None:
    record = read_meter(make_samples(*readings), max_w=FULL_W)
    assert _counted(record) == counted
    assert _kinds(record) == kinds


@pytest.mark.parametrize(
    ("readings", "counted", "kinds"),
    [
        pytest.param([(0, 5000), (1, 20)], [], [FindingKind.RESET], id="dropped"),
        pytest.param(
            [(0, 30), (1, 60)], [], [FindingKind.RESET], id="zero could have reached this count"
        ),
        pytest.param([(0, 5000), (1, 5050)], [50], [], id="the counter outlived the boot"),
        pytest.param(
            [(0, TOP - 20), (1, 40)], [], [FindingKind.RESET], id="a reset explains it better"
        ),
    ],
)
def test_a_boot_in_between_makes_a_low_count_a_reset(
    make_samples: MakeSamples,
    noon: datetime,
    readings: list[tuple[float, int]],
    counted: list[int],
    kinds: list[FindingKind],
) -> None:
    boot = noon + timedelta(minutes=30)
    record = read_meter(make_samples(*readings), max_w=FULL_W, boots=[boot])
    assert _counted(record) == counted
    assert _kinds(record) == kinds


def test_a_boot_before_the_first_sample_changes_nothing(
    make_samples: MakeSamples, noon: datetime
) -> None:
    samples = make_samples((0, 30), (1, 60))
    assert _counted(read_meter(samples, max_w=FULL_W, boots=[noon])) == [30]


def test_another_nodes_counter_is_never_subtracted(make_samples: MakeSamples) -> None:
    samples = (
        *make_samples((0, 5000), (1, 5050), serial="5083000d"),
        *make_samples((2, 5100), (3, 5160), serial="5083000e"),
    )
    record = read_meter(samples, max_w=FULL_W)
    assert _counted(record) == [50, 60]
    assert _kinds(record) == [FindingKind.REPLACED]


@given(order=st.permutations(range(7)))
def test_samples_in_any_order_prove_the_same(order: list[int]) -> None:
    start = datetime(2025, 12, 1, 12, tzinfo=UTC)
    counts = [TOP - 60, TOP - 10, 40, 40, 70, 9, 50]  # wrap, still, reset
    samples = [
        MeterSample(at=start + timedelta(hours=hour), energy_wh=count)
        for hour, count in enumerate(counts)
    ]
    in_order = read_meter(samples, max_w=FULL_W)
    assert _counted(in_order) == [50, 50, 0, 30, 41]
    assert read_meter([samples[i] for i in order], max_w=FULL_W) == in_order


@given(
    first=st.integers(0, TOP - 1),
    steps=st.lists(st.integers(0, 60), min_size=2, max_size=30),
    lost=st.data(),
)
def test_losing_samples_between_the_first_and_the_last_loses_no_energy(
    first: int, steps: list[int], lost: st.DataObject
) -> None:
    start = datetime(2025, 12, 1, 12, tzinfo=UTC)
    counts = [(first + sum(steps[:n])) % TOP for n in range(len(steps) + 1)]
    samples = [
        MeterSample(at=start + timedelta(hours=hour), energy_wh=count)
        for hour, count in enumerate(counts)
    ]
    kept = lost.draw(st.sets(st.sampled_from(range(1, len(steps)))))
    some = [samples[0], *(samples[i] for i in sorted(kept)), samples[-1]]
    assert sum(_counted(read_meter(samples, max_w=FULL_W))) == sum(steps)
    assert sum(_counted(read_meter(some, max_w=FULL_W))) == sum(steps)


def test_a_record_answers_for_a_part_of_its_time(make_samples: MakeSamples, noon: datetime) -> None:
    record = read_meter(make_samples((0, 0), (1, 10), (2, 30), (3, 60)), max_w=FULL_W)
    half_past = noon + timedelta(minutes=90)
    between = record.intervals_between(half_past, noon + timedelta(hours=2))
    assert [interval.energy_wh for interval in between] == [20]
    assert NO_METER.intervals_between(noon, half_past) == ()


def test_a_finding_belongs_to_the_time_it_reaches_into(
    make_samples: MakeSamples, noon: datetime
) -> None:
    record = read_meter(make_samples((0, 5000), (1, 20), (2, 40), (2, 41)), max_w=FULL_W)
    first, second, third = (noon + timedelta(hours=hour) for hour in (0, 1, 2))
    assert [f.kind for f in record.findings_between(first, second)] == [FindingKind.RESET]
    assert record.findings_between(second, third) == ()
    later = record.findings_between(third, third + timedelta(hours=1))
    assert [f.kind for f in later] == [FindingKind.CONFLICT]


@pytest.mark.parametrize("count", [-1, TOP])
def test_a_count_that_32_bits_cannot_show_is_refused(count: int, noon: datetime) -> None:
    with pytest.raises(MeterSampleError, match=r"energy_wh is .* allowed: 0 to 2\^32 - 1"):
        MeterSample(at=noon, energy_wh=count)


def test_a_naive_time_is_refused(noon: datetime) -> None:
    with pytest.raises(MeterSampleError, match=r"at is .* UTC offset"):
        MeterSample(at=noon.replace(tzinfo=None), energy_wh=1)
