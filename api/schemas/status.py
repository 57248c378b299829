"""Status of the city and health of the system."""

from api.schemas.base import Instant, Told
from api.schemas.overrides import OverrideTold


class StatusTold(Told, kw_only=True):
    """The whole city at one look, as ``lighting.operations.status`` says it."""

    at: Instant
    lanterns: int
    with_node: int
    programs_wanted: int
    programs_proved: int
    evidence: dict[str, int]
    orders: dict[str, int]
    oldest_waiting_at: Instant | None
    overrides: tuple[OverrideTold, ...]


class DatabaseHealth(Told, kw_only=True):
    """Whether the database answers; ``problem`` says why not."""

    well: bool
    problem: str | None


class BrokerHealth(Told, kw_only=True):
    """Whether the broker is there, since when that has been so, and if it is away, why."""

    connected: bool
    since: Instant
    reconnects: int
    problem: str | None


class HealthTold(Told, kw_only=True):
    """Health: ``well`` when database and broker are there."""

    well: bool
    at: Instant
    database: DatabaseHealth
    broker: BrokerHealth
    oldest_waiting_at: Instant | None
    oldest_waiting_age_s: float | None
