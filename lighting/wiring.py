"""The composition root: the one place where settings become objects and are connected.

Importing it connects to nothing. ``open_office`` gives what can be done with the database alone;
``open_controller`` adds the way to the nodes.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

from lighting.adapters.admin_files import (
    read_factors,
    read_fault_rules,
    read_lantern_models,
    read_socket_limits,
)
from lighting.adapters.archive.store import ParquetArchive
from lighting.adapters.carbon_intensity import CarbonIntensityApi, open_carbon_intensity
from lighting.adapters.chirpstack import ChirpStack
from lighting.adapters.ckan import CkanAccess, CkanCatalogue, open_ckan
from lighting.adapters.delivery.settings_text import read_alerts_file
from lighting.adapters.device_desk import DeskSettings, open_desk
from lighting.adapters.mqtt_link import MqttLink
from lighting.adapters.mqtt_settings import MqttSettings, MqttVersion, TlsFiles
from lighting.adapters.reports.writer import FileReportWriter
from lighting.adapters.sql.add_ons import SqlAddOnStore
from lighting.adapters.sql.alerts import SqlAlertStore
from lighting.adapters.sql.baselines import SqlBaselineStore
from lighting.adapters.sql.commissioning import SqlCommissioningStore
from lighting.adapters.sql.engine import Database, make_folder, open_database
from lighting.adapters.sql.intensity import SqlIntensityStore
from lighting.adapters.sql.kept_records import SqlKeptRecords
from lighting.adapters.sql.lantern_faults import SqlFaultStore
from lighting.adapters.sql.lanterns import SqlLanternStore
from lighting.adapters.sql.migrate import upgrade
from lighting.adapters.sql.nearby import SqlSurroundings
from lighting.adapters.sql.night_rows import SqlNightReader
from lighting.adapters.sql.nights import SqlNightStore
from lighting.adapters.sql.nodes import SqlNodeStore
from lighting.adapters.sql.old_nights import SqlOldNights
from lighting.adapters.sql.orders import SqlOrderBook
from lighting.adapters.sql.outbox import SqlOutbox
from lighting.adapters.sql.overrides import SqlOverrideStore
from lighting.adapters.sql.partners import SqlPartnerStore
from lighting.adapters.sql.policies import SqlPolicyStore
from lighting.adapters.sql.readings import SqlReadingStore
from lighting.adapters.sql.series import SqlSeriesStore
from lighting.adapters.sql.settlement import SqlEventStore, SqlUnitStore
from lighting.adapters.sql.sockets import SqlSocketStore
from lighting.adapters.sql.streams import SqlStreamStore
from lighting.clock import Clock, SystemClock
from lighting.config import Settings
from lighting.downlink.airtime import Band
from lighting.downlink.dispatcher import Dispatcher, RadioPlan
from lighting.downlink.transport import NetworkTransport
from lighting.errors import RefusedError
from lighting.operations.all_stores import Stores
from lighting.operations.controller import Controller, HouseRules, Office, make_office
from lighting.operations.energy_office import EnergyRules
from lighting.operations.keep_records import KeptFor
from lighting.operations.past_office import PastStores
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.operations.tell_server import ServerDesk


@asynccontextmanager
async def open_office(
    settings: Settings, *, clock: Clock | None = None, desk: ServerDesk | None = None
) -> AsyncIterator[Office]:
    """Open the database, brought to the newest schema, and what works on it alone.

    ``desk`` stands in for the network server's on which the settings say devices are registered.

    Raises:
        StoreError: the database is not there or cannot be brought up to date, or the folder of
            its file cannot be made.
        RefusedError: the database URL is of a kind that we do not speak, or the device server or
            its secrets cannot be used.
    """
    make_folder(settings.database_url)
    await upgrade(settings.database_url)
    database = open_database(settings.database_url)
    try:
        alerts_file = read_alerts_file(settings.alerts_file)
        async with open_desk(desk_settings(settings)) as own_desk:
            office = make_office(
                _sql_stores(database, settings.archive),
                clock or SystemClock(),
                settings.zone,
                desk=desk or own_desk,
                report_writer=FileReportWriter(),
                rules=HouseRules(
                    fault_rules=read_fault_rules(settings.fault_rules),
                    energy=EnergyRules(
                        factors=read_factors(settings.carbon_factors),
                        lantern_models=read_lantern_models(settings.lantern_models),
                        nights_kept=timedelta(days=settings.nights_kept_days),
                    ),
                    socket_limits=read_socket_limits(settings.socket_limits),
                    telling=alerts_file.telling,
                    fault_telling=alerts_file.faults,
                    kept_for=KeptFor(
                        over=timedelta(days=settings.records_kept_days),
                        deliveries=timedelta(days=settings.deliveries_kept_days),
                    ),
                ),
            )
            await office.devices.models.refresh()
            with closing(office.sensing):
                yield office
    finally:
        await database.close()


@asynccontextmanager
async def open_catalogue(settings: Settings) -> AsyncIterator[CkanCatalogue]:
    """Open the catalogue of open data that the settings name.

    Raises:
        RefusedError: they name none, or one that may not have our token.
    """
    if settings.ckan_url is None or settings.ckan_token is None:
        raise RefusedError(
            "no catalogue is set: LAMPLIGHTER_CKAN_URL and LAMPLIGHTER_CKAN_TOKEN say where open"
            " data go"
        )
    access = CkanAccess(
        url=settings.ckan_url,
        token=settings.ckan_token.get_secret_value(),
        organisation=settings.ckan_organisation or "",
    )
    async with open_ckan(access) as catalogue:
        yield catalogue


def _sql_stores(database: Database, archive: Path | None) -> Stores:
    return Stores(
        database=database,
        lanterns=SqlLanternStore(database),
        policies=SqlPolicyStore(database),
        nodes=SqlNodeStore(database),
        readings=SqlReadingStore(database),
        overrides=SqlOverrideStore(database),
        nights=SqlNightStore(database),
        past=PastStores(
            nights=SqlOldNights(database),
            archive=None if archive is None else ParquetArchive(archive),
        ),
        book=SqlOrderBook(database),
        faults=SqlFaultStore(database),
        night_rows=SqlNightReader(database),
        sockets=SqlSocketStore(database),
        streams=SqlStreamStore(database),
        add_ons=SqlAddOnStore(database),
        series=SqlSeriesStore(database),
        alerts=SqlAlertStore(database),
        outbox=SqlOutbox(database),
        commissionings=SqlCommissioningStore(database),
        surroundings=SqlSurroundings(database),
        partners=SqlPartnerStore(database),
        records=SqlKeptRecords(database),
        intensity=SqlIntensityStore(database),
        baselines=SqlBaselineStore(database),
        units=SqlUnitStore(database),
        events=SqlEventStore(database),
    )


@asynccontextmanager
async def open_controller(
    settings: Settings, *, clock: Clock | None = None, desk: ServerDesk | None = None
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
    async with open_office(settings, clock=clock, desk=desk) as office:
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
                recorder=UplinkRecorder(office.stores.nodes, dialect, office.sensing.measurements),
            )


def open_intensity_api(
    settings: Settings, clock: Clock
) -> AbstractAsyncContextManager[CarbonIntensityApi]:
    """Open a client of the carbon intensity service; it is the first question that connects."""
    return open_carbon_intensity(settings.carbon_intensity_url, clock)


def desk_settings(settings: Settings) -> DeskSettings:
    """Return where devices are registered, and under which secrets their keys are kept."""
    token, secret = settings.device_server_token, settings.secret_key
    return DeskSettings(
        plan=settings.device_server,
        token=None if token is None else token.get_secret_value(),
        secret_key=None if secret is None else secret.get_secret_value(),
        secret_key_file=settings.secret_key_file,
        keep_keys=settings.keep_root_keys,
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
