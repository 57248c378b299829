"""CodecError and its kinds: whose fault it is, which codec, of what input, and what to do."""

from firmware_profiles.errors import WireError


class CodecError(WireError):
    """A vendor's JavaScript codec could not give an answer that can be used.

    ``codec`` names it, ``function`` is the function asked for, ``subject`` the input in short,
    ``problem`` what happened there and ``cure`` what a person can do.
    """

    cure = "ask the vendor for a corrected codec, or write one here"

    def __init__(self, codec: str, function: str, subject: str, problem: str) -> None:
        self.codec = codec
        self.function = function
        self.subject = subject
        self.problem = problem
        place = f"{function}({subject})" if subject else function
        super().__init__(f"codec {codec}, {place}: {problem}; {self.cure}")


class CodecSourceError(CodecError):
    """The source is not a codec: it does not parse, or fails before any function is called."""

    cure = "check that the file is the whole codec, in JavaScript that needs no other file"


class CodecFunctionError(CodecError):
    """The codec has neither the function asked for nor an older form of it."""

    cure = "ask for a function that the codec has"


class CodecInputError(CodecError):
    """We gave an input that no codec can be asked about."""

    cure = "correct the input"


class CodecThrewError(CodecError):
    """The codec threw; ``problem`` has its message and line."""

    cure = "check that the payload and port are of this device; if they are, the codec has a fault"


class CodecReportedError(CodecError):
    """The codec answered with ``errors``: by TS013 the payload could not be decoded or encoded."""

    cure = "check that the payload and port are of this device and its firmware"

    def __init__(self, codec: str, function: str, subject: str, errors: tuple[str, ...]) -> None:
        self.errors = errors
        super().__init__(codec, function, subject, "it reports: " + "; ".join(errors))


class CodecResultError(CodecError):
    """The answer has the wrong shape, or holds a value that JSON cannot."""


class CodecLimitError(CodecError):
    """The codec used up its time, memory or stack; ``limit`` is that word."""

    def __init__(self, codec: str, function: str, subject: str, limit: str) -> None:
        self.limit = limit
        super().__init__(codec, function, subject, f"stopped: its {limit} is used up")


class CodecThreadError(CodecError):
    """A codec was used from another thread than the one that made it: our own mistake."""

    cure = "call run_codec, which keeps a codec for each thread"
