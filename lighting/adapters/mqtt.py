"""Connection: one connection to an MQTT broker; the only module that knows aiomqtt and paho.

aiomqtt hides three things of paho that we need, so ``Connection`` reaches its paho client (the
attribute ``_client``; the contract tests notice if that changes):

* acknowledging by hand, so that a message is the broker's until it is in our database;
* one wait for many publishes, which fails at once when the connection does;
* pausing, so that a full queue holds back the broker instead of losing messages.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from ssl import SSLContext, SSLSocket
from typing import Any

import aiomqtt
from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from lighting.adapters.mqtt_settings import RECEIVE_MAXIMUM_LIMIT, MqttSettings, MqttVersion
from lighting.errors import TransportError

CLOSE_S = 1.0
"""How long to wait for a socket to close."""

_REFUSAL = 0x80
"""From this value on an MQTT reason code is a refusal."""

Take = Callable[["Connection", str, bytes, int], None]
"""Gets each message: connection, topic, payload, and the packet id to acknowledge (0: none)."""


class _Waiter:
    """Counts the acknowledgements that one call of ``publish`` still waits for."""

    def __init__(self) -> None:
        self.left = 0
        self.result: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, problem: str | None = None) -> None:
        if self.result.done():
            return
        if problem is None:
            self.result.set_result(None)
        else:
            self.result.set_exception(TransportError(problem))


class Connection(aiomqtt.Client):
    """One connection, opened once and closed once; its owner makes a new one after a failure."""

    def __init__(self, settings: MqttSettings, tls: SSLContext | None, take: Take) -> None:
        super().__init__(
            settings.host,
            settings.port,
            identifier=settings.client_id,
            username=settings.username,
            password=settings.password,
            tls_context=tls,
            timeout=settings.timeout_s,
            keepalive=settings.keepalive_s,
            max_inflight_messages=settings.in_flight_max,
            **_session(settings),
        )
        self._qos = settings.qos
        self._take = take
        self._waiters: dict[int, _Waiter] = {}
        self._closed = asyncio.Event()
        self._paused = False
        self._opening = True
        self._hint = f"; does it speak MQTT {settings.version.value}, with these TLS settings?"
        self._client.manual_ack_set(on=True)
        self._client.on_message = self._message
        self._client.on_publish = self._published

    async def open(self, filters: Sequence[str]) -> None:
        """Connect and subscribe.

        Raises:
            TransportError: no broker there, or it refuses us or a filter, or does not answer.
        """
        # The thread that connects cannot be stopped: when cancelled, wait for it.
        entering = asyncio.create_task(self.__aenter__())
        try:
            await asyncio.shield(entering)
            self._opening = False
            for topic in filters:
                codes = await self.subscribe(topic, qos=self._qos)
                values = [c.value if isinstance(c, ReasonCode) else c for c in codes]
                if any(value >= _REFUSAL for value in values):
                    raise TransportError(f"the broker refuses the subscription {topic}: {values}")
        except asyncio.CancelledError:
            with suppress(aiomqtt.MqttError):
                await entering
            raise
        except (aiomqtt.MqttError, ValueError) as exc:  # ValueError: a filter that cannot be one
            silent = self._opening and self._client.socket() is not None
            raise TransportError(str(exc) + (self._hint if silent else "")) from exc
        finally:
            self._opening = False

    async def close(self) -> None:
        """Disconnect if connected, and wait until the socket is gone."""
        for waiter in set(self._waiters.values()):
            waiter.end("the connection was lost")
        if self._client.socket() is None:
            return
        self.resume()
        self._client.disconnect()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._closed.wait()
        await asyncio.sleep(0)  # aiomqtt's housekeeping task ends one step later

    async def lost(self) -> None:
        """Wait until the connection is lost."""
        with suppress(aiomqtt.MqttError):
            async for _ in self.messages:  # none comes this way: ``take`` gets them
                pass

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, payload) pairs; return when the broker has acknowledged all.

        Raises:
            TransportError: the connection is or gets lost, a message cannot be published (a topic
                with wildcards, a payload too long), or the broker refuses one.
        """
        waiter = _Waiter()
        for topic, payload in messages:
            try:
                sent = self._client.publish(topic, payload, self._qos)
            except ValueError as exc:
                raise TransportError(f"cannot publish to {topic!r}: {exc}") from exc
            if sent.rc != MQTT_ERR_SUCCESS:
                raise TransportError(f"could not publish: {aiomqtt.MqttCodeError(sent.rc)}")
            self._waiters[sent.mid] = waiter
            waiter.left += 1
        if waiter.left:
            await waiter.result

    def acknowledge(self, mids: Sequence[int]) -> None:
        """Acknowledge messages; once the connection is lost there is nothing to do."""
        if not self._closed.is_set():
            for mid in mids:
                self._client.ack(mid, 1)

    def pause(self) -> None:
        """Stop reading, so that the broker holds back what it has."""
        sock = self._client.socket()
        if not self._paused and sock is not None:
            self._paused = True
            self._loop.remove_reader(sock)

    def resume(self) -> None:
        """Read again, beginning with what a TLS layer may hold already."""
        sock = self._client.socket()
        if self._paused and sock is not None:
            self._paused = False
            self._loop.add_reader(sock, self._read)
            self._loop.call_soon(self._read)

    def _read(self) -> None:
        more = not self._paused
        while more:
            self._client.loop_read()
            sock = self._client.socket()
            more = isinstance(sock, SSLSocket) and sock.pending() > 0 and not self._paused

    def _message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(a topic that is not UTF-8)"
        self._take(self, topic, bytes(message.payload), message.mid if message.qos else 0)

    def _published(
        self, _client: Client, _userdata: object, mid: int, code: ReasonCode, _properties: object
    ) -> None:
        waiter = self._waiters.pop(mid, None)
        if waiter is None:
            return
        waiter.left -= 1
        if code.is_failure:
            waiter.end(f"the broker refused a message: {code}")
        elif not waiter.left:
            waiter.end()

    def _on_disconnect(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - paho's
        # aiomqtt would wait for its whole time-out if a broker hangs up instead of answering.
        if self._opening and not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError("the broker hung up" + self._hint))
        super()._on_disconnect(*arguments, **named)

    def _on_socket_close(self, client: Client, userdata: Any, sock: Any) -> None:  # noqa: ANN401 - aiomqtt's signature
        super()._on_socket_close(client, userdata, sock)
        self._closed.set()


def _session(settings: MqttSettings) -> dict[str, Any]:
    """Return what makes the broker keep our session while we are away."""
    if settings.version is MqttVersion.V311:
        return {"protocol": aiomqtt.ProtocolVersion.V311, "clean_session": False}
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's lack
    properties.SessionExpiryInterval = settings.session_expiry_s
    properties.ReceiveMaximum = min(settings.queue_max, RECEIVE_MAXIMUM_LIMIT)
    return {
        "protocol": aiomqtt.ProtocolVersion.V5,
        "clean_start": False,
        "properties": properties,
    }
