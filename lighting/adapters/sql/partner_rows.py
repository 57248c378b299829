"""Rows of partners, trials, tokens and devices to objects and back."""

import json
from typing import Any

from sqlalchemy import Row, Select, and_, select

from lighting.adapters.sql.commissioning_tables import COMMISSIONING
from lighting.adapters.sql.partner_tables import TRIAL_DEVICE
from lighting.adapters.sql.sensing_tables import ADD_ON
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui, LanternId
from lighting.registration.commissioning import State
from lighting.registration.trial import NewTrial, Partner, Trial, TrialDevice, Word
from lighting.registration.trial_store import DeviceState, Token

ASKED = "asked"
"""The state of a device whose registration has not been heard of."""

READ_DEVICES: Select[Any] = (
    select(
        TRIAL_DEVICE,
        COMMISSIONING.c.state,
        COMMISSIONING.c.since,
        COMMISSIONING.c.ended_at,
        ADD_ON.c.last_seen_at,
    )
    .select_from(TRIAL_DEVICE)
    .outerjoin(COMMISSIONING, COMMISSIONING.c.commissioning_id == TRIAL_DEVICE.c.commissioning_id)
    .outerjoin(
        ADD_ON,
        and_(ADD_ON.c.dev_eui == TRIAL_DEVICE.c.dev_eui, COMMISSIONING.c.ended_at.is_(None)),
    )
    .order_by(TRIAL_DEVICE.c.number)
)
"""The query for devices, each with what its own commissioning says."""


def partner_of(row: Row[Any]) -> Partner:
    """Return the partner that a row holds."""
    return Partner(partner_id=row.partner_id, name=row.name, contact=row.contact)


def trial_row(new: NewTrial) -> dict[str, Any]:
    """Return a trial's values by column."""
    return {
        "partner_id": new.partner_id,
        "lantern_ids": json.dumps(new.lantern_ids),
        "model_ids": json.dumps(new.model_ids),
        "stream_ids": json.dumps(new.stream_ids),
        "starts_at": to_ms(new.starts_at),
        "ends_at": to_ms(new.ends_at),
        "devices_max": new.devices_max,
        "permit": new.permit,
        "accepted": new.accepted,
        "made_at": to_ms(new.made.at),
        "made_by": new.made.by,
        "ended_at": None,
        "ended_by": "",
        "ended_why": "",
    }


def trial_of(row: Row[Any]) -> Trial:
    """Return the trial that a row holds."""
    agreed = NewTrial(
        partner_id=row.partner_id,
        lantern_ids=tuple(LanternId(each) for each in json.loads(row.lantern_ids)),
        model_ids=tuple(json.loads(row.model_ids)),
        stream_ids=tuple(json.loads(row.stream_ids)),
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        devices_max=row.devices_max,
        permit=row.permit,
        accepted=row.accepted,
        made=Word(by=row.made_by, at=from_ms(row.made_at)),
    )
    ending = None
    if row.ended_at is not None:
        ending = Word(by=row.ended_by, at=from_ms(row.ended_at), reason=row.ended_why)
    return Trial(trial_id=row.trial_id, agreed=agreed, ending=ending)


def token_of(row: Row[Any]) -> Token:
    """Return the token that a row holds."""
    revoked = None
    if row.revoked_at is not None:
        revoked = Word(by=row.revoked_by, at=from_ms(row.revoked_at))
    return Token(
        number=row.number,
        trial_id=row.trial_id,
        digest=row.digest,
        made=Word(by=row.made_by, at=from_ms(row.made_at)),
        revoked=revoked,
    )


def state_of(row: Row[Any]) -> DeviceState:
    """Return the device of a row of ``READ_DEVICES``; it is off when its commissioning ended."""
    ends = [each for each in (row.removed_at, row.ended_at) if each is not None]
    removed_at = from_ms(min(ends)) if ends else None
    device = TrialDevice(
        number=row.number,
        trial_id=row.trial_id,
        dev_eui=DevEui(row.dev_eui),
        model_id=row.model_id,
        lantern_id=LanternId(row.lantern_id),
        stream_id=row.stream_id,
        added_at=from_ms(row.added_at),
        removed_at=removed_at,
        commissioning_id=row.commissioning_id,
    )
    if removed_at is not None:
        return DeviceState(device=device, state=State.REMOVED.value, since=removed_at)
    if row.state is None:
        return DeviceState(device=device, state=ASKED, since=device.added_at)
    return DeviceState(
        device=device,
        state=row.state,
        since=from_ms(row.since),
        last_seen_at=from_ms(row.last_seen_at),
    )
