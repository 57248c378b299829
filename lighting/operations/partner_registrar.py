"""PartnerRegistrar: registers devices in partners' names, and hides what they may not know.

The city's own errors say who sits where. A partner is told by which rule it is refused, and no
more: otherwise it could learn of others' devices by guessing.
"""

import logging

from lighting.errors import RefusedError, StoreError, UnavailableError
from lighting.identifiers import DevEui
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.socket_errors import FitRefusedError
from lighting.inventory.verdict import ReasonKind
from lighting.operations.commissionings import Commissioned
from lighting.operations.partner_desk import DeviceAsked, Visit
from lighting.operations.register import Registration
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.whereabouts import Whereabouts
from lighting.registration.trial_rules import Rule, TrialRefusedError, taken

_LOG = logging.getLogger(__name__)


class PartnerRegistrar:
    """See ``lighting.operations.partner_desk.Registrar``."""

    def __init__(self, registration: Registration, whereabouts: Whereabouts) -> None:
        self._registration = registration
        self._whereabouts = whereabouts

    async def holder(self, dev_eui: DevEui) -> str | None:
        """Return who registered a device, ``""`` where it is known otherwise, None if unknown.

        Raises:
            StoreError: the database could not be read.
        """
        known = await self.commissioned(dev_eui)
        if known is not None:
            return known.begun_by
        return None if await self._whereabouts.find(dev_eui) is None else ""

    async def commissioned(self, dev_eui: DevEui) -> Commissioned | None:
        """Return the open commissioning of a device.

        Raises:
            StoreError: the database could not be read.
        """
        known = await self._registration.store.find(dev_eui)
        return None if known is None or known.ended_at is not None else known

    async def register(self, visit: Visit, asked: DeviceAsked, stream_id: str) -> int:
        """Take a device into service; return its commissioning.

        Raises:
            TrialRefusedError: it may not be; tells nothing of others' devices.
            RefusedError: something is missing.
            UnavailableError: the database, or the safe for keys, is not there.
        """
        try:
            done = await self._registration.register(_asked(visit, asked, stream_id))
        except FitRefusedError as exc:
            raise _unfit(exc) from None
        except StoreError:
            raise
        except UnavailableError as exc:
            _LOG.error("device %s of %s: %s", asked.dev_eui, visit.trial.signature, exc)
            raise UnavailableError("the city cannot register devices now; try later") from None
        except RefusedError as exc:
            if type(exc) is RefusedError:  # its kinds say whose device is in the way
                raise
            _LOG.warning("device %s of %s: %s", asked.dev_eui, visit.trial.signature, exc)
            raise taken(asked.dev_eui) from None
        if done.begun_by != visit.trial.signature:
            _LOG.error("device %s of %s: somebody else was faster", asked.dev_eui, done.begun_by)
            raise taken(asked.dev_eui)
        return done.commissioning_id

    async def remove(self, visit: Visit, dev_eui: DevEui, reason: str) -> None:
        """Take a device off that the visitor has registered.

        Raises:
            StoreError: the database could not take it.
        """
        await self._registration.remove(dev_eui, by=visit.trial.signature, reason=reason)


def _asked(visit: Visit, asked: DeviceAsked, stream_id: str) -> RegisterAsked:
    agreed = visit.trial.agreed
    acceptance = None
    if agreed.accepted:
        acceptance = Acceptance(by=agreed.made.by, reason=agreed.accepted)
    return RegisterAsked(
        dev_eui=asked.dev_eui,
        device_id=asked.device_id,
        by=visit.trial.signature,
        lantern_id=asked.lantern_id,
        position=asked.position,
        number=asked.number,
        join_eui=asked.join_eui,
        keys=asked.keys,
        stream_id=stream_id,
        serial=asked.serial,
        owner=visit.partner.name,
        permit=agreed.permit,
        photo=asked.photo,
        acceptance=acceptance,
    )


def _unfit(exc: FitRefusedError) -> TrialRefusedError:
    """Return a refusal by kinds alone: the reasons in words name who is there already."""
    found = exc.fit.obstacles or exc.fit.unknown
    kinds = sorted({reason.kind for reason in found})
    if kinds == [ReasonKind.ELSEWHERE]:
        return TrialRefusedError(Rule.TAKEN, "this device is recorded elsewhere; ask the city")
    cure = (
        "choose another column or socket of yours"
        if exc.fit.obstacles
        else "the city has to answer for it: ask that it is accepted for this trial"
    )
    return TrialRefusedError(
        Rule.FIT, f"{exc.fit.device_id} does not go there: {', '.join(kinds)}; {cure}"
    )
