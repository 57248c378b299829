"""The routes of ``/api/v1``: one module per matter, listed here."""

from litestar.handlers import HTTPRouteHandler

from api.routes import (
    groups,
    health,
    lanterns,
    metrics,
    overrides,
    policies,
    rollouts,
    rules,
    savings,
    status,
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
    *health.HANDLERS,
    *metrics.HANDLERS,
)
