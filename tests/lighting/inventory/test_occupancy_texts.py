"""Texts of a record: what people write on labels, and nothing that others stumble over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lighting.errors import RefusedError
from lighting.inventory.occupancy import (
    Acceptance,
    Correction,
    Past,
    Removal,
    check_removal,
    corrected,
    decide,
)
from tests.lighting.inventory.socket_kit import (
    AIR,
    BOTTOM,
    NOON,
    TABLE,
    fitting,
    lantern,
    recorded,
)

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"serial": "x" * 501}, "serial has 501 characters; allowed are 500"),
        ({"owner": "a\nb"}, r"owner 'a\\nb' has control characters"),
        ({"by": "Ada\x1b[2J"}, "by .* has control characters"),
        ({"acceptance": Acceptance(by="Bob", reason="\0")}, "accept reason"),
    ],
)
def test_texts_that_a_label_or_a_database_could_stumble_over_are_refused(
    changes: dict[str, Any], told: str
) -> None:
    asked = replace(fitting(where=BOTTOM.socket_id), **changes)
    with pytest.raises(RefusedError, match=told):
        decide(asked, AIR, lantern(BOTTOM), Past(), table=TABLE)


def test_corrections_and_removals_are_held_to_the_same_texts() -> None:
    there = recorded(1, fitting(where=BOTTOM.socket_id))
    with pytest.raises(RefusedError, match="photo has 501 characters"):
        corrected(
            there,
            {"photo": "x" * 501},
            made=Correction(at=LATER, by="Eve", reason="typing", was={}),
        )
    with pytest.raises(RefusedError, match=r"reason .* control characters"):
        check_removal(there, Removal(at=LATER, by="Eve", reason="gone\0"))
