"""Listen on the API's port, before anything is started that would have to be ended again."""

import errno
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from lighting.errors import RefusedError

Listeners = Sequence[socket.socket]

_CURES = {
    errno.EADDRINUSE: "another program has this port; end it, or take another port with --port",
    errno.EACCES: "we may not use this port; take one of 1024 or more with --port",
    errno.EADDRNOTAVAIL: "this machine has no such address; set LAMPLIGHTER_API_HOST to one of its"
    " own, such as 127.0.0.1",
}

_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""A machine without IPv6 may still know an IPv6 address of ``localhost``."""


@contextmanager
def listening(host: str, port: int) -> Iterator[Listeners]:
    """Listen on all addresses of ``host``; connections wait until ``serve_api`` takes them.

    uvicorn would listen by itself, but where it cannot, it ends the whole program.

    Raises:
        RefusedError: it cannot be listened on; says why and what to do.
    """
    with ExitStack() as stack:
        try:
            opened = _opened(host, port, stack)
        except (OSError, UnicodeError) as exc:  # UnicodeError: no host is named so
            raise _refused(host, port, exc) from exc
        yield opened


def _opened(host: str, port: int, stack: ExitStack) -> list[socket.socket]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    opened: list[socket.socket] = []
    missing: OSError | None = None
    for family, address in dict.fromkeys((each[0], each[4]) for each in found):
        try:
            listener = socket.create_server(address, family=family)
        except OSError as exc:
            if exc.errno not in _NOT_HERE:
                raise
            missing = exc
        else:
            opened.append(stack.enter_context(listener))
    if missing is not None and not opened:
        raise missing
    return opened


def _refused(host: str, port: int, exc: OSError | UnicodeError) -> RefusedError:
    where = f"the API cannot listen on {host} port {port}"
    if isinstance(exc, socket.gaierror | UnicodeError):
        return RefusedError(
            f"{where}: the host is not known; set LAMPLIGHTER_API_HOST to an address of this"
            " machine, such as 127.0.0.1"
        )
    why = os.strerror(exc.errno) if exc.errno else str(exc)
    return RefusedError(f"{where}: {_CURES.get(exc.errno or 0, why)}")
