"""What can be wrong with watts, counters, spans, factors and report rows; each says the cure."""

from datetime import date, datetime

from lighting.errors import LightingError, RequestError


class PowerModelError(RequestError):
    """Watts or dimming levels that no lantern can have."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"power model: {field} is {value!r}; allowed: {allowed}")


class MeterSampleError(LightingError):
    """A counter reading that cannot be one: a naive time, or a count outside the counter."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"meter sample: {field} is {value!r}; allowed: {allowed}")


class SpanError(LightingError):
    """Spans that do not follow one another, so that hours would be lost or counted twice."""

    def __init__(self, end: datetime | None, start: datetime | None) -> None:
        self.end = end
        self.start = start
        found = (
            "there are none"
            if end is None or start is None
            else f"one ends at {end.isoformat()} and the next starts at {start.isoformat()}"
        )
        super().__init__(
            f"spans of a night: {found}; give the spans of the whole night in order, "
            "each starting where the one before it ends"
        )


class EnergyValueError(LightingError):
    """An energy that is not a finite number of kWh."""

    def __init__(self, energy_kwh: float) -> None:
        self.energy_kwh = energy_kwh
        super().__init__(f"energy is {energy_kwh!r} kWh; allowed: a finite number")


class FactorMissingError(RequestError):
    """No published emission factor for this year is at hand, and none was asked to stand in."""

    def __init__(self, year: int, known: tuple[int, ...]) -> None:
        self.year = year
        self.known = known
        cure = (
            f"ask for the {known[-1]} factor to be carried forward (the figures will say so), "
            if known and year > known[-1]
            else ""
        )
        span = f"{known[0]} to {known[-1]}" if known else "none"
        super().__init__(
            f"no electricity emission factor for {year} (the table has {span}); "
            f"{cure}or report kWh only"
        )


class MixedBaselineError(LightingError):
    """One report holds results against different baselines; their sum would mean nothing."""

    def __init__(self, wanted: str, found: str) -> None:
        self.wanted = wanted
        self.found = found
        super().__init__(
            f"the report's baseline is {wanted!r} but a result was computed against {found!r}; "
            "compute all results against one baseline"
        )


class RepeatedNightError(LightingError):
    """The same lantern and night came twice; its energy would be counted twice."""

    def __init__(self, lantern_id: str, evening: date) -> None:
        self.lantern_id = lantern_id
        self.evening = evening
        super().__init__(
            f"lantern {lantern_id!r} appears twice for the night of {evening.isoformat()}; "
            "give each lantern and night once"
        )


class CalibrationError(RequestError):
    """Too little was metered to say what a model of lantern draws."""

    def __init__(self, model: str, why: str, cure: str) -> None:
        self.model = model
        self.why = why
        super().__init__(f"lantern model {model!r} cannot be calibrated: {why}; {cure}")


class UncertaintyError(RequestError):
    """An uncertainty, error or confidence that cannot be one."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"uncertainty: {field} is {value!r}; allowed: {allowed}")


class ReportPartsError(LightingError):
    """A part of a report contradicts the report or itself; printed, one of them would be wrong."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"report: {problem}; {cure}")


class ReportFileError(LightingError):
    """A report could not be written in a format: a fault of ours, with the tool's own words."""

    def __init__(self, form: str, problem: str) -> None:
        self.form = form
        self.problem = problem
        super().__init__(
            f"the report cannot be written as {form}: {problem}; ask for another format and tell"
            " who maintains this"
        )
