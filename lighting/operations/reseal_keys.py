"""Seal the kept root keys again, under the newest secret, so that older secrets can be dropped."""

from dataclasses import dataclass

from lighting.identifiers import DevEui
from lighting.operations.commissionings import CommissioningStore
from lighting.registration.errors import KeySafeError
from lighting.registration.keys import KeySafe

PAGE = 500
"""Devices whose keys are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOpened:
    """A device whose kept keys do not open, and why; they stay as they are."""

    dev_eui: DevEui
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """How many devices' keys were sealed again, and were under the newest secret already."""

    resealed: int
    unchanged: int
    not_opened: tuple[NotOpened, ...]


async def reseal_keys(store: CommissioningStore, safe: KeySafe) -> Resealed:
    """Bring all kept keys under the newest secret; a second run finds nothing to do.

    Each device's keys are replaced in a step of their own, unless somebody gave others meanwhile.

    Raises:
        StoreError: the database failed; what is done is done, and a second run completes it.
    """
    after = resealed = unchanged = 0
    not_opened = []
    while kept := await store.kept_keys(after=after, limit=PAGE):
        for each in kept:
            try:
                sealed = safe.reseal(each.dev_eui, each.sealed)
            except KeySafeError as exc:
                not_opened.append(NotOpened(dev_eui=each.dev_eui, problem=str(exc)))
                continue
            if sealed != each.sealed and await store.replace_keys(each, sealed):
                resealed += 1
            else:
                unchanged += 1
        after = kept[-1].commissioning_id
    return Resealed(resealed=resealed, unchanged=unchanged, not_opened=tuple(not_opened))
