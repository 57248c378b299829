"""Policies and rules are saved as revisions; what is wrong is refused before it is saved."""

import pytest

from firmware_profiles.registry import profile_for
from lighting.errors import NotFoundError, RefusedError
from lighting.operations.policies import check_for, get_policy, save_policy, save_rules
from lighting.operations.programs import ProofFailedError, cell_of
from schedules.errors import PolicyError
from schedules.policy_text import parse_policy
from tests.lighting.operations.town import ALL_NIGHT, DIM_LATE, MORNING, PROFILE_ID, TONIGHT, Town

RULES = """\
lamplighter_rules = 1
[[rules]]
name = "all"
policy = "dim-late"
"""


async def test_every_saved_change_is_a_new_revision_and_the_old_ones_stay(town: Town) -> None:
    store = town.office.stores.policies
    policy, first = await save_policy(store, DIM_LATE, at=MORNING, by="engineer")
    assert (policy.name, first.revision, first.saved_by) == ("dim-late", 1, "engineer")
    _, same = await save_policy(store, DIM_LATE, at=MORNING, by="someone")
    assert same == first
    brighter = DIM_LATE.replace("level = 50", "level = 60")
    _, second = await save_policy(store, brighter, at=MORNING, by="engineer")
    assert second.revision == 2
    assert (await get_policy(store, "dim-late"))[1] == second
    old, found = await get_policy(store, "dim-late", 1)
    assert (found, old) == (first, parse_policy(DIM_LATE, document="policy"))


async def test_a_document_that_is_wrong_is_not_saved(town: Town) -> None:
    store = town.office.stores.policies
    with pytest.raises(PolicyError, match="130"):
        await save_policy(store, DIM_LATE.replace("100", "130"), at=MORNING, by="engineer")
    assert await store.newest_policies() == []


@pytest.mark.parametrize(
    ("name", "revision", "words"),
    [("nobody's", None, "nobody's"), ("dim-late", 7, "dim-late revision 7")],
)
async def test_a_policy_that_is_not_there_is_named(
    town: Town, name: str, revision: int | None, words: str
) -> None:
    store = town.office.stores.policies
    await save_policy(store, DIM_LATE, at=MORNING, by="engineer")
    with pytest.raises(NotFoundError, match=words):
        await get_policy(store, name, revision)


async def test_rules_may_name_only_policies_that_are_saved(town: Town) -> None:
    store = town.office.stores.policies
    with pytest.raises(RefusedError, match=r"dim-late; saved are: none"):
        await save_rules(store, RULES, at=MORNING, by="engineer")
    await save_policy(store, ALL_NIGHT, at=MORNING, by="engineer")
    with pytest.raises(RefusedError, match=r"dim-late; saved are: all-night"):
        await save_rules(store, RULES, at=MORNING, by="engineer")
    assert await store.find_rules() is None
    await save_policy(store, DIM_LATE, at=MORNING, by="engineer")
    rules, saved = await save_rules(store, RULES, at=MORNING, by="engineer")
    assert [rule.name for rule in rules.rules] == ["all"]
    assert await store.find_rules() == saved


async def test_rules_that_are_wrong_are_not_saved(town: Town) -> None:
    with pytest.raises(PolicyError):
        await save_rules(town.office.stores.policies, "lamplighter_rules = 9", at=MORNING, by="")


def test_a_policy_that_a_node_cannot_follow_is_refused_for_it() -> None:
    leeds, profile = cell_of(53.82, -1.58).site("Europe/London"), profile_for(PROFILE_ID)
    strict = DIM_LATE.replace("[switching]", "tolerance_min = 0.5\n[switching]")
    with pytest.raises(ProofFailedError, match="dim-late"):
        check_for(parse_policy(strict, document="policy"), leeds, TONIGHT, profile)
