"""From what operations know to the evidence ladder: which rung a lantern-night's energy is of."""

from collections.abc import Mapping
from datetime import datetime

from lighting.energy.consumption import NightEnergy
from lighting.energy.evidence import Rung
from lighting.operations.records import Evidence, Node
from lighting.units import KilowattHours


def rung_of(evidence: Evidence) -> Rung:
    """Return the rung of energy that was modelled from a program with this evidence.

    A program that was only intended left nobody's desk: its energy is that of a design. One whose
    level was seen in power is confirmed, but its kWh are still a model's: measured (E3) is only
    what a counter counted.
    """
    if evidence >= Evidence.ECHOED:
        return Rung.E2
    return Rung.E1 if evidence >= Evidence.SENT else Rung.E0


def evidence_of_night(node: Node, start: datetime) -> Evidence:
    """Return the evidence for a night that began at ``start`` [aware UTC].

    A node's evidence is of today. What it proved after the night began does not speak for it: then
    the program had been sent at the most.
    """
    proved = node.held_at is not None and node.held_at <= start
    return node.evidence if proved else min(node.evidence, Evidence.SENT)


def kwh_by_rung(energy: NightEnergy, evidence: Evidence) -> Mapping[Rung, KilowattHours]:
    """Return a lantern-night's energy [kWh] by rung: metered is E3, the rest by its evidence."""
    parts = {rung_of(evidence): energy.modelled_kwh, Rung.E3: energy.metered_kwh}
    hours = {rung_of(evidence): energy.modelled_hours, Rung.E3: energy.metered_hours}
    return {rung: parts[rung] for rung in sorted(parts) if hours[rung] > 0}
