"""What can go wrong when a device is registered; each error says who must act."""

from lighting.errors import NotFoundError, RefusedError, RequestError, UnavailableError
from lighting.identifiers import DevEui


class LabelError(RequestError):
    """A scanned or typed text that is no device's label; ``cure`` says what to do instead."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem}; {cure}")


class RootKeyError(RequestError):
    """A root key that is none; its text is never repeated."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"the {name} {problem}; a root key is 32 hex digits")


class KeySafeError(UnavailableError):
    """Keys cannot be sealed or opened here; the text says what is missing."""


class ServerRefusedError(RefusedError):
    """The network server, or a rule of ours about it, forbids what was asked."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class DeviceTakenError(ServerRefusedError):
    """The DevEUI is registered already; ``application`` says where, None where we may not look."""

    def __init__(self, dev_eui: DevEui, application: str | None, name: str | None = None) -> None:
        self.dev_eui = dev_eui
        self.application = application
        self.name = name
        where = (
            f"in application {application!r}" + (f" as {name!r}" if name else "")
            if application
            else "in an application that our API key may not see (another tenant's)"
        )
        super().__init__(
            f"DevEUI {dev_eui} is already registered {where}; check the label, or have it deleted"
            " there first"
        )


class DeviceNotFoundError(NotFoundError):
    """The network server knows no device with this DevEUI, or does not show it to us."""

    def __init__(self, dev_eui: DevEui) -> None:
        super().__init__("device on the network server with DevEUI", dev_eui)


class ServerAwayError(UnavailableError):
    """The network server did not answer in time, or not as itself; ask again later.

    Whether it did what was asked is not known: look before you repeat.
    """


class ServerDeniedError(UnavailableError):
    """The network server does not accept our API key, or the key may not do this."""


class IllegalStepError(RefusedError):
    """A step that a commissioning cannot take from where it is."""

    def __init__(self, state: str, event: str, allowed: tuple[str, ...]) -> None:
        self.state = state
        self.event = event
        self.allowed = allowed
        can = f"what can happen: {', '.join(allowed)}" if allowed else "it has ended"
        super().__init__(f"a device that is {state} cannot take the step {event!r}; {can}")
