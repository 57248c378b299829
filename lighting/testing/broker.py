"""EmbeddedBroker: an MQTT broker in a process of its own, for demos, benches and tests.

Mosquitto where it is installed, else amqtt, which comes with us (``python -m
lighting.testing.broker``). Both listen on the loopback interface only and keep nothing on disk.

A broker ends with the process that started it, however that ends: amqtt reads the end of its
standard input; Mosquitto has the kernel's promise where ``setpriv`` of util-linux is (Linux). On
other systems a Mosquitto outlives a parent that was killed.
"""

import argparse
import asyncio
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from enum import Enum
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from lighting.errors import TransportError

HOST = "127.0.0.1"
START_S = 20.0
STOP_S = 5.0
POLL_S = 0.05

_MOSQUITTO = """\
{user}max_inflight_messages 0
max_queued_messages 0
set_tcp_nodelay true
persistence false
log_type error
log_type warning
listener {port} {host}
allow_anonymous true
"""


class BrokerKind(Enum):
    """The brokers we can embed."""

    MOSQUITTO = "mosquitto"
    AMQTT = "amqtt"


def mosquitto() -> str | None:
    """Return the path of Mosquitto, or None; Debian puts it where users do not look."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which("mosquitto", path=places)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def _bound_to_parent() -> tuple[str, ...]:
    """Return the words before a command that make the kernel kill it when its parent dies.

    For the kernel the parent is the thread that started it, which is the event loop's here. They
    are tried first: BusyBox has a ``setpriv`` that cannot do it. (A function between fork and
    exec could do it as well, but is unsafe in a process with threads.)
    """
    program = shutil.which("setpriv")
    if program is None:
        return ()
    words = (program, "--pdeathsig", "KILL", "--")
    tried = subprocess.run([*words, "true"], check=False, capture_output=True)
    return words if tried.returncode == 0 else ()


class EmbeddedBroker:
    """A broker as an async context; ``kill`` and ``start`` stage an outage on the same port.

    ``username`` is not checked, but amqtt forgets the sessions of clients without one.
    """

    host = HOST
    username = "lamplighter"

    def __init__(self, kind: BrokerKind | None = None, *, port: int | None = None) -> None:
        self.kind = kind or (BrokerKind.MOSQUITTO if mosquitto() else BrokerKind.AMQTT)
        self.port = port or free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def speaks_v5(self) -> bool:
        """Whether it takes MQTT 5 (else 3.1.1 only)."""
        return self.kind is BrokerKind.MOSQUITTO

    async def __aenter__(self) -> Self:
        """Start, and return when it takes connections.

        Raises:
            TransportError: it does not start; the text holds its last words.
        """
        # Deleted in __aexit__: the broker's configuration and log live as long as the broker.
        self._folder = tempfile.TemporaryDirectory(prefix="lamplighter-broker-")
        try:
            await self.start()
        except BaseException:
            await self.stop()
            self._folder.cleanup()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop and clean up."""
        await self.stop()
        if self._folder is not None:
            self._folder.cleanup()

    async def start(self) -> None:
        """Start the process and wait until it listens.

        Raises:
            TransportError: it ended or did not listen in time.
        """
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(), stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log
            )
        try:
            async with asyncio.timeout(START_S):
                while not await self._listens():
                    if self._process.returncode is not None:
                        raise TransportError(
                            f"{self.kind.value} ended at once: {self._last_words()}"
                        )
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            await self.kill()
            raise TransportError(
                f"{self.kind.value} does not listen after {START_S:g} s: {self._last_words()}"
            ) from None

    async def stop(self) -> None:
        """Ask the process to end; kill it if it does not."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def _home(self) -> Path:
        if self._folder is None:
            raise TransportError("enter the broker's context before you start it")
        return Path(self._folder.name)

    @property
    def _log(self) -> Path:
        return self._home / "log.txt"

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-500:].strip()

    def _command(self) -> tuple[str, ...]:
        program = mosquitto()
        if self.kind is BrokerKind.AMQTT:
            return (sys.executable, "-m", "lighting.testing.broker", "--port", str(self.port))
        if program is None:
            raise TransportError("Mosquitto is not installed (Debian: apt-get install mosquitto)")
        user = "user root\n" if os.geteuid() == 0 else ""
        config = self._home / "mosquitto.conf"
        config.write_text(_MOSQUITTO.format(user=user, port=self.port, host=HOST))
        return (*_bound_to_parent(), program, "-c", str(config))

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


async def _serve_amqtt(port: int) -> None:
    """Run amqtt until standard input ends: when our parent dies, so do we."""
    from amqtt.broker import Broker  # noqa: PLC0415 - slow to import, needed in this process only

    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            },
        }
    )
    await broker.start()
    await asyncio.to_thread(sys.stdin.buffer.read)
    await broker.shutdown()


def main() -> None:
    """Run amqtt on the loopback interface."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(_serve_amqtt(parser.parse_args().port))


if __name__ == "__main__":
    main()
