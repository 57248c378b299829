"""What the city's own errors say of others is not repeated to a partner."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from lighting.errors import LightingError, RefusedError, StoreError, UnavailableError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.alternatives import WouldFit
from lighting.inventory.socket_errors import FitRefusedError, RecordError
from lighting.inventory.verdict import Fit, Reason, ReasonKind
from lighting.operations.commissionings import (
    AlreadyRegisteredError,
    Commissioned,
    Particulars,
    Pending,
)
from lighting.operations.partner_desk import DeviceAsked, Visit
from lighting.operations.partner_registrar import PartnerRegistrar
from lighting.operations.register_asked import RegisterAsked
from lighting.registration.commissioning import State
from lighting.registration.errors import DeviceTakenError, KeySafeError
from lighting.registration.trial import NewTrial, Partner, Trial, Word
from lighting.registration.trial_rules import Rule, TrialRefusedError

NOW = datetime(2026, 12, 5, tzinfo=UTC)
EUI = DevEui("a81758fff0000001")
OTHERS = "Rival"
"""Stands in every error for what a partner must not learn."""

VISIT = Visit(
    partner=Partner(partner_id="leeds-air", name="Leeds Air", contact="Jo"),
    trial=Trial(
        trial_id=7,
        agreed=NewTrial(
            partner_id="leeds-air",
            lantern_ids=(LanternId("leeds:1"),),
            starts_at=NOW,
            ends_at=NOW.replace(day=6),
            devices_max=1,
            permit="P/12",
            made=Word(by="Ann", at=NOW),
        ),
    ),
    token_number=1,
)
ASKED = DeviceAsked(dev_eui=EUI, device_id="dragino-ldds75", lantern_id=LanternId("leeds:1"))


def commissioned(by: str) -> Commissioned:
    return Commissioned(
        commissioning_id=3,
        dev_eui=EUI,
        particulars=Particulars(device_id="dragino-ldds75", owner=OTHERS),
        lantern_id=LanternId("leeds:9"),
        socket_id=None,
        occupancy_id=None,
        state=State.CONFIRMED,
        since=NOW,
        begun_at=NOW,
        begun_by=by,
        ended_at=None,
        pending=Pending(),
        keys_held=False,
    )


def unfit(*kinds: ReasonKind) -> FitRefusedError:
    obstacles = tuple(Reason(kind=kind, text=f"a device of {OTHERS}") for kind in kinds)
    place = f"the column beside {OTHERS}"
    fit = Fit(device_id="dragino-ldds75", place=place, socket_id=None, obstacles=obstacles)
    return FitRefusedError(fit, WouldFit())


@dataclass
class Register:
    """A registration that always ends in the same way."""

    outcome: Commissioned | LightingError

    async def register(self, _: RegisterAsked) -> Commissioned:
        """Return or raise it."""
        if isinstance(self.outcome, LightingError):
            raise self.outcome
        return self.outcome


async def ask(outcome: Commissioned | LightingError) -> int:
    nowhere: Any = None
    registrar = PartnerRegistrar(cast("Any", Register(outcome)), nowhere)
    return await registrar.register(VISIT, ASKED, "gully-levels")


async def test_who_registered_it_gets_its_commissioning() -> None:
    assert await ask(commissioned("partner leeds-air, trial 7")) == 3


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        (commissioned(f"partner {OTHERS}, trial 8"), Rule.TAKEN),
        (AlreadyRegisteredError(commissioned(OTHERS), "is registered elsewhere"), Rule.TAKEN),
        (DeviceTakenError(EUI, OTHERS, OTHERS), Rule.TAKEN),
        (RecordError(f"before {OTHERS} was removed"), Rule.TAKEN),
        (unfit(ReasonKind.ELSEWHERE), Rule.TAKEN),
        (unfit(ReasonKind.OCCUPIED, ReasonKind.MASS), Rule.FIT),
    ],
)
async def test_a_refusal_tells_its_rule_and_nobodys_name(
    outcome: Commissioned | LightingError, rule: Rule
) -> None:
    with pytest.raises(TrialRefusedError) as told:
        await ask(outcome)
    assert told.value.rule is rule
    assert OTHERS not in str(told.value)
    assert "leeds:9" not in str(told.value)
    assert told.value.__cause__ is None


async def test_a_fit_is_refused_by_the_kinds_of_its_reasons() -> None:
    with pytest.raises(TrialRefusedError, match="occupied, too heavy"):
        await ask(unfit(ReasonKind.OCCUPIED, ReasonKind.MASS, ReasonKind.MASS))


async def test_what_the_partner_has_left_out_is_said_as_it_is() -> None:
    with pytest.raises(RefusedError, match="say which"):
        await ask(RefusedError("it goes into two sockets; say which"))


async def test_what_is_not_there_is_said_without_the_citys_settings() -> None:
    with pytest.raises(UnavailableError) as told:
        await ask(KeySafeError(f"set LAMPLIGHTER_SECRET_KEY in {OTHERS}"))
    assert OTHERS not in str(told.value)
    with pytest.raises(StoreError):
        await ask(StoreError("the database is locked"))
