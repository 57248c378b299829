"""The data register as it is asked and told."""

from datetime import timedelta

from api.schemas.base import Asked, Instant, Text, Told
from lighting.operations.indicators import Indicators
from lighting.sensing.register import Deletion, StreamChange
from lighting.sensing.stream import Stream, what_is_missing

_MINUTE = timedelta(minutes=1)


class SwitchAsked(Asked, kw_only=True):
    """Who switches a stream, and why; both are kept."""

    by: Text
    why: Text


class StreamTold(Told, kw_only=True):
    """A row of the register; ``missing`` is what keeps it from being switched on."""

    stream_id: str
    title: str
    use: str
    purpose: str
    lawful_basis: str | None
    owner: str
    stored_where: str
    visible_to: tuple[str, ...]
    retention_days: int | None
    open_data: bool | None
    dpia: str | None
    people: bool
    interval_min: int
    on: bool
    missing: tuple[str, ...]


class StreamsTold(Told, kw_only=True):
    """Rows of the register, by id."""

    streams: tuple[StreamTold, ...]


class ChangeTold(Told, kw_only=True):
    """What was done to a row (put, on, off), when, by whom and why."""

    act: str
    at: Instant
    by: str
    why: str


class StreamShown(Told, kw_only=True):
    """A row and all that was done to it, earliest first."""

    stream: StreamTold
    changes: tuple[ChangeTold, ...]


class DeletionTold(Told, kw_only=True):
    """A deletion that retention made: ``samples`` measured from ``first`` to ``last``."""

    stream_id: str
    first: Instant
    last: Instant
    samples: int
    at: Instant
    why: str


class DeletionsTold(Told, kw_only=True):
    """Deletions, the latest first; ``more`` if there are more than were asked for."""

    deletions: tuple[DeletionTold, ...]
    more: bool


class AlertFiguresTold(Told, kw_only=True):
    """Alerts raised since a time, and on how many of them somebody acted."""

    since: Instant
    raised: int
    acted_on: int


class IndicatorsTold(Told, kw_only=True):
    """Devices by use (empty: of no stream), those heard within a day, datasets, alerts.

    ``uptime`` is the part of add-ons that were heard within a day.
    """

    at: Instant
    deployed: dict[str, int]
    heard: dict[str, int]
    uptime: float | None
    datasets: int
    datasets_on: int
    datasets_open: int
    messages_withheld: int
    alerts: AlertFiguresTold | None


def stream_told(stream: Stream) -> StreamTold:
    """Return a row as it is told."""
    return StreamTold(
        stream_id=stream.stream_id,
        title=stream.title,
        use=stream.use.value,
        purpose=stream.purpose,
        lawful_basis=stream.lawful_basis and stream.lawful_basis.value,
        owner=stream.owner,
        stored_where=stream.stored_where,
        visible_to=stream.visible_to,
        retention_days=None if stream.retention is None else stream.retention.days,
        open_data=stream.open_data,
        dpia=stream.dpia and stream.dpia.value,
        people=stream.people,
        interval_min=stream.interval // _MINUTE,
        on=stream.on,
        missing=tuple(what_is_missing(stream)),
    )


def change_told(change: StreamChange) -> ChangeTold:
    """Return a change of a row as it is told."""
    return ChangeTold(act=change.act.value, at=change.at, by=change.by, why=change.why)


def deletion_told(deletion: Deletion) -> DeletionTold:
    """Return a deletion as it is told."""
    return DeletionTold(
        stream_id=deletion.stream_id,
        first=deletion.first,
        last=deletion.last,
        samples=deletion.samples,
        at=deletion.at,
        why=deletion.why,
    )


def indicators_told(found: Indicators) -> IndicatorsTold:
    """Return the figures as they are told."""
    alerts = None
    if found.alerts is not None and found.alerts_since is not None:
        alerts = AlertFiguresTold(
            since=found.alerts_since, raised=found.alerts.raised, acted_on=found.alerts.acted_on
        )
    return IndicatorsTold(
        at=found.at,
        deployed=dict(found.deployed),
        heard=dict(found.heard),
        uptime=found.uptime,
        datasets=found.datasets,
        datasets_on=found.datasets_on,
        datasets_open=found.datasets_open,
        messages_withheld=found.withheld,
        alerts=alerts,
    )
