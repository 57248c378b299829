"""Makers by the VendorID of TR005 codes, as LoRa Alliance gives them out.

Source: github TheThingsNetwork/lorawan-devices at 012a123, vendor/index.yaml (``vendorID``, in
decimal). Only those whose devices are in our catalogue; a code of another maker is no worse.
"""

from collections.abc import Mapping
from types import MappingProxyType

MAKERS: Mapping[int, str] = MappingProxyType(
    {109: "Decentlab", 315: "Parametric", 601: "Milesight", 676: "Dragino"}
)
