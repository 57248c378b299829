"""Lantern: one luminaire: where it hangs, what it draws, which class of road it lights."""

from dataclasses import dataclass, field

from lighting.identifiers import DevEui, LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lantern:
    """One luminaire as its owner's inventory describes it. What the inventory lacks is None.

    Positions are WGS 84 degrees; ``power_w`` is circuit watts at full output as the inventory
    states them; ``height_m`` is the mounting height. ``regime`` keeps the owner's own switch
    regime text (``35/18``, ``Continuous``). ``tags`` are words that rules can match.
    """

    lantern_id: LanternId
    latitude_deg: float
    longitude_deg: float
    road: str = ""
    ward: str = ""
    postcode: str = ""
    position: str = ""
    column: str = ""
    lighting_class: str = ""
    lamp: str = ""
    regime: str = ""
    power_w: float | None = None
    height_m: float | None = None
    tags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLink:
    """Which node sits on a lantern: its DevEUI, firmware profile and network-server application."""

    lantern_id: LanternId
    dev_eui: DevEui
    profile_id: str
    application_id: str
