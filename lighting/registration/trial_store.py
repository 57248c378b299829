"""PartnerStore: partners, their trials, tokens and devices, as they need a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lighting.registration.trial import NewTrial, Partner, Trial, TrialDevice, Word
from lighting.registration.trial_rules import Wish

Judge = Callable[[Trial, Sequence[TrialDevice]], str]
"""Return the stream of a wished device from the trial and what hangs under it, or raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token on record: the SHA-256 of its text, never the text; ``revoked`` ends it early."""

    number: int
    trial_id: int
    digest: str
    made: Word
    revoked: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """A device under a trial and how it does: ``state`` of its commissioning since ``since``.

    ``last_seen_at`` is when it was heard last, told while it hangs.
    """

    device: TrialDevice
    state: str
    since: datetime
    last_seen_at: datetime | None = None


class PartnerStore(Protocol):
    """Durable partners. Every method is one transaction.

    A device counts as removed as soon as its commissioning has ended, whoever has ended it.
    """

    async def add_partner(self, partner: Partner, made: Word) -> None:
        """Add a partner.

        Raises:
            RefusedError: there is one with this id.
        """

    async def partners(self) -> list[Partner]:
        """Return all partners, by id."""

    async def add_trial(self, new: NewTrial) -> Trial:
        """Add a trial.

        Raises:
            NotFoundError: no such partner.
        """

    async def trials(self) -> list[Trial]:
        """Return all trials, in order of id."""

    async def find_trial(self, trial_id: int) -> Trial | None:
        """Return a trial or None."""

    async def end_trial(self, trial_id: int, ending: Word) -> Trial:
        """End a trial; one that was ended before stays as it is.

        Raises:
            NotFoundError: no such trial.
        """

    async def add_token(self, trial_id: int, digest: str, made: Word) -> Token:
        """Add a token to a trial that exists."""

    async def tokens(self) -> list[Token]:
        """Return all tokens, in order of number."""

    async def find_token(self, digest: str) -> tuple[Token, Trial, Partner] | None:
        """Return the token with this digest, its trial and whose it is, or None."""

    async def revoke(self, number: int, revoked: Word) -> Token:
        """Revoke a token; one that was revoked before stays as it is.

        Raises:
            NotFoundError: no such token.
        """

    async def reserve(
        self, trial_id: int, wish: Wish, judge: Judge, *, at: datetime
    ) -> TrialDevice:
        """Note a device under a trial, if ``judge`` lets it; of two that ask at once one waits.

        One that hangs there already is returned as it is.

        Raises:
            NotFoundError: no such trial.
            TrialRefusedError: whatever the judge raises, or it hangs under another trial.
        """

    async def bind(self, number: int, commissioning_id: int) -> bool:
        """Note the commissioning of a reserved device; False if it is no longer reserved."""

    async def release(self, number: int) -> None:
        """Forget a reserved device that has no commissioning."""

    async def take_off(self, number: int, at: datetime) -> None:
        """Note that a device was removed; one that was removed before stays as it is."""

    async def devices(self, trial_id: int) -> list[DeviceState]:
        """Return the devices that are or were under a trial, in order of number."""

    async def unbound(self, before: datetime) -> list[tuple[Trial, TrialDevice]]:
        """Return devices that were reserved before a time and have no commissioning."""

    async def silence_over(self, at: datetime) -> int:
        """Take the devices of trials that are over out of their streams; return how many.

        From then on nothing of what they say is stored.
        """
