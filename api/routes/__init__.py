"""The routes of ``/api/v1``: one module per matter, listed here."""

from litestar.handlers import HTTPRouteHandler

from api.routes import (
    add_ons,
    alert_rules,
    alerts,
    faults,
    groups,
    health,
    lanterns,
    measurements,
    metrics,
    ngsi,
    overrides,
    partner,
    policies,
    registration,
    rollouts,
    rules,
    savings,
    sockets,
    status,
    streams,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *lanterns.HANDLERS,
    *groups.HANDLERS,
    *policies.HANDLERS,
    *rules.HANDLERS,
    *rollouts.HANDLERS,
    *overrides.HANDLERS,
    *status.HANDLERS,
    *savings.HANDLERS,
    *registration.HANDLERS,
    *faults.HANDLERS,
    *sockets.HANDLERS,
    *measurements.HANDLERS,
    *add_ons.HANDLERS,
    *ngsi.HANDLERS,
    *streams.HANDLERS,
    *alerts.HANDLERS,
    *alert_rules.HANDLERS,
    *partner.HANDLERS,
    *health.HANDLERS,
    *metrics.HANDLERS,
)
