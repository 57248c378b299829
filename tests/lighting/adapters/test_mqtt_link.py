"""The link to a broker, on real brokers: amqtt comes with us, Mosquitto is used where it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion, TlsFiles
from lighting.clock import SystemClock
from lighting.downlink.transport import Incoming
from lighting.errors import TransportError
from lighting.testing.broker import BrokerKind, EmbeddedBroker, free_port, mosquitto

pytestmark = [pytest.mark.external, pytest.mark.enable_socket]

KINDS = [BrokerKind.AMQTT, BrokerKind.MOSQUITTO] if mosquitto() else [BrokerKind.AMQTT]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.value)
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(request.param) as running:
        yield running


@pytest.fixture
async def strict_broker() -> AsyncIterator[EmbeddedBroker]:
    """Mosquitto: amqtt 0.12 drops what was not acknowledged and has no shared subscriptions."""
    if mosquitto() is None:
        cure = "apt-get install mosquitto"
        pytest.skip(f"no Mosquitto: {cure}")  # allowed: not everyone has it; CI forbids it
    async with EmbeddedBroker(BrokerKind.MOSQUITTO) as running:
        yield running


def settings(broker: EmbeddedBroker, client_id: str, *topics: str, **other: object) -> MqttSettings:
    values = {
        "port": broker.port,
        "version": MqttVersion.V5 if broker.speaks_v5 else MqttVersion.V311,
        "username": broker.username,
        "client_id": client_id,
        "subscriptions": topics,
        "back_off_first_s": 0.05,
        "back_off_max_s": 0.2,
        **other,
    }
    return MqttSettings(**values)  # type: ignore[arg-type]  # the caller's keywords


def link(wanted: MqttSettings) -> MqttLink:
    return MqttLink(wanted, clock=SystemClock(), rng=Random(1))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what we wait for has no event
            await asyncio.sleep(0.01)


async def take(source: MqttLink, count: int, *, done: bool = True) -> list[Incoming]:
    got: list[Incoming] = []
    async with asyncio.timeout(20):
        async for batch in source.messages():
            got += batch.messages
            if done:
                await batch.done()
            if len(got) >= count:
                break
    return got


async def test_what_is_published_arrives_in_order(broker: EmbeddedBroker) -> None:
    sent = [(f"t/{number}", b"%d" % number) for number in range(300)]
    async with link(settings(broker, "a", "t/#")) as ear, link(settings(broker, "b")) as mouth:
        await ear.wait_until_connected()
        await mouth.wait_until_connected()
        await mouth.publish(sent)
        got = await take(ear, 300)
    assert [(m.topic, m.payload) for m in got] == sent


async def test_batches_are_no_larger_than_asked(broker: EmbeddedBroker) -> None:
    async with link(settings(broker, "a", "t", batch_max=7)) as both:
        await both.wait_until_connected()
        await both.publish([("t", b"%d" % number) for number in range(30)])
        sizes: list[int] = []
        async for batch in both.messages():
            sizes.append(len(batch.messages))
            await batch.done()
            if sum(sizes) == 30:
                break
    assert max(sizes) <= 7


async def test_a_full_queue_holds_back_the_broker_and_loses_nothing(broker: EmbeddedBroker) -> None:
    async with (
        link(settings(broker, "a", "t", queue_max=10, batch_max=5)) as ear,
        link(settings(broker, "b")) as mouth,
    ):
        await ear.wait_until_connected()
        await mouth.wait_until_connected()
        await mouth.publish([("t", b"%d" % number) for number in range(200)])
        await asyncio.sleep(0.2)
        got = await take(ear, 200)
    assert [int(m.payload) for m in got] == list(range(200))


async def test_what_was_not_done_comes_again(strict_broker: EmbeddedBroker) -> None:
    async with (
        link(settings(strict_broker, "a", "t")) as ear,
        link(settings(strict_broker, "b")) as mouth,
    ):
        await ear.wait_until_connected()
        await mouth.wait_until_connected()
        await mouth.publish([("t", b"recorded")])
        await take(ear, 1)
        await mouth.publish([("t", b"lost in a crash")])
        await take(ear, 1, done=False)
    async with link(settings(strict_broker, "a", "t")) as ear:
        again = await take(ear, 1)
    assert [m.payload for m in again] == [b"lost in a crash"]


async def test_what_is_sent_while_we_are_away_waits(strict_broker: EmbeddedBroker) -> None:
    async with link(settings(strict_broker, "a", "t")) as ear:
        await ear.wait_until_connected()
    async with link(settings(strict_broker, "b")) as mouth:
        await mouth.wait_until_connected()
        await mouth.publish([("t", b"while away")])
    async with link(settings(strict_broker, "a", "t")) as ear:
        assert [m.payload for m in await take(ear, 1)] == [b"while away"]


async def test_a_shared_group_gets_each_message_once(strict_broker: EmbeddedBroker) -> None:
    got: list[bytes] = []

    async def listen(ear: MqttLink) -> None:
        async for batch in ear.messages():
            got.extend(message.payload for message in batch.messages)
            await batch.done()

    shared = {"shared_group": "workers"}
    async with (
        link(settings(strict_broker, "a", "t", **shared)) as one,
        link(settings(strict_broker, "b", "t", **shared)) as two,
    ):
        await one.wait_until_connected()
        await two.wait_until_connected()
        ears = [asyncio.create_task(listen(ear)) for ear in (one, two)]
        await one.publish([("t", b"%d" % number) for number in range(20)])
        await until(lambda: len(got) == 20)
        await asyncio.sleep(0.1)
        for ear in ears:
            ear.cancel()
        await asyncio.gather(*ears, return_exceptions=True)
    assert sorted(int(payload) for payload in got) == list(range(20))


async def test_a_broker_that_is_down_at_the_start_is_found_when_it_comes() -> None:
    broker = EmbeddedBroker()
    async with link(settings(broker, "a")) as early:
        await asyncio.sleep(0.2)
        assert not early.state.connected
        assert "refused" in early.state.problem
        with pytest.raises(TransportError, match="refused"):
            await early.publish([("t", b"")])
        async with broker:
            async with asyncio.timeout(10):
                await early.wait_until_connected()
            assert (early.state.connected, early.state.reconnects) == (True, 0)
            await early.publish([("t", b"")])


async def test_a_broker_that_dies_and_comes_back_is_found_again(broker: EmbeddedBroker) -> None:
    async with link(settings(broker, "a", "t")) as both:
        await both.wait_until_connected()
        changed = both.state.last_change
        await broker.kill()
        await until(lambda: not both.state.connected)
        with pytest.raises(TransportError):
            await both.publish([("t", b"")])
        await broker.start()
        await until(lambda: both.state.connected)
        assert both.state.reconnects == 1
        assert both.state.last_change > changed
        await both.publish([("t", b"again")])
        assert (await take(both, 1))[-1].payload == b"again"


async def test_a_message_that_cannot_be_published_is_refused(broker: EmbeddedBroker) -> None:
    async with link(settings(broker, "a")) as both:
        await both.wait_until_connected()
        with pytest.raises(TransportError, match="cannot publish"):
            await both.publish([("t/#", b"")])
        await both.publish([("t", b"")])


async def test_a_broker_that_does_not_speak_mqtt_5_is_suspected_of_it() -> None:
    async with (
        EmbeddedBroker(BrokerKind.AMQTT) as broker,
        link(settings(broker, "a", version=MqttVersion.V5, timeout_s=0.3)) as both,
    ):
        await until(lambda: "does it speak MQTT 5" in both.state.problem)
        assert not both.state.connected


async def test_the_waits_between_tries_double_up_to_a_limit() -> None:
    waits: list[float] = []

    async def sleep(delay_s: float) -> None:
        waits.append(delay_s)
        await asyncio.sleep(0 if len(waits) < 6 else 3600)

    class Longest(Random):
        def random(self) -> float:
            return 1.0

    wanted = MqttSettings(port=free_port(), back_off_first_s=2.0)
    async with MqttLink(wanted, clock=SystemClock(), sleep=sleep, rng=Longest()):
        await until(lambda: len(waits) == 6)
    # Ten seconds are the longest that an emergency should wait for a broker that is back.
    assert waits == [2.0, 4.0, 8.0, 10.0, 10.0, 10.0]


async def test_a_broker_that_takes_the_connection_and_says_nothing_is_left_again() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, link(MqttSettings(port=port, timeout_s=0.2)) as both:
        await until(lambda: "timed out" in both.state.problem)


async def test_a_broker_that_hangs_up_is_left_at_once() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, link(MqttSettings(port=port, timeout_s=60)) as both:
        await until(lambda: "hung up" in both.state.problem)


async def test_messages_end_when_the_link_is_left(broker: EmbeddedBroker) -> None:
    async with link(settings(broker, "a", "t")) as both:
        await both.wait_until_connected()
        listening = asyncio.create_task(take(both, 1))
        await asyncio.sleep(0.05)
    assert await listening == []


async def test_tls_files_that_are_not_there_are_named() -> None:
    files = TlsFiles(ca=Path("no-such-ca.pem"))
    with pytest.raises(TransportError, match=r"no-such-ca\.pem"):
        async with link(MqttSettings(tls=files)):
            pass


def test_a_password_does_not_show() -> None:
    assert "secret" not in repr(MqttSettings(username="u", password="secret"))  # noqa: S106 - a test's
