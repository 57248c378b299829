"""Level: a dimming level in percent of full output, a whole number from 0 to 100."""

from typing import NewType

from schedules.errors import LevelError

Level = NewType("Level", int)

OFF = Level(0)
FULL = Level(100)


def level(value: object) -> Level:
    """Return ``value`` as a Level [percent].

    Raises:
        LevelError: the value is not a whole number from 0 to 100.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not OFF <= value <= FULL:
        raise LevelError(f"{value!r} is not a level: whole percent from 0 (off) to 100 (full)")
    return Level(value)
