"""Register devices: where they go, what the network server is told, swap, remove, wait for proof.

Each act is one transaction in the database and then an errand to the network server. Asked for
twice it is done once; what a crash or a server that is away leaves open, asking again completes,
and so does the controller by itself.
"""

from dataclasses import dataclass, replace

from lighting.clock import Clock
from lighting.errors import NotFoundError, RefusedError, UnavailableError
from lighting.identifiers import DevEui
from lighting.inventory.occupancy import check_texts
from lighting.operations.commissionings import (
    Commissioned,
    CommissioningStore,
    Errand,
    Leaving,
    NewCommissioning,
)
from lighting.operations.register_asked import RegisterAsked, Rules, prepare
from lighting.operations.sockets import Sockets
from lighting.operations.tell_server import Teller, check_is_ours
from lighting.operations.whereabouts import Whereabouts
from lighting.registration.commissioning import Event, State
from lighting.sensing.register import StreamStore


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """From where what requests are read against is taken."""

    sockets: Sockets
    streams: StreamStore


class Registration:
    """Registers, swaps and removes devices."""

    def __init__(
        self,
        store: CommissioningStore,
        teller: Teller,
        clock: Clock,
        *,
        whereabouts: Whereabouts,
        book: RuleBook,
    ) -> None:
        self.store = store
        self.teller = teller
        self.clock = clock
        self._whereabouts = whereabouts
        self._book = book

    async def register(self, asked: RegisterAsked) -> Commissioned:
        """Take a device into service; what the network server said of it stands in the answer.

        Raises:
            AlreadyRegisteredError: the DevEUI is in use in another place; says where.
            DeviceTakenError: another application of the network server has it; nothing was kept.
            FitRefusedError: it does not go there; says why and what would fit.
            RefusedError: something is missing or contradicts what is known.
            UnavailableError: the database, or the safe for keys, is not there; nothing was kept.
        """
        rules = await self.rules()
        new, seat = prepare(asked, rules, at=self.clock.now())
        await self.check_server(new)
        begun = await self.store.begin(new, seat)
        return await self.teller.run(begun.commissioned) if begun.changed else begun.commissioned

    async def swap(self, old: DevEui, asked: RegisterAsked, *, reason: str) -> Commissioned:
        """Put a device in the place of another, which is disabled on the network server.

        Raises:
            NotFoundError: nothing is known of the old one.
            RefusedError: as ``register``; then the old one stays where it is.
        """
        if old == asked.dev_eui:
            raise RefusedError("a device cannot be swapped for itself; scan the new one")
        done = await self._swapped_before(old, asked.dev_eui)
        if done is not None:
            return await self.teller.run(done)
        spot = await self._whereabouts.find(old)
        if spot is None:
            raise NotFoundError("fitted device", old)
        placed = replace(asked, lantern_id=spot.lantern_id)
        at = self.clock.now()
        rules = await self.rules()
        new, seat = prepare(placed, rules, at=at, socket_id=spot.socket_id)
        await self.check_server(new)
        leaving = self._leaving(old, asked.by, reason, Errand.DISABLE, event=Event.SWAP)
        begun = await self.store.begin(new, seat, replacing=replace(leaving, at=at))
        gone = await self.store.find(old)
        if gone is not None:
            await self.teller.run(gone)
        return await self.teller.run(begun.commissioned)

    async def remove(
        self, dev_eui: DevEui, *, by: str, reason: str, forget: bool = False
    ) -> Commissioned:
        """Take a device off; it is disabled on the network server, or with ``forget`` deleted.

        Raises:
            NotFoundError: nothing is known of it.
            RefusedError: who or why is missing.
        """
        errand = Errand.DELETE if forget else Errand.DISABLE
        leaving = self._leaving(dev_eui, by, reason, errand, event=Event.REMOVE)
        before = await self.store.find(dev_eui)
        gone = before is not None and before.state is State.REMOVED
        if before is not None and gone and await self._whereabouts.find(dev_eui) is None:
            return await self.teller.run(before)  # asked again: only what is open is done
        return await self.teller.run(await self.store.leave(leaving))

    async def retry(self, dev_eui: DevEui | None = None) -> int:
        """Run errands now, of one device or of all; return how many came to an end.

        Raises:
            NotFoundError: the device has none.
        """
        at = self.clock.now()
        there = await self.store.hurry(dev_eui, at)
        if dev_eui is not None and not there:
            raise NotFoundError("open errand of device", dev_eui)
        return await self.teller.run_due(at)

    async def rules(self) -> Rules:
        """Return what requests are read against now.

        Raises:
            StoreError: the database could not be read.
        """
        await self._book.sockets.learn()
        streams = await self._book.streams.streams()
        return Rules(sockets=self._book.sockets, desk=self.teller.desk, streams=streams)

    async def check_server(self, new: NewCommissioning) -> bool:
        """Ask the network server for a device before anything is kept; return whether it answered.

        One that is away is no reason not to register: the errand will find out.

        Raises:
            DeviceTakenError: another of its applications has it; says which.
            ServerRefusedError: it has it with another device profile.
        """
        server = self.teller.desk.server
        if server is None:
            return True
        try:
            there = await server.find(new.dev_eui)
        except UnavailableError:
            return False
        if there is not None:
            said = new.particulars
            check_is_ours(said.application_id, said.server_profile, there)
        return True

    async def _swapped_before(self, old: DevEui, new: DevEui) -> Commissioned | None:
        """Return the new device if the swap was made already, and its answer got lost."""
        gone, there = await self.store.find(old), await self.store.find(new)
        if gone is None or there is None or there.ended_at is not None:
            return None
        fitted = [step.at for step in there.steps if step.event is Event.FIT]
        at_once = gone.lantern_id == there.lantern_id and gone.ended_at in fitted
        return there if gone.state is State.SWAPPED and at_once else None

    def _leaving(
        self, dev_eui: DevEui, by: str, reason: str, errand: Errand, *, event: Event
    ) -> Leaving:
        if not by.strip() or not reason.strip():
            raise RefusedError("say who takes the device off, and why")
        check_texts({"by": by, "reason": reason})
        return Leaving(
            dev_eui=dev_eui,
            event=event,
            at=self.clock.now(),
            by=by.strip(),
            reason=reason.strip(),
            errand=errand,
        )
