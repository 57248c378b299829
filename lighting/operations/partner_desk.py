"""PartnerDesk: all that a partner can do. It holds no way to lanterns, and none leads there.

What it asks of the rest of the system is the small protocol ``Registrar``; import-linter keeps
orders, overrides, rollouts and policies out of reach of this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from firmware_profiles.devices.device import DeviceModel
from firmware_profiles.errors import UnknownDeviceError
from lighting.clock import Clock
from lighting.errors import NotFoundError, RefusedError, RequestError, StoreError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.sockets import Position
from lighting.inventory.store import LanternStore
from lighting.operations.partner_tokens import digest_of, is_token, matches
from lighting.registration.eui import JoinEui
from lighting.registration.keys import RootKeys
from lighting.registration.trial import Partner, Standing, Trial, TrialDevice
from lighting.registration.trial_rules import Wish, check_wish, taken
from lighting.registration.trial_store import DeviceState, PartnerStore


class TokenRefusedError(RefusedError):
    """A token that opens nothing (any more); says why only to who holds a real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks: proved by a token."""

    partner: Partner
    trial: Trial
    token_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAsked:
    """A device that a partner has fitted, or is about to; see ``RegisterAsked``."""

    dev_eui: DevEui
    device_id: str
    lantern_id: LanternId
    position: Position | None = None
    number: int = 1
    join_eui: JoinEui | None = None
    keys: RootKeys | None = None
    stream_id: str = ""
    serial: str = ""
    photo: str = ""


class Registrar(Protocol):
    """Registers and removes devices in a partner's name."""

    async def holder(self, dev_eui: DevEui) -> str | None:
        """Return who registered a device, ``""`` where it is known otherwise, None if unknown."""

    async def register(self, visit: Visit, asked: DeviceAsked, stream_id: str) -> int:
        """Take a device into service; return its commissioning.

        Raises:
            TrialRefusedError: it may not be; tells nothing of others' devices.
            RefusedError: something is missing.
            UnavailableError: the database, or the safe for keys, is not there.
        """

    async def remove(self, visit: Visit, dev_eui: DevEui, reason: str) -> None:
        """Take a device off that the visitor has registered."""


class PartnerDesk:
    """Answers partners. What is not a partner's own is not found, whether it exists or not."""

    def __init__(
        self,
        store: PartnerStore,
        registrar: Registrar,
        clock: Clock,
        *,
        lanterns: LanternStore,
        catalogue: Mapping[str, DeviceModel],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._clock = clock
        self._lanterns = lanterns
        self._catalogue = catalogue

    def now(self) -> datetime:
        """Return the time by which trials begin and end."""
        return self._clock.now()

    async def admit(self, token: str) -> Visit:
        """Return who shows a token.

        Raises:
            TokenRefusedError: it is none, was revoked, or its trial is over.
            StoreError: the database could not be read.
        """
        found = await self._store.find_token(digest_of(token)) if is_token(token) else None
        if found is None or not matches(token, found[0].digest):
            raise TokenRefusedError("this is not a token of a trial")
        known, trial, partner = found
        at = self._clock.now()
        if known.revoked is not None:
            raise TokenRefusedError("this token was revoked; ask the city for another")
        if trial.standing(at) is Standing.OVER:
            raise TokenRefusedError(
                f"the trial was over at {trial.over_at.isoformat()}, and its token with it"
            )
        return Visit(partner=partner, trial=trial, token_number=known.number)

    async def columns(self, visit: Visit) -> list[Lantern]:
        """Return the lanterns on whose columns the visitor may fit devices, by id."""
        found = await self._lanterns.get(visit.trial.agreed.lantern_ids)
        return [found[key].lantern for key in sorted(found)]

    async def devices(self, visit: Visit) -> list[DeviceState]:
        """Return the devices that are or were under the visitor's trial, in order of fitting."""
        return await self._store.devices(visit.trial.trial_id)

    async def register(self, visit: Visit, asked: DeviceAsked) -> DeviceState:
        """Register a device under the visitor's trial; asked for twice it is done once.

        Raises:
            TrialRefusedError: a rule of the trial forbids it, somebody else has the device, or it
                does not go there.
            RefusedError: something is missing.
            UnknownDeviceError: no such device model.
            UnavailableError: the database, or the safe for keys, is not there.
        """
        at = self._clock.now()
        wish = Wish(
            dev_eui=asked.dev_eui,
            model=self._model(asked.device_id),
            lantern_id=asked.lantern_id,
            stream_id=asked.stream_id,
        )

        def judge(trial: Trial, own: Sequence[TrialDevice]) -> str:
            return check_wish(trial, wish, own, at)

        device = await self._store.reserve(visit.trial.trial_id, wish, judge, at=at)
        try:
            if await self._registrar.holder(asked.dev_eui) not in {None, visit.trial.signature}:
                raise taken(asked.dev_eui)
            commissioning_id = await self._registrar.register(visit, asked, device.stream_id)
        except RequestError:
            await self._store.release(device.number)
            raise  # after other errors it may be registered: ``TrialKeeper`` finds out
        if not await self._store.bind(device.number, commissioning_id):
            raise StoreError(f"{asked.dev_eui} was asked for twice at once; ask again")
        return await self._state(visit, device.number)

    async def remove(self, visit: Visit, dev_eui: DevEui, *, reason: str) -> DeviceState:
        """Take one of the visitor's devices off.

        Raises:
            NotFoundError: no such device hangs under the trial.
            RefusedError: the reason is missing.
            StoreError: the database could not take it.
        """
        if not reason.strip():
            raise RefusedError("say why the device is taken off")
        hanging = [
            each.device
            for each in await self.devices(visit)
            if each.device.dev_eui == dev_eui and each.device.removed_at is None
        ]
        if not hanging:
            raise NotFoundError("device of yours that hangs", dev_eui)
        if await self._registrar.holder(dev_eui) == visit.trial.signature:
            await self._registrar.remove(visit, dev_eui, reason)
        await self._store.take_off(hanging[0].number, self._clock.now())
        return await self._state(visit, hanging[0].number)

    async def _state(self, visit: Visit, number: int) -> DeviceState:
        (state,) = [each for each in await self.devices(visit) if each.device.number == number]
        return state

    def _model(self, device_id: str) -> DeviceModel:
        if device_id not in self._catalogue:
            raise UnknownDeviceError(device_id, tuple(sorted(self._catalogue)))
        return self._catalogue[device_id]
