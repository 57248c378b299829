"""LanternLight: what is known of one lantern's light over a stretch of time, and what it drew.

Three layers: what it does when nobody commands it (default), over that the program of which there
is evidence, over that its faults. Read as one step function of power they give, at any instant,
the watts and which layer said so.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from itertools import chain, pairwise
from math import isfinite

from lighting.energy.errors import PowerModelError
from lighting.energy.half_hour_errors import LightSpansError
from lighting.energy.power_model import PowerModel
from lighting.units import Watts
from schedules.level import FULL
from schedules.timeline import Span


class Source(IntEnum):
    """Where a kWh comes from; the number is its row in arrays. Sources are never mixed."""

    METERED = 0
    """A counter says so."""
    PROGRAM = 1
    """Modelled from the program of which there is evidence."""
    DEFAULT = 2
    """Modelled from what the node does when nobody commands it: neither meter nor evidence."""


class Draw(Enum):
    """What a lantern with a fault draws. Where faults overlap, the later of these counts."""

    DAY_BURNING = "full power, whatever was asked"
    DARK = "the lamp is out: the node alone"
    OUTAGE = "no supply: nothing at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpan:
    """A fault from ``start`` to ``end`` [aware UTC] and what the lantern drew then."""

    draw: Draw
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a lantern draws: its power ``model``, and ``node_w`` [W] for its node at all times.

    ``node_w`` is 0 where the model already has the node in it.

    Raises:
        PowerModelError: ``node_w`` is negative or not finite.
    """

    model: PowerModel
    node_w: Watts

    def __post_init__(self) -> None:
        if not (isfinite(self.node_w) and self.node_w >= 0):
            raise PowerModelError("node_w", self.node_w, "a finite number of watts, 0 or more")

    def power_w(self, span: Span) -> float:
        """Return the power [W] at the level of a span, the node's included."""
        return self.model.power_w(span.level) + self.node_w

    def faulty_w(self, draw: Draw) -> float:
        """Return the power [W] under a fault, the node's included where it has supply."""
        lamp_w = self.model.power_w(FULL) if draw is Draw.DAY_BURNING else 0.0
        return 0.0 if draw is Draw.OUTAGE else lamp_w + self.node_w


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternLight:
    """Spans in order and without overlaps; ``program`` only where evidence stands behind it.

    ``default`` must cover all the half-hours that are asked for. Give both for a night more on
    either side: a counter's stretch that reaches beyond needs its shape there.

    Raises:
        LightSpansError: spans out of order, or a fault that ends before it starts.
    """

    default: tuple[Span, ...]
    program: tuple[Span, ...] = ()
    faults: tuple[FaultSpan, ...] = ()

    def __post_init__(self) -> None:
        for layer, spans in (("default", self.default), ("program", self.program)):
            for before, after in pairwise(spans):
                if after.start < before.end:
                    raise LightSpansError(layer, "two spans overlap", after.start, before.end)
        for fault in self.faults:
            if fault.end < fault.start:
                raise LightSpansError("fault", "one ends before it starts", fault.start, fault.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """``power_w`` [W] from ``start`` to ``end`` [aware UTC], as ``source`` has it."""

    start: datetime
    end: datetime
    power_w: float
    source: Source


class Drawn:
    """The power of one lantern as pieces in order; nothing where no span says anything."""

    def __init__(self, light: LanternLight, load: Load) -> None:
        self._pieces = list(_pieces(light, load))
        self._ends = [piece.end for piece in self._pieces]

    def between(self, start: datetime, end: datetime) -> Iterator[Piece]:
        """Yield the parts of the pieces that lie in [start, end), in order."""
        place = bisect_right(self._ends, start)
        while place < len(self._pieces) and self._pieces[place].start < end:
            piece = self._pieces[place]
            yield Piece(
                start=max(piece.start, start),
                end=min(piece.end, end),
                power_w=piece.power_w,
                source=piece.source,
            )
            place += 1


def _pieces(light: LanternLight, load: Load) -> Iterator[Piece]:
    spans = chain(light.default, light.program)
    edges = {edge for span in spans for edge in (span.start, span.end)}
    edges |= {edge for fault in light.faults for edge in (fault.start, fault.end)}
    by_default, by_program = _Spans(light.default), _Spans(light.program)
    for start, end in pairwise(sorted(edges)):
        program = by_program.at(start)
        span = program or by_default.at(start)
        if span is None:
            continue
        draw = _gravest(light.faults, start)
        yield Piece(
            start=start,
            end=end,
            power_w=load.power_w(span) if draw is None else load.faulty_w(draw),
            source=Source.DEFAULT if program is None else Source.PROGRAM,
        )


class _Spans:
    """Spans in order, to be asked for the one at an instant."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def at(self, instant: datetime) -> Span | None:
        place = bisect_right(self._starts, instant) - 1
        found = self._spans[place] if place >= 0 else None
        return found if found and instant < found.end else None


def _gravest(faults: Sequence[FaultSpan], at: datetime) -> Draw | None:
    """Return what the gravest fault at an instant leaves the lantern to draw."""
    now = {fault.draw for fault in faults if fault.start <= at < fault.end}
    return next((draw for draw in reversed(Draw) if draw in now), None)
