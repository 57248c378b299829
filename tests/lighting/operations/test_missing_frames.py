"""Which frames a node lacks: the table of cases.

Source: the project reference ``devices.md``, section 2.1: profiles are numbered from 0 without a
gap, and a node keeps a profile until it is cleared; every other packet replaces its register.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles.frame import Frame
from lighting.operations.rollout import missing_frames


def frames(*words: str) -> tuple[Frame, ...]:
    """Return frames from words such as ``fade=1``: a slot and a payload."""
    pairs = [word.partition("=") for word in words]
    return tuple(
        Frame(f_port=50, payload=value.encode(), slot=slot.replace("_", " "))
        for slot, _, value in pairs
    )


HELD = ("fallback=a", "fade=a", "calendar=a", "profiles=clear", "profile_0=a", "profile_1=a")


@pytest.mark.parametrize(
    ("wanted", "held", "missing"),
    [
        pytest.param(HELD, None, HELD, id="what it holds is not known: everything"),
        pytest.param(HELD, HELD, (), id="it holds all of it: nothing"),
        pytest.param(
            (*HELD[:2], "calendar=b", *HELD[3:]), HELD, ("calendar=b",), id="one register differs"
        ),
        pytest.param(
            (*HELD[:5], "profile_1=b"), HELD, ("profile_1=b",), id="one day program differs"
        ),
        pytest.param(
            (*HELD, "profile_2=a"), HELD, ("profile_2=a",), id="one day program more: only that"
        ),
        pytest.param(
            HELD[:5], HELD, ("profiles=clear", "profile_0=a"), id="one less: clear, send the rest"
        ),
        pytest.param(
            (*HELD[:2], "calendar=b", "profiles=clear", "profile_0=b"),
            HELD,
            ("calendar=b", "profiles=clear", "profile_0=b"),
            id="one less, and other changes, in the order of the program",
        ),
        pytest.param(
            HELD[:4], HELD, ("profiles=clear",), id="no day program any more: clear is enough"
        ),
        pytest.param(
            (*HELD[:4], "profile_0=b"), HELD[:4], ("profile_0=b",), id="the first day program"
        ),
        pytest.param(HELD, (), HELD, id="it holds nothing"),
    ],
)
def test_a_node_is_sent_what_it_lacks(
    wanted: tuple[str, ...], held: tuple[str, ...] | None, missing: tuple[str, ...]
) -> None:
    found = missing_frames(frames(*wanted), None if held is None else frames(*held))
    assert found == frames(*missing)


VALUE = st.sampled_from("abc")
PROGRAMS = st.tuples(VALUE, VALUE, st.lists(VALUE)).map(
    lambda drawn: frames(
        f"fallback={drawn[0]}",
        f"calendar={drawn[1]}",
        "profiles=clear",
        *(f"profile_{number}={value}" for number, value in enumerate(drawn[2])),
    )
)


@given(PROGRAMS, PROGRAMS)
def test_a_node_that_takes_what_it_lacks_holds_what_is_wanted(
    wanted: tuple[Frame, ...], held: tuple[Frame, ...]
) -> None:
    def replay(*all_frames: Frame) -> dict[str, bytes]:
        registers: dict[str, bytes] = {}
        for each in all_frames:
            if each.slot == "profiles":
                registers = {k: v for k, v in registers.items() if not k.startswith("profile ")}
            registers[each.slot] = each.payload
        return registers

    assert replay(*held, *missing_frames(wanted, held)) == replay(*wanted)
    assert bool(missing_frames(wanted, held)) == (wanted != held)
