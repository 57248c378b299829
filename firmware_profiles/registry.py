"""The firmware profiles that there are, as an explicit list: a new one is a folder and a line."""

from typing import Final

from firmware_profiles.errors import UnknownProfileError
from firmware_profiles.nas_ul20xx_1_1.profile import PROFILE as NAS_UL20XX_1_1
from firmware_profiles.profile import FirmwareProfile

_PROFILES: Final[tuple[FirmwareProfile, ...]] = (NAS_UL20XX_1_1,)
_BY_ID: Final = {profile.profile_id: profile for profile in _PROFILES}


def all_profiles() -> tuple[FirmwareProfile, ...]:
    """Return every firmware profile."""
    return _PROFILES


def profile_for(profile_id: str) -> FirmwareProfile:
    """Return the firmware profile of an id such as ``nas_ul20xx_1_1``.

    Raises:
        UnknownProfileError: there is none.
    """
    try:
        return _BY_ID[profile_id]
    except KeyError as exc:
        raise UnknownProfileError(profile_id, tuple(_BY_ID)) from exc
