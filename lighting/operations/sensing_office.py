"""SensingOffice: what concerns add-ons' readings and the data register, built together."""

from dataclasses import dataclass

from lighting.clock import Clock
from lighting.operations.data_register import DataRegister
from lighting.operations.decode_add_ons import AddOnDecoder
from lighting.operations.indicators import IndicatorBoard, StoredAlerts
from lighting.operations.live import Feed
from lighting.operations.readings import Readings
from lighting.operations.record_measurements import MeasurementRecorder
from lighting.operations.stores import NodeStore
from lighting.sensing.add_on import AddOnStore
from lighting.sensing.alerts.store import AlertStore
from lighting.sensing.register import StreamStore
from lighting.sensing.store import MeasurementStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingStores:
    """The database, by what sensing asks of it."""

    add_ons: AddOnStore
    series: MeasurementStore
    streams: StreamStore
    nodes: NodeStore
    alerts: AlertStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SensingOffice:
    """Record, keep, answer and tell what add-ons measure. Close it to end its thread."""

    measurements: MeasurementRecorder
    register: DataRegister
    readings: Readings
    board: IndicatorBoard
    feed: Feed
    decoder: AddOnDecoder

    def close(self) -> None:
        """End the thread that runs codecs."""
        self.decoder.close()


def make_sensing_office(stores: SensingStores, clock: Clock, zone: str) -> SensingOffice:
    """Return a sensing office over a database; its feed is named by the time of its making."""
    feed = Feed(f"{int(clock.now().timestamp() * 1000):x}")
    decoder = AddOnDecoder(stores.add_ons)
    return SensingOffice(
        measurements=MeasurementRecorder(stores.add_ons, stores.series, decoder, feed),
        register=DataRegister(stores.streams, clock),
        readings=Readings(stores.series, stores.streams, zone),
        board=IndicatorBoard(
            add_ons=stores.add_ons,
            streams=stores.streams,
            nodes=stores.nodes,
            alerts=StoredAlerts(stores.alerts, clock),
        ),
        feed=feed,
        decoder=decoder,
    )
