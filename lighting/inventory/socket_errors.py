"""Fits and records that are refused."""

from lighting.errors import RefusedError
from lighting.inventory.alternatives import WouldFit
from lighting.inventory.verdict import Fit

_ANSWER = (
    "A person may answer for what is not provable: say who and why (options --accept…; in a request"
    " or as a column of a file: accept)."
)


class FitRefusedError(RefusedError):
    """A device that may not be fitted there; carries the reasons and what would fit."""

    def __init__(self, fit: Fit, would_fit: WouldFit) -> None:
        self.fit = fit
        self.would_fit = would_fit
        cure = f"{would_fit.words}." if fit.obstacles else _ANSWER
        super().__init__(f"{fit.words}. {cure}")


class RecordError(RefusedError):
    """A fitting, removal or correction that contradicts what is recorded."""
