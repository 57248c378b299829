"""Every codec says what its vendor's published examples say; the values are in the vectors.toml."""

import pytest

from firmware_profiles.codecs import all_codecs, codec_for
from firmware_profiles.quantities import quantity_for
from tests.firmware_profiles.addons.vectors import ADDONS, PUBLISHED, VECTORS, Vector


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_vector_means_what_its_source_says(vector: Vector) -> None:
    found = codec_for(vector.codec_id).decode(vector.port, vector.payload)
    told = [(each.quantity, each.channel, each.at) for each in found]
    assert told == [(each.quantity, each.channel, each.at) for each in vector.measurements]
    assert [each.value for each in found] == pytest.approx(
        [each.value for each in vector.measurements], abs=1e-9
    )


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_vector_is_of_known_quantities_and_possible_values(vector: Vector) -> None:
    for each in vector.measurements:
        assert quantity_for(each.quantity).is_possible(each.value)


@pytest.mark.parametrize("codec_id", [codec.codec_id for codec in all_codecs()])
def test_every_codec_has_a_published_vector(codec_id: str) -> None:
    assert any(vector.codec_id == codec_id and vector.measurements for vector in PUBLISHED)


def test_every_line_has_its_vectors_beside_it() -> None:
    folders = [path for path in ADDONS.iterdir() if (path / "__init__.py").is_file()]
    assert folders
    assert [path.name for path in folders if not (path / "vectors.toml").is_file()] == []


def test_every_vector_names_its_source() -> None:
    assert all(vector.source.startswith("[") for vector in VECTORS)


def test_a_codec_id_is_used_once() -> None:
    ids = [codec.codec_id for codec in all_codecs()]
    assert len(ids) == len(set(ids))
