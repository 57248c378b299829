"""NetworkSettings and Gateway: how an emulated network behaves, and where it stands."""

from dataclasses import dataclass
from typing import NamedTuple

from lighting.identifiers import GatewayId


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """How the emulated network behaves. ``*_share`` are probabilities, 0 to 1."""

    spreading: int = 12
    devices_a_second: int = 100
    class_c_lock_s: float = 5.0
    downlink_loss_share: float = 0.0
    uplink_loss_share: float = 0.0
    refusal_share: float = 0.0
    tx_ack_loss_share: float = 0.0
    """A frame whose tx ack is lost is on the air; the server does not know, and sends it again."""
    duplicate_share: float = 0.0
    disorder_share: float = 0.0
    disorder_s: float = 5.0
    enforce_duty_cycle: bool = False
    start_spread_s: float = 60.0
    answer_s: tuple[float, float] = (0.5, 2.5)


class Gateway(NamedTuple):
    """A gateway and where it stands [degrees]."""

    gateway_id: GatewayId
    latitude_deg: float
    longitude_deg: float
