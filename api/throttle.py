"""Throttle: how many requests one key may make in a minute, counted in this process."""

from datetime import datetime

REQUESTS_A_MINUTE = 60
"""Enough for a page that is looked at and a script that polls; our choice."""

_MINUTE_S = 60


class Throttle:
    """Counts by whole minutes; a key's count is forgotten with the minute."""

    def __init__(self, most: int = REQUESTS_A_MINUTE) -> None:
        self._most = most
        self._minute = 0
        self._counts: dict[int, int] = {}

    def wait_s(self, key: int, at: datetime) -> int:
        """Count a request; return 0 if it may be answered, else how long to wait [s]."""
        minute, second = divmod(int(at.timestamp()), _MINUTE_S)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        self._counts[key] = self._counts.get(key, 0) + 1
        return 0 if self._counts[key] <= self._most else _MINUTE_S - second
