"""A broker that runs: Mosquitto where it is installed, else amqtt."""

from collections.abc import AsyncIterator

import pytest

from lighting.testing.broker import EmbeddedBroker


@pytest.fixture
async def broker() -> AsyncIterator[EmbeddedBroker]:
    """Return a running broker."""
    async with EmbeddedBroker() as running:
        yield running
