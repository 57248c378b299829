"""silence: who is not heard, and what they have in common.

Told in this order, each lantern once: nearly everybody (the network, or we), nearly all that one
gateway alone hears, a stretch of neighbours that fell silent together, single nodes. A node that
was never heard is not fitted or not commissioned; it has not fallen silent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from lighting.faults.channel import clock
from lighting.faults.fault import LANTERNS_LISTED_MAX, Found
from lighting.faults.kinds import Confidence, FaultKind, severity_of
from lighting.faults.neighbours import clusters, metres, pairs_within
from lighting.faults.rows import Flags, Floats, Places, Seconds
from lighting.faults.rules import FaultRules
from lighting.identifiers import GatewayId, LanternId

NEVER_HEARD_S = np.iinfo(np.int64).min
NO_GATEWAY = -1
_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All lanterns with nodes: where they hang, and when and by whom each was last heard.

    ``gateway`` is a number of ``gateways`` or ``NO_GATEWAY``; ``road`` a number of ``roads``.
    """

    ids: Sequence[LanternId]
    latitude_deg: Floats
    longitude_deg: Floats
    road: Places
    roads: Sequence[str]
    sensitive: Flags
    gateway: Places
    gateways: Sequence[GatewayId]
    last_seen_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What silence was found, who is silent, and which lanterns a group's fault tells for."""

    found: Sequence[Found]
    silent: frozenset[LanternId]
    known: frozenset[LanternId] = field(repr=False)
    covered: Mapping[LanternId, str]
    network: bool


@dataclass(slots=True)
class _Work:
    """One look at a fleet; ``left`` are the silent ones that nothing tells for yet."""

    fleet: Fleet
    rules: FaultRules
    at_s: int
    left: Flags
    covered: dict[LanternId, str] = field(default_factory=dict)


def silence(fleet: Fleet, rules: FaultRules, *, at_s: int) -> Silence:
    """Find who is silent at ``at_s`` [s since 1970], told by what they have in common."""
    heard = fleet.last_seen_s != NEVER_HEARD_S
    silent = heard & (fleet.last_seen_s <= at_s - rules.silent_h * _HOUR_S)
    work = _Work(fleet, rules, at_s, silent.copy())
    network = list(_network(work, heard))
    found = network or [*_gateways(work, heard), *_stretches(work, heard), *_single(work)]
    ids = np.array(fleet.ids, dtype=object)
    return Silence(
        found=found,
        silent=frozenset(ids[silent].tolist()),
        known=frozenset(fleet.ids),
        covered=work.covered,
        network=bool(network),
    )


def _network(work: _Work, heard: Flags) -> Iterator[Found]:
    fleet, rules = work.fleet, work.rules
    newest_s = int(fleet.last_seen_s[heard].max(initial=NEVER_HEARD_S))
    lately = heard & (fleet.last_seen_s > newest_s - rules.network_fresh_d * _DAY_S)
    quiet = lately & work.left
    total, count = int(lately.sum()), int(quiet.sum())
    if total < rules.network_lanterns or count < rules.network_share * total:
        return
    gateways = len(set(fleet.gateway[quiet].tolist()) - {NO_GATEWAY})
    told = (
        f"{count} of {total} nodes that were heard lately are silent; the last word of any came"
        f" {clock(newest_s)}; they were heard by {gateways} gateways: look at the network server,"
        " the broker and the link to them before any lantern"
    )
    members = np.flatnonzero(quiet)
    yield _group(work, FaultKind.NETWORK, "network", members, (told,))


def _gateways(work: _Work, heard: Flags) -> Iterator[Found]:
    fleet, rules = work.fleet, work.rules
    known = heard & (fleet.gateway != NO_GATEWAY)
    count = len(fleet.gateways)
    every = np.bincount(fleet.gateway[known], minlength=count)
    quiet = np.bincount(fleet.gateway[known & work.left], minlength=count)
    out = (every >= rules.gateway_lanterns) & (quiet >= rules.gateway_share * every)
    for number in np.flatnonzero(out).tolist():
        members = np.flatnonzero(known & work.left & (fleet.gateway == number))
        subject = f"gateway {fleet.gateways[number]}"
        told = (
            f"{len(members)} of the {every[number]} nodes that were last heard by this gateway are"
            f" silent; its last uplink came {clock(int(fleet.last_seen_s[members].max()))}"
        )
        yield _group(work, FaultKind.GATEWAY, subject, members, (told,))


def _stretches(work: _Work, heard: Flags) -> Iterator[Found]:
    fleet, rules = work.fleet, work.rules
    here = np.flatnonzero(heard)
    north_m, east_m = metres(fleet.latitude_deg[here], fleet.longitude_deg[here])
    quiet = work.left[here]
    close = _pairs_of_quiet(north_m, east_m, quiet, rules.feeder_m)
    apart_s = np.abs(np.diff(fleet.last_seen_s[here][close], axis=1))[:, 0]
    linked = quiet[close].all(axis=1) & (apart_s <= rules.together_min * 60)
    label = clusters(len(here), close[linked])
    # Half as far, so that of the lanterns beyond its ends only the nearest count against it.
    apart_m = np.hypot(np.diff(north_m[close]), np.diff(east_m[close]))[:, 0]
    beside = close[apart_m <= rules.feeder_m / 2]
    for members in _of_size(label, quiet, rules.feeder_lanterns):
        near = np.union1d(beside[np.isin(beside, members).any(axis=1)].ravel(), members)
        if quiet[near].mean() < rules.feeder_share:
            continue
        yield _stretch(work, here[members], len(near))


def _pairs_of_quiet(north_m: Floats, east_m: Floats, quiet: Flags, distance_m: float) -> np.ndarray:
    """Return the pairs in which at least one is quiet: only squares around those are looked at."""
    candidate = np.zeros(len(quiet), dtype=np.bool_)
    square = np.stack((north_m // distance_m, east_m // distance_m), axis=1).astype(np.int64)
    key = square[:, 0] * (1 << 32) + square[:, 1]
    around = [key[quiet] + row * (1 << 32) + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
    candidate = np.isin(key, np.concatenate(around))
    place = np.flatnonzero(candidate)
    pairs = place[pairs_within(north_m[place], east_m[place], distance_m)]
    return np.asarray(pairs[quiet[pairs].any(axis=1)])


def _of_size(label: Places, quiet: Flags, least: float) -> Iterator[Places]:
    place = np.flatnonzero(quiet)
    order = place[np.argsort(label[place], kind="stable")]
    starts = np.flatnonzero(np.diff(label[order])) + 1
    for members in np.split(order, starts):
        if len(members) >= least:
            yield members


def _stretch(work: _Work, members: Places, near: int) -> Found:
    fleet = work.fleet
    last_s = fleet.last_seen_s[members]
    roads = sorted({fleet.roads[number] for number in fleet.road[members].tolist()} - {""})
    told = (
        f"{len(members)} of the {near} lanterns along here (within {work.rules.feeder_m / 2:g} m of"
        f" one that is silent) fell silent between {clock(int(last_s.min()))} and"
        f" {clock(int(last_s.max()))}, others of their gateways are heard: probably their supply"
    )
    subject = f"stretch {min(fleet.ids[member] for member in members)}"
    where = ", ".join(roads[:3]) or "no road known"
    return _group(work, FaultKind.FEEDER, subject, members, (told,), where=where)


def _single(work: _Work) -> Iterator[Found]:
    fleet, sure_s = work.fleet, work.rules.silent_sure_h * _HOUR_S
    for member in np.flatnonzero(work.left).tolist():
        last_s = int(fleet.last_seen_s[member])
        hours = (work.at_s - last_s) / _HOUR_S
        yield Found(
            kind=FaultKind.SILENT,
            subject=fleet.ids[member],
            lanterns=(fleet.ids[member],),
            size=1,
            evidence=(f"last heard {clock(last_s)}, {hours:.0f} h before; neighbours are heard",),
            first_seen=datetime.fromtimestamp(last_s, UTC),
            last_seen=datetime.fromtimestamp(work.at_s, UTC),
            confidence=Confidence.HIGH if work.at_s - last_s >= sure_s else Confidence.MEDIUM,
            severity=severity_of(FaultKind.SILENT, sensitive=bool(fleet.sensitive[member])),
            place=fleet.roads[int(fleet.road[member])],
            latitude_deg=float(fleet.latitude_deg[member]),
            longitude_deg=float(fleet.longitude_deg[member]),
        )


def _group(
    work: _Work,
    kind: FaultKind,
    subject: str,
    members: Places,
    evidence: tuple[str, ...],
    *,
    where: str = "",
) -> Found:
    fleet, rules = work.fleet, work.rules
    work.left[members] = False
    ids = sorted(fleet.ids[member] for member in members)
    if kind is not FaultKind.NETWORK:
        work.covered |= dict.fromkeys(ids, subject)
    last_s = fleet.last_seen_s[members]
    alone = kind is FaultKind.NETWORK and len(set(fleet.gateway[members].tolist())) == 1
    sure = work.at_s - int(last_s.max()) >= rules.silent_sure_h * _HOUR_S
    many = len(members) >= rules.sure
    confidence = Confidence.HIGH if sure or many else Confidence.MEDIUM
    return Found(
        kind=kind,
        subject=subject,
        lanterns=tuple(ids[:LANTERNS_LISTED_MAX]),
        size=len(ids),
        evidence=evidence,
        first_seen=datetime.fromtimestamp(int(last_s.min()), UTC),
        last_seen=datetime.fromtimestamp(work.at_s, UTC),
        confidence=Confidence.LOW if alone else confidence,
        severity=severity_of(kind, sensitive=bool(fleet.sensitive[members].any())),
        place=where,
        latitude_deg=round(float(fleet.latitude_deg[members].mean()), 6),
        longitude_deg=round(float(fleet.longitude_deg[members].mean()), 6),
    )
