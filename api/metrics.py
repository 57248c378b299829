"""Prometheus metrics: what is asked of the stores at each scrape, then put into words.

Nothing is counted here and no registry outlives its scrape: two apps in one process, or two
processes on one database, cannot mix their figures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lighting.downlink.lifecycle import State
from lighting.errors import StoreError
from lighting.identifiers import GatewayId
from lighting.operations.controller import Controller
from lighting.operations.records import Evidence
from lighting.operations.status import Health, health


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one scrape tells. Without a database there is nothing of evidence and orders."""

    health: Health
    oldest_waiting_age_s: float | None
    airtime_used: Mapping[GatewayId, float]
    messages: Mapping[str, int]
    add_on_messages: Mapping[str, int]
    evidence: Mapping[Evidence, int] = field(default_factory=dict)
    orders: Mapping[State, int] = field(default_factory=dict)


async def scrape(controller: Controller) -> bytes:
    """Return the metrics in Prometheus' text format; a database that is away is one of them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(await _figures(controller)))
    return generate_latest(registry)


async def _figures(controller: Controller) -> Figures:
    stores = controller.office.stores
    at = controller.office.clock.now()
    found = await health(controller)
    evidence: Mapping[Evidence, int] = {}
    orders: Mapping[State, int] = {}
    if not found.database:
        try:
            evidence = await stores.nodes.evidence_counts()
            orders = await stores.book.counts()
        except StoreError:
            evidence, orders = {}, {}  # it went away this moment; the next scrape says so
    oldest = found.oldest_waiting_at
    return Figures(
        health=found,
        oldest_waiting_age_s=None if oldest is None else (at - oldest).total_seconds(),
        airtime_used=controller.dispatcher.ledger.usage(at),
        messages=dict(controller.recorder.heard.kinds),
        add_on_messages=dict(controller.office.sensing.measurements.counts),
        evidence=evidence,
        orders=orders,
    )


class _Told(Collector):
    """Figures as metric families."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every family, also those without a sample: a name must not come and go."""
        yield from self._of_health()
        figures = self._figures
        yield _gauges(
            "lamplighter_nodes",
            "Fitted nodes by the evidence that they follow their program.",
            ("evidence", {level.words: count for level, count in figures.evidence.items()}),
        )
        yield _gauges(
            "lamplighter_orders",
            "Orders in the book by state.",
            ("state", {state.value: count for state, count in figures.orders.items()}),
        )
        yield _gauges(
            "lamplighter_gateway_airtime_used_ratio",
            "Part of a gateway's air time budget used in the sliding window.",
            ("gateway_id", {str(key): used for key, used in figures.airtime_used.items()}),
        )
        yield _counters(
            "lamplighter_messages",
            "Messages from the network server by kind, since this process began.",
            ("kind", figures.messages),
        )
        yield _counters(
            "lamplighter_add_on_messages",
            "Add-ons' messages by what became of them, since this process began.",
            ("outcome", figures.add_on_messages),
        )

    def _of_health(self) -> Iterator[Metric]:
        found = self._figures.health
        yield GaugeMetricFamily(
            "lamplighter_database_up", "1 when the database answers.", int(not found.database)
        )
        yield GaugeMetricFamily(
            "lamplighter_broker_connected",
            "1 when the message broker is there.",
            int(found.broker_connected),
        )
        yield CounterMetricFamily(
            "lamplighter_broker_reconnects",
            "How often the connection to the broker was made again.",
            found.broker_reconnects,
        )
        yield GaugeMetricFamily(
            "lamplighter_oldest_waiting_order_age_seconds",
            "How long the oldest waiting order has waited; 0 when none waits.",
            self._figures.oldest_waiting_age_s or 0.0,
        )


def _counters(
    name: str, documentation: str, samples: tuple[str, Mapping[str, int]]
) -> CounterMetricFamily:
    label, values = samples
    family = CounterMetricFamily(name, documentation, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family


def _gauges(
    name: str, documentation: str, samples: tuple[str, Mapping[str, float]]
) -> GaugeMetricFamily:
    label, values = samples
    family = GaugeMetricFamily(name, documentation, labels=[label])
    for value, figure in sorted(values.items()):
        family.add_metric([value], figure)
    return family
