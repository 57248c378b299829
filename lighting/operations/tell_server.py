"""Tell the network server about a device: create it with its keys, or stop it; as often as needed.

Everything here may be done twice: a device that is there already in our application is adopted,
one that is gone already is gone.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from lighting.clock import Clock
from lighting.errors import LightingError, RefusedError
from lighting.operations.commissionings import (
    Commissioned,
    CommissioningStore,
    Errand,
    Pending,
    retry_at,
)
from lighting.registration.commissioning import NETWORK, Event, Step
from lighting.registration.device_server import (
    NAME_MAX,
    DeviceClass,
    DeviceServer,
    KnownDevice,
    NewDevice,
)
from lighting.registration.errors import (
    DeviceNotFoundError,
    DeviceTakenError,
    KeySafeError,
    RootKeyError,
    ServerAwayError,
    ServerDeniedError,
    ServerRefusedError,
)
from lighting.registration.keys import KeySafe, RootKeys
from lighting.registration.server_plan import NO_JOIN_EUI, ServerPlan

_LOG = logging.getLogger(__name__)

BY_HAND = "no network server is set: register it there by hand"
AT_ONCE = 100

CREATED = "created on the network server"
NO_KEYS = (
    "without root keys: it cannot join until they are given there, or here by registering it again"
    " with its keys"
)
"""Errands that one round runs at most: the rest is due a moment later."""

_PERSON_MUST_ACT = (ServerRefusedError, RefusedError, KeySafeError, RootKeyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDesk:
    """The network server, where devices belong there, and the safe in which their keys wait.

    Without ``server`` people register devices there themselves.
    """

    safe: KeySafe
    server: DeviceServer | None = None
    plan: ServerPlan | None = None
    keep_keys: bool = False


class Teller:
    """Runs errands."""

    def __init__(self, store: CommissioningStore, desk: ServerDesk, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.desk = desk

    async def run(self, before: Commissioned) -> Commissioned:
        """Run the errand of a commissioning, and return it as it is then.

        That the server is away, or refuses, is no error here: it stands in ``pending.problem``.

        Raises:
            StoreError: the database could not take what came of it; the errand stays due.
        """
        if before.pending.errand is Errand.NONE:
            return before
        # The device may join before the server's answer is here: what it says from now on counts.
        at = self._clock.now()
        try:
            note = await self._tell(before)
        except _PERSON_MUST_ACT as exc:
            return await self._refused(before, at, exc)
        except (ServerAwayError, ServerDeniedError, DeviceNotFoundError) as exc:
            # Not found: it was deleted there between two of our questions; the next try creates it.
            return await self._away(before, at, exc)
        step = None
        if before.pending.errand is Errand.CREATE:
            step = Step(event=Event.REGISTER, at=at, by=before.begun_by, note=note)
        return await self._store.errand_done(before, step, keep_keys=self.desk.keep_keys)

    async def run_due(self, at: datetime) -> int:
        """Run the errands that are due, until the server is away; return how many came to an end.

        Raises:
            StoreError: the database could not be read or written.
        """
        ended = 0
        for before in await self._store.due(at, limit=AT_ONCE):
            after = await self.run(before)
            if after.pending.errand is not Errand.NONE and after.pending.next_try_at is not None:
                _LOG.warning("network server: %s", after.pending.problem)
                return ended  # it is away for the others too
            ended += 1
        return ended

    async def look(self, before: Commissioned) -> KnownDevice | None:
        """Return the device as the server has it; None where there is none, or no server."""
        server = self.desk.server
        return None if server is None else await server.find(before.dev_eui)

    async def _tell(self, before: Commissioned) -> str:
        server = self.desk.server
        if server is None:
            return BY_HAND
        match before.pending.errand:
            case Errand.CREATE:
                return await self._create(server, before)
            case Errand.DISABLE:
                return await _disable(server, before)
            case Errand.DELETE | Errand.NONE:
                return await _delete(server, before)

    async def _create(self, server: DeviceServer, before: Commissioned) -> str:
        sealed = await self._store.sealed_keys(before.commissioning_id)
        keys = None if sealed is None else self.desk.safe.open_sealed(before.dev_eui, sealed)
        device = _device(before)
        there = await server.find(before.dev_eui)
        if there is None:
            try:
                await server.create(device, keys)
            except DeviceTakenError:
                there = await server.find(before.dev_eui)
                if there is None:
                    raise  # another tenant has it, or it is one that we may not see
            else:
                return CREATED if keys is not None else f"{CREATED}, {NO_KEYS}"
        return await _adopt(server, device, there, keys)

    async def _refused(
        self, before: Commissioned, at: datetime, exc: LightingError
    ) -> Commissioned:
        pending = replace(
            before.pending, tries=before.pending.tries + 1, next_try_at=None, problem=str(exc)
        )
        step = Step(event=Event.FAIL, at=at, by=NETWORK, note=str(exc))
        is_new = before.pending.errand is Errand.CREATE
        return await self._store.errand_failed(before, pending, step if is_new else None)

    async def _away(self, before: Commissioned, at: datetime, exc: LightingError) -> Commissioned:
        tries = before.pending.tries + 1
        pending = Pending(
            errand=before.pending.errand,
            tries=tries,
            next_try_at=retry_at(at, tries),
            problem=str(exc),
        )
        return await self._store.errand_failed(before, pending)


def _device(before: Commissioned) -> NewDevice:
    made = before.particulars
    name = before.lantern_id or f"{made.device_id} {before.dev_eui}"
    tags = {"lamplighter-model": made.device_id}
    if before.lantern_id:
        tags["lamplighter-lantern"] = before.lantern_id
    return NewDevice(
        dev_eui=before.dev_eui,
        join_eui=made.join_eui or NO_JOIN_EUI,
        name=name[:NAME_MAX],
        application_id=made.application_id,
        profile_id=made.server_profile,
        device_class=DeviceClass.C if made.always_listens else DeviceClass.A,
        tags=tags,
    )


async def _adopt(
    server: DeviceServer, device: NewDevice, there: KnownDevice, keys: RootKeys | None
) -> str:
    """Make a device that the server has already in our application what it should be."""
    check_is_ours(device.application_id, device.profile_id, there)
    if there.name != device.name:
        await server.rename(device.dev_eui, device.name)
    if keys is not None:
        await server.set_keys(device.dev_eui, keys)
    if not there.enabled:
        await server.enable(device.dev_eui, enabled=True)
    return "was on the network server already, and taken over"


def check_is_ours(application_id: str, profile_id: str, there: KnownDevice) -> None:
    """Let a device pass that is where we would have created it.

    Raises:
        DeviceTakenError: it is in another application.
        ServerRefusedError: it is of another device profile.
    """
    if there.application_id != application_id:
        raise DeviceTakenError(there.dev_eui, there.application, there.name)
    if there.profile_id != profile_id:
        raise ServerRefusedError(
            f"{there.dev_eui} is on the network server already, with device profile"
            f" {there.profile_id} and not {profile_id}: change it there, or delete it there and"
            " register it again with its keys"
        )


async def _disable(server: DeviceServer, before: Commissioned) -> str:
    try:
        await server.enable(before.dev_eui, enabled=False)
    except DeviceNotFoundError:
        return "the network server does not have it"
    except ServerRefusedError:  # The Things Stack cannot disable
        return await _delete(server, before)
    return "disabled on the network server"


async def _delete(server: DeviceServer, before: Commissioned) -> str:
    try:
        await server.delete(before.dev_eui)
    except DeviceNotFoundError:
        return "the network server does not have it"
    return "deleted on the network server"
