"""BaselineSnapshot: what was there before, lantern by lantern, each figure with its evidence.

A snapshot is never changed: what is imported again under its name is the next version, and what
happened since is recorded beside it as adjustments.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from math import isfinite
from typing import cast

from lighting.energy.baseline_errors import BaselineEntryError
from lighting.energy.burning import BurningRule, PolicyHours, burning_text, parse_burning
from lighting.identifiers import LanternId
from lighting.units import Watts

CIRCUIT_W_MAX = 2000.0
"""More than any street lantern draws (general knowledge, as for the inventory's watts)."""

QUANTITY_MAX = 100
"""More lamps than any lantern has; a row stands for one lantern, not for a street. Our own."""


class SnapshotKind(StrEnum):
    """What a snapshot is of."""

    BEFORE = "before"
    """The lamps that were there before, at full power."""
    LED_FULL = "led full power all night"
    """Today's kind of lamps at full power whenever lit."""
    EARLIER_POLICY = "earlier policy"
    """The lamps as an earlier policy revision dimmed them."""


class FigureEvidence(StrEnum):
    """How a figure of a snapshot is known, the firmest first."""

    MEASURED = "measured"
    CHARGE_CODE = "charge code"
    INVENTORY = "inventory"
    STATED = "stated"
    """Somebody says so: a plan, a letter, an estimate with a name to it."""
    INDICATIVE = "indicative, general knowledge, unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How a figure is known: the kind of evidence, and the document or person it is from."""

    evidence: FigureEvidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineEntry:
    """What hung at one lantern's place: ``quantity`` lamps of ``circuit_w`` each, gear included.

    Raises:
        BaselineEntryError: watts or a quantity that cannot be.
    """

    lantern_id: LanternId
    lamp: str
    circuit_w: Watts
    quantity: int
    burning: BurningRule
    watts_known: Known
    quantity_known: Known
    hours_known: Known

    def __post_init__(self) -> None:
        if not (isfinite(self.circuit_w) and 0 < self.circuit_w <= CIRCUIT_W_MAX):
            allowed = f"more than 0 and at most {CIRCUIT_W_MAX:g} W"
            raise BaselineEntryError(self.lantern_id, "circuit_watts", self.circuit_w, allowed)
        if not 1 <= self.quantity <= QUANTITY_MAX:
            allowed = f"a whole number from 1 to {QUANTITY_MAX}"
            raise BaselineEntryError(self.lantern_id, "quantity", self.quantity, allowed)

    @property
    def full_w(self) -> Watts:
        """Power of all its lamps at full output [W]."""
        return Watts(self.circuit_w * self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHeader:
    """What holds for a whole snapshot.

    The place (WGS 84) and zone give the nights of lanterns that the inventory does not have any
    more. ``taken_on`` is the day of which the figures tell.
    """

    name: str
    kind: SnapshotKind
    title: str
    taken_on: date
    latitude_deg: float
    longitude_deg: float
    zone: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSnapshot:
    """A header and the entries in order of lantern; every lantern once."""

    header: SnapshotHeader
    entries: tuple[BaselineEntry, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that it holds: equal snapshots have equal fingerprints."""
        lines = [json.dumps(header_as_plain(self.header))]
        lines += [json.dumps(entry_as_plain(entry)) for entry in self.entries]
        return sha256("\n".join(lines).encode()).hexdigest()


def snapshot_of(header: SnapshotHeader, entries: Iterable[BaselineEntry]) -> BaselineSnapshot:
    """Return the snapshot of ``entries``, in whatever order they come.

    Raises:
        BaselineEntryError: a lantern comes twice, or its hours do not fit the snapshot's kind.
    """
    ordered = tuple(sorted(entries, key=lambda entry: entry.lantern_id))
    for before, after in pairwise(ordered):
        if before.lantern_id == after.lantern_id:
            raise BaselineEntryError(after.lantern_id, "lantern_id", "twice", "each lantern once")
    for entry in ordered:
        if fault := kind_fault(header.kind, entry.burning):
            found = burning_text(entry.burning)
            raise BaselineEntryError(entry.lantern_id, "hours", found, fault)
    return BaselineSnapshot(header=header, entries=ordered)


def kind_fault(kind: SnapshotKind, burning: BurningRule) -> str:
    """Return what hours a snapshot of ``kind`` asks for instead of these, or an empty text."""
    if kind is SnapshotKind.EARLIER_POLICY and not isinstance(burning, PolicyHours):
        return "policy NAME@REVISION: levels and hours of an earlier policy are its revision's"
    return ""


def header_as_plain(header: SnapshotHeader) -> dict[str, object]:
    """Return a header as texts and numbers, keys in a fixed order."""
    return asdict(header) | {"taken_on": header.taken_on.isoformat()}


def header_from_plain(plain: dict[str, object]) -> SnapshotHeader:
    """Return the header that ``header_as_plain`` made ``plain`` of."""
    return SnapshotHeader(
        name=str(plain["name"]),
        kind=SnapshotKind(str(plain["kind"])),
        title=str(plain["title"]),
        taken_on=date.fromisoformat(str(plain["taken_on"])),
        latitude_deg=float(str(plain["latitude_deg"])),
        longitude_deg=float(str(plain["longitude_deg"])),
        zone=str(plain["zone"]),
        note=str(plain["note"]),
    )


_KNOWN = ("watts_known", "quantity_known", "hours_known")


def entry_as_plain(entry: BaselineEntry) -> dict[str, object]:
    """Return an entry as texts and numbers, keys in a fixed order; ``circuit_w`` is in W."""
    known = {name: [k.evidence.value, k.source] for name in _KNOWN for k in [getattr(entry, name)]}
    return {
        "lantern_id": entry.lantern_id,
        "lamp": entry.lamp,
        "circuit_w": entry.circuit_w,
        "quantity": entry.quantity,
        "burning": burning_text(entry.burning),
        **known,
    }


def entry_from_plain(plain: dict[str, object]) -> BaselineEntry:
    """Return the entry that ``entry_as_plain`` made ``plain`` of.

    Raises:
        BaselineEntryError, BurningRuleError: it states what cannot be.
    """
    watts, quantity, hours = (_known(plain[name]) for name in _KNOWN)
    return BaselineEntry(
        lantern_id=LanternId(str(plain["lantern_id"])),
        lamp=str(plain["lamp"]),
        circuit_w=Watts(float(str(plain["circuit_w"]))),
        quantity=int(str(plain["quantity"])),
        burning=parse_burning(str(plain["burning"])),
        watts_known=watts,
        quantity_known=quantity,
        hours_known=hours,
    )


def _known(pair: object) -> Known:
    evidence, source = cast(list[str], pair)
    return Known(evidence=FigureEvidence(evidence), source=source)
