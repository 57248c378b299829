"""What can be wrong with a baseline snapshot and with a saving that is split by cause."""

from collections.abc import Sequence

from lighting.errors import LightingError, RequestError


class BurningRuleError(RequestError):
    """A text that is no rule of burning hours."""

    def __init__(self, text: str, allowed: str) -> None:
        self.text = text
        self.allowed = allowed
        super().__init__(f"{text[:80]!r} is not a rule of burning hours; allowed: {allowed}")


class BaselineHeaderError(RequestError):
    """The header of a baseline cannot be used; carries every fault found, not only the first."""

    def __init__(self, document: str, faults: Sequence[str]) -> None:
        self.document = document
        self.faults = tuple(faults)
        super().__init__(f"{document}: " + " | ".join(self.faults))


class BaselineEntryError(RequestError):
    """A figure of a baseline that no lantern can have."""

    def __init__(self, lantern_id: str, field: str, value: object, allowed: str) -> None:
        self.lantern_id = lantern_id
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(
            f"baseline of lantern {lantern_id!r}: {field} is {value!r}; allowed: {allowed}"
        )


class UnexplainedEnergyError(LightingError):
    """A night without meter whose stored energy is not what its stored model gives."""

    def __init__(self, stored_uwh: int, model_uwh: int) -> None:
        self.stored_uwh = stored_uwh
        self.model_uwh = model_uwh
        super().__init__(
            f"a night without meter holds {stored_uwh} millionths of a Wh where its own model gives"
            f" {model_uwh}; close the night again, so that both come from one timeline"
        )
