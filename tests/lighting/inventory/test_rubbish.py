"""Random rubbish: whatever the bytes, rows are accepted or rejected, or the file is refused."""

import contextlib
import csv
import io
import json
from collections.abc import Iterator

from hypothesis import assume, given
from hypothesis import strategies as st

from lighting.identifiers import LanternId
from lighting.inventory.council_file import read_lanterns
from lighting.inventory.errors import CouncilFileError, MappingError
from lighting.inventory.lantern import Lantern
from lighting.inventory.mapping import FileMapping
from lighting.inventory.mapping_text import parse_mapping, shipped_mapping
from lighting.inventory.rows import Accepted, Rejected

LAMPLIGHTER = shipped_mapping("lamplighter")
CAMBRIDGE = shipped_mapping("cambridge-ma")
LEEDS = shipped_mapping("leeds")
LEEDS_HEADER = ",".join(LEEDS.columns()).encode() + b"\n"

PIECES = st.sampled_from(
    [b'"', b",", b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"430000", b"433000", b"nan", b"1e999"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "geometry", "coordinates", "properties", "PoleID"]), inner
        )
    ),
    max_leaves=12,
)
TEXTS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20).map(
    lambda text: " ".join(text.split())
)
MILLIS = st.integers(1, 60_000).map(lambda value: value / 1000)
LANTERNS = st.builds(
    Lantern,
    lantern_id=st.from_regex(r"[a-z]{1,5}:[A-Z0-9/-]{1,9}", fullmatch=True).map(LanternId),
    latitude_deg=st.floats(-90, 90),
    longitude_deg=st.floats(-180, 180),
    road=TEXTS,
    ward=TEXTS,
    postcode=TEXTS,
    position=TEXTS,
    column=TEXTS,
    lighting_class=TEXTS,
    lamp=TEXTS,
    regime=TEXTS,
    power_w=st.none() | MILLIS,
    height_m=st.none() | MILLIS,
    tags=st.frozensets(st.from_regex(r"[a-z0-9]{1,4}(:[a-z0-9]{1,4})?", fullmatch=True)),
)


def read(data: bytes, mapping: FileMapping) -> Iterator[Accepted | Rejected]:
    with contextlib.suppress(CouncilFileError):
        yield from read_lanterns(io.BytesIO(data), mapping)


def check(data: bytes, mapping: FileMapping) -> None:
    for found in read(data, mapping):
        if isinstance(found, Rejected):
            assert found.problems
            assert all(p.problem and p.cure and p.field for p in found.problems)
            assert "\n".join(str(p) for p in found.problems).encode()


@given(st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=60).map(b"".join))
def test_rubbish_behind_a_good_header_gives_outcomes_and_never_an_exception(data: bytes) -> None:
    check(LEEDS_HEADER + data, LEEDS)


@given(st.binary(max_size=200))
def test_rubbish_from_the_first_byte_gives_outcomes_or_a_refusal(data: bytes) -> None:
    check(data, LEEDS)
    check(data, CAMBRIDGE)


@given(st.lists(JSON, max_size=5))
def test_rubbish_features_give_outcomes_or_a_refusal(features: list[object]) -> None:
    whole = dict.fromkeys(CAMBRIDGE.columns(), "x")
    known = {"type": "Feature", "geometry": None, "properties": whole}
    document = {"type": "FeatureCollection", "features": [known, *features]}
    check(json.dumps(document).encode(), CAMBRIDGE)


@given(st.text(max_size=60))
def test_rubbish_mappings_are_refused(text: str) -> None:
    accepted = None
    with contextlib.suppress(MappingError):
        accepted = parse_mapping(text, name="rubbish")
    assert accepted is None


@given(LANTERNS)
def test_a_lantern_written_in_lamplighters_own_columns_is_read_back_the_same(
    lantern: Lantern,
) -> None:
    assume((lantern.latitude_deg, lantern.longitude_deg) != (0.0, 0.0))
    names = list(LAMPLIGHTER.columns())
    cells = [getattr(lantern, name) for name in names]
    cells[names.index("tags")] = " ".join(sorted(lantern.tags))
    text = io.StringIO()
    csv.writer(text).writerows([names, cells])
    found = read_lanterns(io.BytesIO(text.getvalue().encode()), LAMPLIGHTER)
    assert list(found) == [Accepted(row=2, lantern=lantern)]
