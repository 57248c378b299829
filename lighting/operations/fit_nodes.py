"""Fit lantern nodes: linked for control, and recorded in a socket where the lantern has some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lighting.errors import RefusedError
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Acceptance, Fitting, Occupancy, Past, Removal, decide
from lighting.inventory.seats import StoredSockets, node_models, past_at, seated
from lighting.inventory.sockets import Position
from lighting.operations.sockets import Sockets

_REASON = "the node was moved or replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFitting:
    """A node for a lantern. Model and position may be left out where only one is possible."""

    link: NodeLink
    device_id: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """Decides in which socket each node is recorded."""

    sockets: Sockets
    asked: Mapping[str, NodeFitting]
    at: datetime
    by: str
    acceptance: Acceptance | None

    def __call__(self, link: NodeLink, stored: StoredSockets) -> Fitting | None:
        if not stored.sockets:
            return None
        asked = self.asked[link.dev_eui]
        model = self.sockets.device(asked.device_id or self._only_model(link, stored))
        if model.firmware_profile != link.profile_id:
            raise RefusedError(
                f"{model.device_id} speaks {model.firmware_profile or 'no firmware profile'},"
                f" not {link.profile_id}; correct one of the two"
            )
        view = seated(stored, self.sockets.catalogue)
        socket = self.sockets.choose(model, view, asked.position)
        new = Fitting(
            lantern_id=link.lantern_id,
            socket_id=socket.socket_id if socket else None,
            device_id=model.device_id,
            at=self.at,
            by=self.by,
            dev_eui=link.dev_eui,
            acceptance=self.acceptance,
        )
        past = past_at(Past(), stored, socket)
        catalogue = tuple(self.sockets.catalogue.values())
        return decide(new, model, view, past, table=self.sockets.table, catalogue=catalogue)

    def _only_model(self, link: NodeLink, stored: StoredSockets) -> str:
        models = node_models(link.profile_id, stored.sockets, self.sockets.catalogue)
        if len(models) == 1:
            return models[0]
        choice = ", ".join(models) or "none of the catalogue that plugs into its sockets"
        raise RefusedError(
            f"lantern {link.lantern_id} has sockets on record: say which model node"
            f" {link.dev_eui} is (device_id); with {link.profile_id} go: {choice}"
        )


async def fit_nodes(
    sockets: Sockets,
    fittings: Sequence[NodeFitting],
    *,
    at: datetime,
    by: str = "",
    acceptance: Acceptance | None = None,
) -> list[Occupancy]:
    """Fit nodes, all or none; return what was recorded of those whose lanterns have sockets.

    A node moves if it was elsewhere, and the one that was there gives way; what was recorded of
    both ends now. Lanterns without sockets on record take any node.

    Raises:
        FitRefusedError: a node does not go into its lantern's sockets.
        RefusedError: the model, the socket or the fitter's name has to be said.
        StoreError: a lantern does not exist, or the database failed; nothing is kept.
    """
    await sockets.learn()
    judge = _Judge(
        sockets=sockets,
        asked={each.link.dev_eui: each for each in fittings},
        at=at,
        by=by,
        acceptance=acceptance,
    )
    leaving = Removal(at=at, by=by or "not said", reason=_REASON)
    return await sockets.store.fit_nodes([each.link for each in fittings], judge, leaving=leaving)
