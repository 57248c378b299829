"""Errors of the catalogue: a description that cannot be used, an output that is not described."""

from dataclasses import dataclass

from firmware_profiles.errors import WireError
from firmware_profiles.measurement import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """One field of a description: what is wrong with it and what is allowed."""

    field: str
    message: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}; allowed: {self.allowed}"


class DeviceFileError(WireError):
    """A description of a device model that cannot be used; every problem is told at once."""

    def __init__(self, document: str, problems: tuple[FileProblem, ...]) -> None:
        self.document = document
        self.problems = problems
        super().__init__(f"{document}: " + "; ".join(map(str, problems)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One field of a codec's output that did not become a measurement, and why."""

    quantity: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field} ({self.quantity}) {self.message}"


class MeasureError(WireError):
    """A codec's output that is not as its device model describes it.

    ``measured`` is what could be read all the same: a caller keeps it and tells the problems.
    """

    def __init__(
        self,
        device_id: str,
        problems: tuple[FieldProblem, ...],
        measured: tuple[Measurement, ...],
    ) -> None:
        self.device_id = device_id
        self.problems = problems
        self.measured = measured
        super().__init__(f"output of the codec of {device_id}: " + "; ".join(map(str, problems)))
