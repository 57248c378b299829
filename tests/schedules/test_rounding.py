"""What a node's ten-minute clock makes of a step is said, and in local time."""

from datetime import date

from schedules.compiler import compile_nights
from schedules.rounding import rounded_steps
from tests.schedules.factories import PLACES, a_policy


def _told(*steps: tuple[str, int]) -> tuple[str, ...]:
    policy = a_policy(("on", 100), *steps)
    nights = compile_nights(policy, PLACES["Leeds"], date(2026, 7, 1), 20)
    return rounded_steps(nights[:20], 10)


def test_a_dimming_step_off_the_grid_comes_later_and_a_brightening_one_earlier() -> None:
    assert _told(("23:45", 50), ("03:05", 80)) == (
        "23:45 becomes 23:50",
        "03:05 becomes 03:00",
    )


def test_steps_on_the_grid_lose_nothing() -> None:
    assert _told(("23:40", 50), ("03:00", 80)) == ()


def test_steps_that_move_with_the_sun_are_told_as_one() -> None:
    assert _told(("sunset + 61 min", 50)) == (
        "steps that move with the sun are up to 10 minutes off, never darker",
    )
