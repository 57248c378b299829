"""What can be wrong with factor files, carbon series and questions; each says the cure."""

from collections.abc import Sequence

from lighting.errors import RequestError, UnavailableError

SHOWN_MAX = 20
"""Problems that one error names; it says how many more there are."""


class FileProblemsError(RequestError):
    """A file that cannot be used as it is; ``problems`` name line, what was found and expected."""

    def __init__(self, document: str, problems: Sequence[str]) -> None:
        self.document = document
        self.problems = tuple(problems)
        more = len(problems) - SHOWN_MAX
        shown = " | ".join(problems[:SHOWN_MAX])
        rest = f" | and {more} more" if more > 0 else ""
        super().__init__(f"{document} cannot be used, nothing of it was taken: {shown}{rest}")


class FlatFileError(FileProblemsError):
    """A file that is not the official flat file of conversion factors, or not of that year."""


class YearKnownError(RequestError):
    """The table has other factors for the year; replacing them would change published figures."""

    def __init__(self, year: int, source: str) -> None:
        self.year = year
        self.source = source
        super().__init__(
            f"the table already has other factors for {year} ({source}); figures that were "
            "reported with them would change: ask for them to be replaced if that is meant"
        )


class IntensityFileError(FileProblemsError):
    """A file that is no series of carbon intensity in a layout that we read."""


class IntensityValueError(RequestError):
    """A carbon intensity, or a stretch of half-hours, that cannot be."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"carbon intensity: {field} is {value!r}; allowed: {allowed}")


class IntensityAwayError(UnavailableError):
    """The carbon intensity service does not answer as it should; what was fetched is kept."""


class IntensityRefusedError(RequestError):
    """The carbon intensity service refuses the question."""
