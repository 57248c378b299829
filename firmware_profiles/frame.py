"""Frame: f_port, payload and whether the node must confirm it. The unit handed to a downlink."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One application downlink.

    ``slot`` names the register of the node that the frame writes (``calendar``, ``profile 0``, …):
    a later frame with the same slot replaces what this one set. ``echo`` is the answer by which
    the node proves that it took the frame: (f_port, payload), or None if it does not answer.
    """

    f_port: int
    payload: bytes
    slot: str
    echo: tuple[int, bytes] | None = None
    confirmed: bool = False
