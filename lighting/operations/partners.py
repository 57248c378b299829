"""Partners: what the city does about them: agree on trials, hand out tokens, end what is over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from firmware_profiles.devices.device import DeviceModel, Use
from firmware_profiles.errors import UnknownDeviceError
from lighting.clock import Clock
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.store import LanternStore
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.partner_tokens import digest_of, new_token
from lighting.registration.trial import NewTrial, Partner, Standing, Trial, Word, period
from lighting.registration.trial_rules import is_overdue
from lighting.registration.trial_store import DeviceState, PartnerStore, Token
from lighting.sensing.register import StreamStore

UNBOUND_FOR = timedelta(minutes=10)
"""After so long a device that was asked for is looked up: its registration is over, or broke."""

_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAsked:
    """A trial as people agree on it; ``first`` and ``last`` are local days, both part of it."""

    partner_id: str
    lantern_ids: tuple[LanternId, ...]
    first: date
    last: date
    devices_max: int
    permit: str
    by: str
    model_ids: tuple[str, ...] = ()
    stream_ids: tuple[str, ...] = ()
    accepted: str = ""


class Partners:
    """The city's side of partners; ``zone`` is whose days are meant."""

    def __init__(
        self,
        store: PartnerStore,
        clock: Clock,
        zone: str,
        *,
        lanterns: LanternStore,
        streams: StreamStore,
        catalogue: Mapping[str, DeviceModel],
    ) -> None:
        self.store = store
        self._clock = clock
        self._zone = ZoneInfo(zone)
        self._lanterns = lanterns
        self._streams = streams
        self._catalogue = catalogue

    async def add(self, partner: Partner, *, by: str) -> None:
        """Add a partner.

        Raises:
            RefusedError: there is one with this id, or who adds it is missing.
        """
        await self.store.add_partner(partner, self._word(by))

    async def agree(self, asked: TrialAsked) -> Trial:
        """Note a trial.

        Raises:
            NotFoundError: no such partner.
            RefusedError: a lantern or a stream is not there, a model controls lanterns, or the
                agreement lacks something; says what.
            UnknownDeviceError: no such device model.
        """
        starts_at, ends_at = period(asked.first, asked.last, self._zone)
        new = NewTrial(
            partner_id=asked.partner_id,
            lantern_ids=tuple(dict.fromkeys(asked.lantern_ids)),
            starts_at=starts_at,
            ends_at=ends_at,
            devices_max=asked.devices_max,
            permit=asked.permit.strip(),
            made=self._word(asked.by),
            model_ids=tuple(dict.fromkeys(asked.model_ids)),
            stream_ids=tuple(dict.fromkeys(asked.stream_ids)),
            accepted=asked.accepted.strip(),
        )
        _refuse("lantern", set(new.lantern_ids) - set(await self._lanterns.get(new.lantern_ids)))
        known = {each.stream_id for each in await self._streams.streams()}
        _refuse("stream", set(new.stream_ids) - known)
        for model_id in new.model_ids:
            self._check_model(model_id)
        return await self.store.add_trial(new)

    async def issue_token(self, trial_id: int, *, by: str) -> tuple[Token, str]:
        """Return a new token of a trial, and its text, which is shown this once.

        Raises:
            NotFoundError: no such trial.
            RefusedError: the trial is over, or who hands it out is missing.
        """
        made = self._word(by)
        trial = await self.store.find_trial(trial_id)
        if trial is None:
            raise NotFoundError("trial", trial_id)
        if trial.standing(made.at) is Standing.OVER:
            raise RefusedError(f"trial {trial_id} was over at {trial.over_at.isoformat()}")
        text = new_token()
        return await self.store.add_token(trial_id, digest_of(text), made), text

    async def revoke(self, number: int, *, by: str) -> Token:
        """Revoke a token: from now on it opens nothing.

        Raises:
            NotFoundError: no such token.
            RefusedError: who revokes it is missing.
        """
        return await self.store.revoke(number, self._word(by))

    async def end(self, trial_id: int, *, by: str, reason: str) -> tuple[Trial, list[DeviceState]]:
        """End a trial now; return it, and its devices, which somebody has to take off.

        Its tokens are dead and nothing more of its devices is stored from here on.

        Raises:
            NotFoundError: no such trial.
            RefusedError: who or why is missing.
        """
        if not reason.strip():
            raise RefusedError("say why the trial is ended")
        ending = self._word(by, reason)
        trial = await self.store.end_trial(trial_id, ending)
        await self.store.silence_over(ending.at)
        hanging = [
            each
            for each in await self.store.devices(trial_id)
            if is_overdue(trial, each.device, ending.at)
        ]
        return trial, hanging

    def _check_model(self, model_id: str) -> None:
        model = self._catalogue.get(model_id)
        if model is None:
            raise UnknownDeviceError(model_id, tuple(sorted(self._catalogue)))
        if model.firmware_profile or Use.LIGHTING in model.uses:
            raise RefusedError(f"{model_id} controls a lantern; partners fit other devices only")

    def _word(self, by: str, reason: str = "") -> Word:
        if not by.strip():
            raise RefusedError("say who you are")
        return Word(by=by.strip(), at=self._clock.now(), reason=reason.strip())


class TrialKeeper:
    """Ends what is over, and finishes what a crash has left open. A loop of the controller's."""

    def __init__(self, store: PartnerStore, registrar: PartnerRegistrar) -> None:
        self._store = store
        self._registrar = registrar

    async def tend(self, at: datetime) -> None:
        """Store nothing more of devices whose trial is over; look after half-asked devices.

        Raises:
            StoreError: the database could not be read or written; the next call goes on.
        """
        for trial, device in await self._store.unbound(at - UNBOUND_FOR):
            known = await self._registrar.commissioned(device.dev_eui)
            if known is not None and known.begun_by == trial.signature:
                await self._store.bind(device.number, known.commissioning_id)
            else:
                await self._store.release(device.number)
        await self._store.silence_over(at)


def _refuse(kind: str, missing: Collection[str]) -> None:
    if missing:
        names = ", ".join(sorted(missing)[:_NAMED])
        raise RefusedError(f"no {kind} {names}; correct it, or import it first")
