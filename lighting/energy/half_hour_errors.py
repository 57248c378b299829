"""What can be wrong with half-hours: times, periods, and the spans and arrays they are made of."""

from datetime import datetime

from lighting.errors import LightingError


class NaiveTimeError(LightingError):
    """A time without its UTC offset, which is in no half-hour."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(
            f"{at.isoformat()} has no UTC offset, so its half-hour is not known; give an aware time"
        )


class PeriodOutsideError(LightingError):
    """Half-hours are asked for that were not worked out; a sum without them would be too small."""

    def __init__(self, asked: range, known: range) -> None:
        self.asked = asked
        self.known = known
        super().__init__(
            f"half-hours {asked.start} to {asked.stop} are asked for, and {known.start} to"
            f" {known.stop} were worked out; work out all that is to be summed"
        )


class LightSpansError(LightingError):
    """Spans of a lantern's light that overlap, or leave half-hours unsaid."""

    def __init__(self, layer: str, problem: str, start: datetime, end: datetime) -> None:
        self.layer = layer
        self.start = start
        self.end = end
        super().__init__(
            f"{layer} spans: {problem} ({start.isoformat()} to {end.isoformat()}); give spans in"
            " order, each starting where the last one ends or later, and default spans for all"
            " that is asked for"
        )


class CityArraysError(LightingError):
    """Arrays of a city that do not fit one another, or name what is not there."""

    def __init__(self, what: str, found: object, allowed: str) -> None:
        self.what = what
        self.found = found
        super().__init__(f"city in half-hours: {what} is {found!r}; allowed: {allowed}")
