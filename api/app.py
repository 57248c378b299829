"""build_app: the API over a controller. Nothing is read from settings and nothing is global."""

from collections.abc import Collection

from litestar import Litestar, Router
from litestar.di import Provide

from api.documents import API_VERSION, openapi_config
from api.partner_gate import partner_gate
from api.problems import as_problem
from api.requests import LOOPBACK_HOSTS, StrictRequest, only_from, only_known_parameters
from api.routes import HANDLERS
from api.throttle import Throttle
from lighting.operations.controller import Controller, Office
from lighting.operations.partner_data import PartnerData
from lighting.operations.partner_desk import PartnerDesk

BODY_BYTES_MAX = 4 * 1024 * 1024
"""For bodies that are JSON: 10,000 nodes to fit take about 2 MB."""


def build_app(controller: Controller, *, hosts: Collection[str] = LOOPBACK_HOSTS) -> Litestar:
    """Return the ASGI application.

    ``hosts`` are the host names (without port) under which clients may address it. There is no
    sign-in yet: name others than loopback only where the network keeps strangers out.
    """

    def the_controller() -> Controller:
        return controller

    def the_office() -> Office:
        return controller.office

    def the_partner_desk() -> PartnerDesk:
        return controller.office.partners.desk

    def the_partner_data() -> PartnerData:
        return controller.office.partners.data

    return Litestar(
        route_handlers=[Router(f"/api/v{API_VERSION}", route_handlers=HANDLERS)],
        dependencies={
            "controller": Provide(the_controller, sync_to_thread=False),
            "office": Provide(the_office, sync_to_thread=False),
            "partner_desk": Provide(the_partner_desk, sync_to_thread=False),
            "partner_data": Provide(the_partner_data, sync_to_thread=False),
        },
        exception_handlers={Exception: as_problem},
        guards=[
            only_from(hosts),
            partner_gate(controller.office.partners.desk, Throttle()),
            only_known_parameters,
        ],
        logging_config=None,  # the program around it has set up logging
        openapi_config=openapi_config(),
        request_class=StrictRequest,
        request_max_body_size=BODY_BYTES_MAX,
    )
