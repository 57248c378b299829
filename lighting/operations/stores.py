"""What operations need from a database, as small promises."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from firmware_profiles.frame import Frame
from lighting.downlink.lifecycle import State
from lighting.downlink.order import NewOrder
from lighting.identifiers import DevEui, LanternId, ProgramId
from lighting.operations.records import (
    Evidence,
    MeterRow,
    Node,
    NodeCount,
    Note,
    Override,
    PolicyRevision,
    Recorded,
    StatusRow,
    StoredProgram,
    UplinkBatch,
)

PROGRAM_BATCH = "program:"
"""What the batch of a program's orders begins with; the program id follows."""

OVERRIDE_BATCH = "override:"
"""What the batches of all overrides' orders begin with; see ``override_batch``."""

RESUME_BATCH = "resume:"
"""What the batch of the orders that end an override begins with; the override's id follows."""


def override_batch(override_id: int) -> str:
    """Return what the batches of an override's orders begin with.

    The second in which the timed level ends follows (ten digits: since 1970, UTC).
    """
    return f"{OVERRIDE_BATCH}{override_id}:"


class PolicyStore(Protocol):
    """Policies and rules as immutable revisions."""

    async def save_policy(self, name: str, text: str, *, at: datetime, by: str) -> PolicyRevision:
        """Write a new revision, or return the newest one if its text is the same."""

    async def find_policy(self, name: str, revision: int | None = None) -> PolicyRevision | None:
        """Return a revision, the newest if none is given, or None."""

    async def newest_policies(self) -> list[PolicyRevision]:
        """Return the newest revision of every policy, by name."""

    async def save_rules(self, text: str, *, at: datetime, by: str) -> PolicyRevision:
        """Write a new revision of the rules (``name`` is ``rules``)."""

    async def find_rules(self) -> PolicyRevision | None:
        """Return the newest rules, or None."""


class NodeStore(Protocol):
    """Nodes: what is wanted of them, what they hold, what they said."""

    async def nodes(
        self, *, policy: str | None = None, after: DevEui | None = None, limit: int = 5000
    ) -> list[Node]:
        """Return nodes in order of DevEUI, those after ``after``."""

    async def find_nodes(self, dev_euis: Sequence[DevEui]) -> list[Node]:
        """Return the nodes that exist among these, in order of DevEUI."""

    async def nodes_of(self, lantern_ids: Sequence[LanternId]) -> list[Node]:
        """Return the nodes fitted to these lanterns."""

    async def profile_ids(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, str]:
        """Return the firmware profile id of the nodes that exist among these."""

    async def put_programs(self, programs: Sequence[StoredProgram]) -> None:
        """Write programs; one that exists (same id) only gets its later ``valid_until``."""

    async def programs(self, program_ids: Sequence[ProgramId]) -> Mapping[ProgramId, StoredProgram]:
        """Return the programs that exist among these."""

    async def programs_in_force(self, night: date) -> list[StoredProgram]:
        """Return the programs whose nights include ``night``, later ``valid_from`` last."""

    async def want(self, wanted: Mapping[DevEui, ProgramId], *, at: datetime) -> None:
        """Set what is wanted of nodes; evidence becomes ECHOED if they hold it, else INTENDED."""

    async def record(self, batch: UplinkBatch) -> Recorded:
        """Apply all that a batch of messages says, in one transaction; see ``UplinkBatch``.

        Idempotent: the same batch again changes nothing. Echoes and acceptances move orders;
        when every order of a node's wanted program is proved, the node holds it.
        """

    async def seen_in_power(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Raise echoed nodes to SEEN_IN_POWER."""

    async def no_longer_seen_in_power(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Lower SEEN_IN_POWER nodes to ECHOED: their meters contradict."""

    async def refresh_evidence(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Set evidence of nodes whose orders have moved (intended, sent, accepted)."""

    async def adrift(self, *, limit: int = 5000) -> list[Node]:
        """Return nodes that do not hold what is wanted and have no open order for it."""

    async def adrift_pairs(self) -> list[tuple[ProgramId, ProgramId | None]]:
        """Return the distinct (wanted, held) for which ``order_programs`` would write orders."""

    async def order_programs(
        self,
        wanted: ProgramId,
        held: ProgramId | None,
        frames: Sequence[Frame],
        *,
        created_at: datetime,
        expires_at: datetime,
    ) -> int:
        """Write orders of ``frames``, in order, for every node adrift from ``held`` to ``wanted``.

        Adrift: it wants ``wanted``, holds ``held`` (None: unknown), has no open order of batch
        ``program:<wanted>``, has rejected none of that batch, and has been heard since the last
        order of that batch expired (a node that cannot be reached costs no air time until it
        speaks). Rank is PROGRAM. Returns how many nodes were ordered for.
        """

    async def evidence_counts(self) -> dict[Evidence, int]:
        """Return how many nodes are at each evidence level."""

    async def counts_by_policy(self) -> list[NodeCount]:
        """Return the nodes counted by policy, wanted program and evidence, in that order."""

    async def order_counts_of(self, program_ids: Sequence[ProgramId]) -> dict[State, int]:
        """Return the states of the orders of these programs."""


class ReadingStore(Protocol):
    """What nodes said, by time."""

    async def meters_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> dict[DevEui, list[MeterRow]]:
        """Return the meter rows of these nodes, start <= at < end, in order of time."""

    async def statuses_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> dict[DevEui, list[StatusRow]]:
        """Return the statuses of these nodes, start <= at < end, in order of time."""

    async def notes_of(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime, kind: str | None = None
    ) -> dict[DevEui, list[Note]]:
        """Return the notes on these nodes, start <= at < end, in order of time.

        With ``kind`` only those of one kind.
        """


class OverrideStore(Protocol):
    """Overrides and the nodes that they hold."""

    async def add_override(self, override: Override, dev_euis: Sequence[DevEui]) -> Override:
        """Write an override and its nodes; return it with its id."""

    async def open_overrides(self, at: datetime) -> list[Override]:
        """Return overrides that have not been ended, earliest first."""

    async def override_nodes(self, override_id: int) -> list[DevEui]:
        """Return the nodes of an override."""

    async def nodes_to_renew(
        self, override_id: int, *, until: datetime, besides: Collection[int] = ()
    ) -> list[DevEui]:
        """Return the nodes of an override whose latest order of it is of no more use.

        Of use is an order that is open, one that was rejected (it would be again), and one that was
        proved and lasts to ``until``. Nodes that the overrides ``besides`` hold too are left out.
        """

    async def nodes_to_release(
        self, override_id: int, *, beyond: datetime, besides: Collection[int] = ()
    ) -> list[DevEui]:
        """Return the nodes that may hold an override's level beyond a time, if they were told late.

        An order that was sent and then expired counts too: the node may have heard it, and its echo
        got lost. Nodes that were told at all count if the overrides ``besides`` hold them too.
        """

    async def renew_override(self, override_id: int, orders: Sequence[NewOrder]) -> int:
        """Write orders of an override, unless it has been ended; return how many.

        They replace what is on its way to these nodes from any override, or from the end of one.
        """

    async def end_override(
        self, override_id: int, *, at: datetime, orders: Sequence[NewOrder] = ()
    ) -> Override:
        """Mark an override as ended and write what its nodes are told then, in one transaction.

        Its own orders that could go after ``at`` are superseded; ``orders`` replace what is on its
        way to their nodes, as in ``renew_override``. One that has ended is left as it is.

        Raises:
            NotFoundError: there is none.
        """


class NightStore(Protocol):
    """Energy of finished nights, one row per lantern and night."""

    async def put_nights(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Write or replace rows, keyed by lantern and night (late readings change a night)."""

    async def nights(self, *, first: date, last: date) -> list[Mapping[str, object]]:
        """Return the rows of nights ``first`` to ``last``, both included."""
