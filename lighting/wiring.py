"""The composition root: the one place where settings become objects and are connected.

Importing it connects to nothing. ``open_office`` gives what can be done with the database alone;
``open_controller`` adds the way to the nodes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lighting.adapters.chirpstack import ChirpStack
from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion, TlsFiles
from lighting.adapters.sql.engine import make_folder, open_database
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.migrate import upgrade
from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.nodes import SqlNodeStore
from lighting.adapters.sql.orders import SqlOrderBook
from lighting.adapters.sql.overrides import SqlOverrideStore
from lighting.adapters.sql.policies import SqlPolicyStore
from lighting.adapters.sql.readings import SqlReadingStore
from lighting.clock import Clock, SystemClock
from lighting.config import Settings
from lighting.downlink.airtime import Band
from lighting.downlink.dispatcher import Dispatcher, RadioPlan
from lighting.downlink.transport import NetworkTransport
from lighting.operations.controller import Controller, Office, Stores, make_office
from lighting.operations.record_uplinks import UplinkRecorder


@asynccontextmanager
async def open_office(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Office]:
    """Open the database, brought to the newest schema, and what works on it alone.

    Raises:
        StoreError: the database is not there or cannot be brought up to date, or the folder of
            its file cannot be made.
        RefusedError: the database URL is of a kind that we do not speak.
    """
    make_folder(settings.database_url)
    await upgrade(settings.database_url)
    database = open_database(settings.database_url)
    try:
        stores = Stores(
            database=database,
            lanterns=SqlLanternStore(database),
            policies=SqlPolicyStore(database),
            nodes=SqlNodeStore(database),
            readings=SqlReadingStore(database),
            overrides=SqlOverrideStore(database),
            nights=SqlNightStore(database),
            book=SqlOrderBook(database),
        )
        yield make_office(stores, clock or SystemClock(), settings.zone)
    finally:
        await database.close()


@asynccontextmanager
async def open_controller(
    settings: Settings, *, clock: Clock | None = None
) -> AsyncIterator[Controller]:
    """Open the database and start connecting to the broker; does not wait for the broker.

    Raises:
        StoreError: as ``open_office``.
        TransportError: the TLS files cannot be used.
    """
    dialect = ChirpStack(
        event_topic=settings.chirpstack_event_topic,
        command_topic=settings.chirpstack_command_topic,
    )
    async with open_office(settings, clock=clock) as office:
        mqtt = mqtt_settings(settings, dialect.subscriptions())
        async with MqttLink(mqtt, clock=office.clock) as link:
            transport = NetworkTransport(link, dialect)
            yield Controller(
                office=office,
                link=link,
                transport=transport,
                dispatcher=Dispatcher(
                    office.stores.book, transport, radio_plan(settings), office.clock
                ),
                recorder=UplinkRecorder(office.stores.nodes, dialect),
            )


def radio_plan(settings: Settings) -> RadioPlan:
    """Return the region's radio limits as settings state them."""
    return RadioPlan(
        spreading=settings.rx2_spreading,
        band=Band(
            frequency_hz=settings.band_frequency_hz,
            duty_cycle=settings.band_duty_cycle,
            window_s=settings.band_window_s,
        ),
        devices_a_second=settings.devices_per_second,
    )


def mqtt_settings(settings: Settings, subscriptions: tuple[str, ...]) -> MqttSettings:
    """Return how to reach the broker."""
    password = settings.mqtt_password
    return MqttSettings(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        version=MqttVersion(settings.mqtt_version),
        client_id=settings.mqtt_client_id,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        tls=(
            TlsFiles(
                ca=settings.mqtt_tls_ca,
                certificate=settings.mqtt_tls_certificate,
                key=settings.mqtt_tls_key,
            )
            if settings.mqtt_tls
            else None
        ),
        subscriptions=subscriptions,
        shared_group=settings.mqtt_shared_group,
    )
