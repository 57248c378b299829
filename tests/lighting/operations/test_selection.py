"""Which lanterns an act is for: found, told in words, and never the whole city by mistake."""

import pytest

from lighting.errors import RefusedError
from lighting.inventory.store import LanternFilter
from lighting.operations.selection import Selected, select
from tests.lighting.operations.town import DIM_LATE, Town, dev, lantern, lantern_id


@pytest.fixture
async def street(town: Town) -> Town:
    """Return a town with nodes on lanterns 1 to 3, and a lantern 4 without one."""
    await town.hang(lantern(1), lantern(2), lantern(3, ward="City"))
    await town.office.stores.lanterns.put([lantern(4, ward="City")])
    await town.give(DIM_LATE, 1)
    return town


async def selected(town: Town, where: LanternFilter, *, whole_city: bool = False) -> Selected:
    return await select(town.office.stores.lanterns, where, whole_city=whole_city)


@pytest.mark.parametrize(
    ("where", "words", "nodes", "without_node"),
    [
        (LanternFilter(ward="City"), "ward City", [3], 1),
        (LanternFilter(road="otley road"), "road otley road", [1, 2, 3], 1),
        (LanternFilter(policy="dim-late"), "policy dim-late", [1], 0),
        (LanternFilter(ward="City", road="Otley Road"), "ward City, road Otley Road", [3], 1),
        (
            LanternFilter(lantern_ids=(lantern_id(2), lantern_id(1))),
            f"lanterns {lantern_id(1)} {lantern_id(2)}",
            [1, 2],
            0,
        ),
        (LanternFilter(tag="crossing"), "tag crossing", [], 0),
    ],
)
async def test_the_lanterns_that_match_are_selected_and_told_in_words(
    street: Town, where: LanternFilter, words: str, nodes: list[int], without_node: int
) -> None:
    found = await selected(street, where)
    assert found == Selected(
        words=words,
        dev_euis=tuple(dev(number) for number in nodes),
        without_node=without_node,
    )


async def test_the_whole_city_must_be_said(street: Town) -> None:
    found = await selected(street, LanternFilter(), whole_city=True)
    assert (found.words, len(found.dev_euis), found.without_node) == ("every lantern", 3, 1)
    with pytest.raises(RefusedError, match="whole_city"):
        await selected(street, LanternFilter())
    with pytest.raises(RefusedError, match="whole_city"):
        await selected(street, LanternFilter(ward="City"), whole_city=True)


async def test_lanterns_that_do_not_exist_are_named_and_nothing_is_selected(street: Town) -> None:
    wrong = tuple(lantern_id(number) for number in (1, *range(900, 907)))
    with pytest.raises(RefusedError, match=r"7 lanterns .*leeds:0900 .*leeds:0904 and 2 more"):
        await selected(street, LanternFilter(lantern_ids=wrong))


async def test_of_many_lanterns_the_words_name_a_few(street: Town) -> None:
    await street.hang(*(lantern(number) for number in range(10, 20)))
    ids = tuple(lantern_id(number) for number in range(10, 20))
    found = await selected(street, LanternFilter(lantern_ids=ids))
    assert found.words.endswith("leeds:0014 and 5 more")
    assert len(found.dev_euis) == 10
