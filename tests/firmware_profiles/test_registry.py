"""The list of firmware profiles."""

import pytest

from firmware_profiles.errors import UnknownProfileError
from firmware_profiles.registry import all_profiles, profile_for


def test_a_profile_is_found_by_its_id() -> None:
    for profile in all_profiles():
        assert profile_for(profile.profile_id) is profile


def test_the_ids_differ() -> None:
    ids = [profile.profile_id for profile in all_profiles()]
    assert len(ids) == len(set(ids))


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownProfileError, match="nas_ul20xx_1_1") as error:
        profile_for("nas_ul20xx_9_9")
    assert error.value.profile_id == "nas_ul20xx_9_9"
