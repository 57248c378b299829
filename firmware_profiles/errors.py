"""Errors of the wire, by whose fault they are: EncodeError is ours, DecodeError the device's."""


class WireError(Exception):
    """Base of every error that ``firmware_profiles`` raises."""


class EncodeError(WireError):
    """We were asked to say something that the firmware cannot hold; carries field, value, limit."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field} = {value!r} cannot be encoded; allowed: {allowed}")

    def inside(self, place: str) -> "EncodeError":
        """Return the same error, its field told as a part of ``place`` (``steps[2]``)."""
        return EncodeError(f"{place}.{self.field}", self.value, self.allowed)


class DecodeError(WireError):
    """A device sent bytes that its firmware's protocol does not allow."""

    def __init__(self, f_port: int, payload: bytes, offset: int, problem: str) -> None:
        self.f_port = f_port
        self.payload = payload
        self.offset = offset
        self.problem = problem
        super().__init__(
            f"port {f_port}, byte {offset} of {payload[:32].hex() or '(empty)'}"
            f" ({len(payload)} bytes): {problem}"
        )


class UnknownProfileError(WireError):
    """A firmware profile id that is not in the registry."""

    def __init__(self, profile_id: str, known: tuple[str, ...]) -> None:
        self.profile_id = profile_id
        self.known = known
        super().__init__(f"no firmware profile {profile_id!r}; known: {', '.join(known)}")


class UnknownQuantityError(WireError):
    """A quantity that is not in the table of quantities."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        self.key = key
        self.known = known
        super().__init__(f"no quantity {key!r}; known: {', '.join(known)}")


class UnknownCodecError(WireError):
    """The id of an add-on codec that is not in the registry."""

    def __init__(self, codec_id: str, known: tuple[str, ...]) -> None:
        self.codec_id = codec_id
        self.known = known
        super().__init__(f"no add-on codec {codec_id!r}; known: {', '.join(known)}")


class UnknownDeviceError(WireError):
    """The id of a device model that is not in the catalogue."""

    def __init__(self, device_id: str, known: tuple[str, ...]) -> None:
        self.device_id = device_id
        self.known = known
        super().__init__(f"no device {device_id!r} in the catalogue; known: {', '.join(known)}")
