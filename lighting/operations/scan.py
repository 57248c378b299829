"""Look at a label: which device it is, which model it may be, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from lighting.identifiers import DevEui
from lighting.inventory.seats import Catalogue
from lighting.operations.commissionings import Commissioned, CommissioningStore
from lighting.operations.secret_text import without_secrets
from lighting.operations.whereabouts import Whereabouts
from lighting.registration.errors import LabelError
from lighting.registration.eui import JoinEui
from lighting.registration.label import read_label
from lighting.registration.makers import MAKERS
from lighting.registration.tr005 import Tr005

SUGGESTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A model that the device may be, and why we think so."""

    device_id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a label says. ``label`` is the ProfileID of a TR005 code, ``maker`` who that is.

    ``known`` is its commissioning. ``where`` says where it is, in words; empty if nobody knows.
    """

    dev_eui: DevEui
    join_eui: JoinEui | None = None
    serial: str = ""
    label: str = ""
    maker: str = ""
    models: tuple[Suggestion, ...] = ()
    known: Commissioned | None = None
    where: str = ""


class Scanner:
    """Reads labels, and looks up what is known."""

    def __init__(
        self, store: CommissioningStore, whereabouts: Whereabouts, catalogue: Catalogue
    ) -> None:
        self._store = store
        self._whereabouts = whereabouts
        self._catalogue = catalogue

    async def look(self, text: str) -> Looked:
        """Return what a scanned or typed text names.

        Raises:
            LabelError: it names no device; says what it is instead, and shows no key that it holds.
            StoreError: the database could not be read.
        """
        code, dev_eui = _read(text)
        label = f"{code.vendor_id:04x}{code.vendor_profile_id:04x}" if code else ""
        maker = MAKERS.get(code.vendor_id, "") if code else ""
        known = await self._store.find(dev_eui)
        spot = await self._whereabouts.find(dev_eui)
        seen = await self._store.models_like(label, dev_eui)
        return Looked(
            dev_eui=dev_eui,
            join_eui=code.join_eui if code else None,
            serial=(code.serial or "") if code else "",
            label=label,
            maker=maker,
            models=self._suggested(seen, maker),
            known=known,
            where="" if spot is None else spot.words,
        )

    def _suggested(self, seen: Mapping[str, int], maker: str) -> tuple[Suggestion, ...]:
        likeliest = sorted(seen, key=lambda each: (-seen[each], each))
        why = dict.fromkeys(likeliest, "registered before with such a label or DevEUI")
        for model in self._catalogue.values():
            if maker and model.vendor == maker:
                why.setdefault(model.device_id, f"made by {maker}, as the label says")
        known = [(each, why[each]) for each in why if each in self._catalogue]
        return tuple(
            Suggestion(device_id=each, title=self._catalogue[each].title, why=reason)
            for each, reason in known[:SUGGESTED]
        )


def scanned_dev_eui(text: str) -> DevEui:
    """Return the DevEUI that a scanned or typed text names.

    Raises:
        LabelError: it names none; no key or token that it holds is shown.
    """
    return _read(text)[1]


def _read(text: str) -> tuple[Tr005 | None, DevEui]:
    try:
        read = read_label(text)
    except LabelError as exc:
        raise LabelError(without_secrets(exc.problem, text), exc.cure) from None
    return (read, read.dev_eui) if isinstance(read, Tr005) else (None, read)
