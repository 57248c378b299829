"""detect: find the faults of single lanterns in what their nodes told over one night.

Each kind shows in one or two channels (the node's word, its meter). A lantern shows a kind when a
channel has enough bad reports and not enough good ones since; it is well when every channel that
tells anything of it says so; else nothing is known, and an open fault stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from lighting.faults.by_power import power_channels
from lighting.faults.by_word import word_channels
from lighting.faults.channel import Channel
from lighting.faults.fault import Found
from lighting.faults.judged import judge_meters, judge_statuses
from lighting.faults.kinds import Confidence, FaultKind, severity_of
from lighting.faults.night import NightSeen
from lighting.faults.rows import Flags, Seconds
from lighting.faults.rules import FaultRules
from lighting.identifiers import LanternId

EXPLAINED_BY: Mapping[FaultKind, tuple[FaultKind, ...]] = {
    FaultKind.LAMP: (FaultKind.CYCLING,),
    FaultKind.DIMMING: (FaultKind.DAY_BURNER,),
    FaultKind.POWER: (FaultKind.LAMP, FaultKind.DAY_BURNER, FaultKind.DIMMING),
}
"""A kind is not told of a lantern that has shown one of these that night: they have one cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a night says of one kind, for every lantern."""

    channels: tuple[Channel, ...]
    shown: Flags
    well: Flags
    good_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Faults found in a night, and which lanterns are shown to be well."""

    found: Sequence[Found]
    kinds: Mapping[FaultKind, Kind]
    places: Mapping[LanternId, int] = field(repr=False)

    def well_at(self, kind: FaultKind, lantern_id: LanternId) -> tuple[datetime, str] | None:
        """Return when a lantern was last shown to be well in one respect and what shows it."""
        place = self.places.get(lantern_id)
        if place is None or kind not in self.kinds or not self.kinds[kind].well[place]:
            return None
        told = self.kinds[kind]
        good = sum(int(each.tally.good_after[place]) for each in told.channels)
        return _moment(int(told.good_s[place])), f"{good} good readings since"


def detect(seen: NightSeen, rules: FaultRules) -> Detected:
    """Find the faults of single lanterns in one night; silence is judged by ``silence``."""
    statuses = judge_statuses(seen, rules)
    meters = judge_meters(seen, statuses, rules)
    channels: dict[FaultKind, list[Channel]] = {}
    for channel in (*word_channels(seen, statuses, rules), *power_channels(seen, meters, rules)):
        channels.setdefault(channel.kind, []).append(channel)
    shown = {kind: _any(each.shown() for each in told) for kind, told in channels.items()}
    ever = {kind: _any(each.ever() for each in told) for kind, told in channels.items()}
    kinds = {
        kind: _kind(told, shown[kind], [ever[other] for other in EXPLAINED_BY.get(kind, ())])
        for kind, told in channels.items()
    }
    found = [
        _found(seen, rules, kind, told.channels, int(place))
        for kind, told in kinds.items()
        for place in np.flatnonzero(told.shown)
    ]
    places = {lantern_id: place for place, lantern_id in enumerate(seen.ids)}
    return Detected(found=found, kinds=kinds, places=places)


def _kind(channels: Sequence[Channel], shown: Flags, explained: Sequence[Flags]) -> Kind:
    wells = [each.well() for each in channels]
    silent_or_well = [~each.tally.told() | well for each, well in zip(channels, wells, strict=True)]
    good_s = np.maximum.reduce([each.tally.last_good_s for each in channels])
    return Kind(
        channels=tuple(channels),
        shown=shown & ~_any(explained) if explained else shown,
        well=np.logical_and.reduce(silent_or_well) & _any(wells) & ~shown,
        good_s=good_s,
    )


def _any(flags: Iterable[Flags]) -> Flags:
    return np.asarray(np.logical_or.reduce(list(flags)))


def _found(
    seen: NightSeen, rules: FaultRules, kind: FaultKind, channels: Sequence[Channel], place: int
) -> Found:
    showing = [each for each in channels if each.shown()[place]]
    return Found(
        kind=kind,
        subject=seen.ids[place],
        lanterns=(seen.ids[place],),
        size=1,
        evidence=tuple(each.evidence(place) for each in showing),
        first_seen=_moment(min(int(each.tally.first_s[place]) for each in showing)),
        last_seen=_moment(max(int(each.tally.last_s[place]) for each in showing)),
        confidence=_confidence(kind, showing, place, rules),
        severity=severity_of(kind, sensitive=bool(seen.sensitive[place])),
    )


def _confidence(
    kind: FaultKind, showing: Sequence[Channel], place: int, rules: FaultRules
) -> Confidence:
    if kind is FaultKind.POWER:
        return Confidence.LOW  # the model's figures are unverified
    often = any(int(each.tally.bad[place]) >= rules.sure for each in showing)
    return Confidence.HIGH if often or len(showing) > 1 else Confidence.MEDIUM


def _moment(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
