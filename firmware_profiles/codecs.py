"""The add-on codecs that ship, as an explicit list: a new one is a folder and a line.

Each is written here from a published layout and checked by the published vectors beside it.
A device whose vendor publishes a LoRa Alliance TS013 codec can use that instead (``javascript``).
"""

from typing import Final, Protocol

from firmware_profiles.addons.decentlab.codecs import CODECS as DECENTLAB
from firmware_profiles.addons.dragino_ldds75.codec import CODEC as DRAGINO_LDDS75
from firmware_profiles.addons.milesight.codecs import CODECS as MILESIGHT
from firmware_profiles.addons.parametric_pcr2.codec import CODEC as PARAMETRIC_PCR2
from firmware_profiles.addons.pmx_tcr.codec import CODEC as PMX_TCR
from firmware_profiles.addons.uradmonitor_industrial.codec import CODEC as URADMONITOR_INDUSTRIAL
from firmware_profiles.errors import UnknownCodecError
from firmware_profiles.measurement import Measurement


class AddOnCodec(Protocol):
    """One add-on's uplinks as measurements. Stateless; safe to share."""

    @property
    def codec_id(self) -> str:
        """The key: vendor and product line, such as ``decentlab_cws``."""

    @property
    def title(self) -> str:
        """What people call the device."""

    def decode(self, f_port: int, payload: bytes) -> tuple[Measurement, ...]:
        """Return what a device measured, in the units of ``quantities``.

        A message that carries no measurement (who it is, how it is set up) gives none.

        Raises:
            DecodeError: the bytes are not of this device's protocol.
        """


_CODECS: Final[tuple[AddOnCodec, ...]] = (
    *DECENTLAB,
    DRAGINO_LDDS75,
    *MILESIGHT,
    PARAMETRIC_PCR2,
    PMX_TCR,
    URADMONITOR_INDUSTRIAL,
)
_BY_ID: Final = {codec.codec_id: codec for codec in _CODECS}


def all_codecs() -> tuple[AddOnCodec, ...]:
    """Return every add-on codec that ships."""
    return _CODECS


def codec_for(codec_id: str) -> AddOnCodec:
    """Return the add-on codec of an id such as ``decentlab_cws``.

    Raises:
        UnknownCodecError: there is none.
    """
    try:
        return _BY_ID[codec_id]
    except KeyError as exc:
        raise UnknownCodecError(codec_id, tuple(_BY_ID)) from exc
