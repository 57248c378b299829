"""Where the API listens, and what is said where it cannot."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest

from api.listening import listening
from api.server import serve_api
from lighting.errors import RefusedError
from lighting.operations.controller import Controller
from lighting.testing.broker import free_port

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]


def _has(host: str) -> bool:
    """Tell whether this machine has an address; many containers have no IPv6."""
    try:
        socket.create_server((host, 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


HOSTS = ["127.0.0.1", "localhost", *(["::1"] if _has("::1") else [])]


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("host", HOSTS)
async def test_the_api_answers_on_every_address_of_its_host(
    controller: Controller, host: str
) -> None:
    port = free_port()
    with listening(host, port) as listeners:
        serving = asyncio.create_task(serve_api(controller, host, listeners))
        for listener in listeners:
            address = listener.getsockname()[0]
            url = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"{url}/api/v1/health")
            assert answer.status_code == 200
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert listeners
    assert all(listener.fileno() == -1 for listener in listeners)


def test_a_port_in_use_is_refused_with_the_cure_and_nothing_stays_open(taken: int) -> None:
    says = rf"cannot listen on 127\.0\.0\.1 port {taken}: another program has this port; .*--port"
    with pytest.raises(RefusedError, match=says), listening("127.0.0.1", taken):
        pass


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("192.0.2.1", "this machine has no such address; set LAMPLIGHTER_API_HOST"),  # RFC 5737
        ("leeds..street", "the host is not known; set LAMPLIGHTER_API_HOST"),
        ("x" * 300, "the host is not known; set LAMPLIGHTER_API_HOST"),
    ],
)
def test_a_host_that_is_not_this_machine_is_refused_with_the_cure(host: str, says: str) -> None:
    with pytest.raises(RefusedError, match=says), listening(host, free_port()):
        pass


def test_a_port_is_free_again_afterwards() -> None:
    port = free_port()
    for _ in range(2):
        with listening("127.0.0.1", port) as (listener,):
            assert listener.getsockname() == ("127.0.0.1", port)
