"""Fit: the answer to whether a device goes somewhere, with every reason against it."""

from dataclasses import dataclass
from enum import StrEnum

from lighting.inventory.sockets import Figure, Limit, SocketId


class ReasonKind(StrEnum):
    """Why a device does not go there."""

    STANDARD = "wrong standard"
    OCCUPIED = "occupied"
    ELSEWHERE = "fitted elsewhere"
    SUPPLY = "no such supply"
    BY_DAY = "dead by day"
    AUX_AVERAGE = "24 V average exceeded"
    AUX_PEAK = "24 V peak exceeded"
    BUS = "bus current exceeded"
    MAINS = "mains load exceeded"
    MASS = "too heavy"
    ORIENTATION = "wrong position"
    UNKNOWN = "not provable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason. Where it is about a figure: what is needed, what others draw, what is allowed.

    ``unverified`` says why the limit is only believed; ``occupancy_id`` who is in the way.
    """

    kind: ReasonKind
    text: str
    figure: Figure | None = None
    needed: float | None = None
    drawn: float | None = None
    limit: Limit | None = None
    occupancy_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The answer for one device and one socket (None: clamped to the column, no socket)."""

    device_id: str
    place: str
    socket_id: SocketId | None
    obstacles: tuple[Reason, ...] = ()
    unknown: tuple[Reason, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether it is proved that the device fits."""
        return not self.obstacles and not self.unknown

    @property
    def verdict(self) -> str:
        """The answer in one sentence, without the reasons."""
        if self.fits:
            return f"{self.device_id} fits {self.place}"
        if self.obstacles:
            return f"{self.device_id} does not go into {self.place}"
        return f"{self.device_id} is not proved to fit {self.place}"

    @property
    def words(self) -> str:
        """The answer with its reasons; what is unknown matters only if nothing forbids it."""
        obstacles = [f"{reason.kind} ({reason.text})" for reason in self.obstacles]
        told = "; ".join(obstacles or [reason.text for reason in self.unknown])
        return f"{self.verdict}: {told}" if told else self.verdict

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All that stands against it, obstacles first."""
        return self.obstacles + self.unknown
