"""LightingError and its kinds, grouped by who must act; each is built from values."""


class LightingError(Exception):
    """Base of every error that ``lighting`` raises."""


class RequestError(LightingError):
    """The person asking must change the request (HTTP 4xx)."""


class NotFoundError(RequestError):
    """Nothing of this kind has this key."""

    def __init__(self, kind: str, key: object) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"no {kind} {str(key)!r}")


class RefusedError(RequestError):
    """The request is well formed but a rule forbids it; says which, and what would be allowed."""


class IdentifierError(RequestError):
    """A text that is not the identifier it should be."""

    def __init__(self, kind: str, text: str, allowed: str) -> None:
        self.kind = kind
        self.text = text
        self.allowed = allowed
        super().__init__(f"{text[:64]!r} is not a {kind}; allowed: {allowed}")


class UnavailableError(LightingError):
    """Something the system needs (broker, database, disk) is not there now; try again later."""


class StoreError(UnavailableError):
    """The database could not do what was asked; nothing of the request was kept."""


class TransportError(UnavailableError):
    """The message broker could not take or give a message."""


class MessageError(LightingError):
    """A message from outside that cannot be understood; carries its topic and what is wrong."""

    def __init__(self, topic: str, problem: str) -> None:
        self.topic = topic
        self.problem = problem
        super().__init__(f"{topic}: {problem}")
