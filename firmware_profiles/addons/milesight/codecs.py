"""Every Milesight codec, as one list."""

from typing import Final

from firmware_profiles.addons.milesight.climate import CODECS as CLIMATE
from firmware_profiles.addons.milesight.people import CODECS as PEOPLE

CODECS: Final = (*CLIMATE, *PEOPLE)
