"""A city in a database, for benches: lanterns, policies, rules and nodes."""

import time
from pathlib import Path

from lighting.clock import SystemClock
from lighting.config import Settings
from lighting.inventory.lantern import Lantern
from lighting.operations.assign import assign_lanterns
from lighting.operations.controller import Office
from lighting.operations.policies import save_policy, save_rules
from lighting.testing.leeds import leeds_district
from lighting.wiring import open_office
from schedules.library import library_text
from tools.demo_city import POLICIES, RULES, node_links


def settings_in(folder: Path) -> Settings:
    """Return settings with the database in ``folder``."""
    return Settings(database_url=f"sqlite:///{folder / 'bench.db'}", log_level="ERROR")


async def fill(office: Office, lanterns: int) -> dict[str, float]:
    """Put a district of Leeds into the database; return how long each part took [s]."""
    took: dict[str, float] = {}
    district = leeds_district(lanterns, seed=1)
    stores, at = office.stores, office.clock.now()
    began = time.perf_counter()
    await stores.lanterns.put(district)
    took["lanterns_put_s"] = time.perf_counter() - began
    for name in POLICIES:
        await save_policy(stores.policies, library_text(name), at=at, by="bench")
    await save_rules(stores.policies, RULES, at=at, by="bench")
    took["assign_s"] = await assign_all(office)
    began = time.perf_counter()
    await stores.lanterns.fit_nodes(node_links(await _with_policy(office, district)))
    took["nodes_fitted_s"] = time.perf_counter() - began
    return {name: round(value, 3) for name, value in took.items()}


async def assign_all(office: Office) -> float:
    """Apply the saved rules to every lantern; return how long it took [s]."""
    began = time.perf_counter()
    policies = office.stores.policies
    revisions = {each.name: each.revision for each in await policies.newest_policies()}
    rules, _ = await save_rules(policies, RULES, at=office.clock.now(), by="bench")
    await assign_lanterns(office.stores.lanterns, rules, revisions)
    return time.perf_counter() - began


async def _with_policy(office: Office, district: list[Lantern]) -> list[Lantern]:
    stored = await office.stores.lanterns.get([lantern.lantern_id for lantern in district])
    return [lan for lan in district if stored[lan.lantern_id].assigned.policy]


async def fill_folder(folder: Path, lanterns: int) -> None:
    """Make and fill a database in ``folder``, in a process of its own: its memory is not ours."""
    async with open_office(settings_in(folder), clock=SystemClock()) as office:
        await fill(office, lanterns)
