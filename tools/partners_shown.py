"""Partners, trials, tokens and devices as `lamplighter partners` shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.markup import escape
from rich.table import Table

from lighting.operations.tonight import utc_text
from lighting.registration.trial import Partner, Trial
from lighting.registration.trial_store import DeviceState, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All there is about partners at a time; ``zone`` is whose hours are shown."""

    at: datetime
    zone: str
    partners: Sequence[Partner]
    trials: Sequence[Trial]
    tokens: Sequence[Token]
    devices: Mapping[int, Sequence[DeviceState]]


def trial_table(found: Overview) -> Table:
    """Return the trials as a table."""
    table = Table(title="Trials")
    for column in ("trial", "partner", "state", "until", "permit", "lanterns", "live tokens"):
        table.add_column(column)
    zone = ZoneInfo(found.zone)
    for each in found.trials:
        live = [
            str(token.number)
            for token in found.tokens
            if token.trial_id == each.trial_id and token.revoked is None
        ]
        cells = (
            str(each.trial_id),
            each.agreed.partner_id,
            each.standing(found.at).value,
            f"{each.over_at.astimezone(zone):%Y-%m-%d %H:%M %Z}",
            each.agreed.permit,
            ", ".join(each.agreed.lantern_ids),
            ", ".join(live),
        )
        table.add_row(*map(escape, cells))
    return table


def device_table(shown: Sequence[tuple[DeviceState, bool]]) -> Table:
    """Return devices as a table, each with whether it is overdue."""
    table = Table(title="Devices")
    for column in ("DevEUI", "model", "lantern", "trial", "state", "since", ""):
        table.add_column(column)
    for state, late in shown:
        device = state.device
        cells = (
            device.dev_eui,
            device.model_id,
            device.lantern_id,
            str(device.trial_id),
            state.state,
            utc_text(state.since),
            "overdue: take it off" if late else "",
        )
        table.add_row(*map(escape, cells))
    return table


def partner_document(partner: Partner) -> dict[str, Any]:
    """Return a partner for JSON."""
    return {"partner_id": partner.partner_id, "name": partner.name, "contact": partner.contact}


def trial_document(each: Trial) -> dict[str, Any]:
    """Return a trial for JSON."""
    agreed = each.agreed
    return {
        "trial_id": each.trial_id,
        "partner_id": agreed.partner_id,
        "lantern_ids": list(agreed.lantern_ids),
        "models": list(agreed.model_ids),
        "streams": list(agreed.stream_ids),
        "starts_at": utc_text(agreed.starts_at),
        "ends_at": utc_text(agreed.ends_at),
        "over_at": utc_text(each.over_at),
        "devices_max": agreed.devices_max,
        "permit": agreed.permit,
        "accepted": agreed.accepted,
    }


def token_document(each: Token) -> dict[str, Any]:
    """Return a token for JSON, without its digest."""
    return {
        "number": each.number,
        "trial_id": each.trial_id,
        "made_by": each.made.by,
        "made_at": utc_text(each.made.at),
        "revoked_at": None if each.revoked is None else utc_text(each.revoked.at),
    }


def device_document(state: DeviceState, *, overdue: bool) -> dict[str, Any]:
    """Return a device for JSON."""
    device = state.device
    return {
        "dev_eui": device.dev_eui,
        "model": device.model_id,
        "lantern_id": device.lantern_id,
        "trial_id": device.trial_id,
        "state": state.state,
        "since": utc_text(state.since),
        "removed_at": None if device.removed_at is None else utc_text(device.removed_at),
        "overdue": overdue,
    }
