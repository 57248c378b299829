"""Give every lantern its policy by the rules; first match wins, and no match is reported."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lighting.identifiers import LanternId
from lighting.inventory.store import Assigned, LanternFilter, LanternStore, StoredLantern
from schedules.rules import Rules, assign

UNMATCHED_LISTED = 1000


@dataclass(slots=True, kw_only=True)
class AssignReport:
    """What the rules gave: lanterns by rule, how many changed, and those that no rule matched."""

    lanterns: int = 0
    changed: int = 0
    exempt: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    unmatched: int = 0
    unmatched_ids: list[LanternId] = field(default_factory=list)


async def assign_lanterns(
    store: LanternStore, rules: Rules, revisions: Mapping[str, int]
) -> AssignReport:
    """Apply the rules to every lantern; ``revisions`` has the newest revision of each policy.

    Raises:
        StoreError: the database could not take it; applying the rules again completes it.
    """
    report = AssignReport()
    async for chunk in store.every(LanternFilter()):
        changed: dict[LanternId, Assigned] = {}
        for stored in chunk:
            given = _given(stored, rules, revisions)
            _count(report, stored, given)
            if given != stored.assigned:
                changed[stored.lantern.lantern_id] = given
        if changed:
            await store.assign(changed)
        report.changed += len(changed)
    return report


def _given(stored: StoredLantern, rules: Rules, revisions: Mapping[str, int]) -> Assigned:
    lantern = stored.lantern
    rule = assign(
        rules,
        ward=lantern.ward,
        road=lantern.road,
        lighting_class=lantern.lighting_class,
        tags=lantern.tags,
    )
    if rule is None:
        return Assigned()
    if rule.policy is None:
        return Assigned(rule=rule.name, exempt=rule.reason)
    return Assigned(policy=rule.policy, revision=revisions[rule.policy], rule=rule.name)


def _count(report: AssignReport, stored: StoredLantern, given: Assigned) -> None:
    report.lanterns += 1
    if given.rule:
        report.by_rule[given.rule] += 1
        report.exempt += bool(given.exempt)
        return
    report.unmatched += 1
    if len(report.unmatched_ids) < UNMATCHED_LISTED:
        report.unmatched_ids.append(stored.lantern.lantern_id)
