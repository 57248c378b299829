"""What a partner may do and see: decided from its trial and its devices, and from nothing else.

Theory of operation. A trial names who, where, which models and data streams, how many devices and
until when. Everything a partner may do follows from it and from the devices fitted under it, by
the functions here: they take the time as an argument and look at nothing else. A lantern node is
never fitted under a trial, and nothing here leads to a lantern.

A partner sees of a device what was measured while the trial covers it: from its fitting, or the
trial's begin, to its removal, or the trial's end, whichever are closer. A value that stands for a
stretch of time is seen if all of that stretch is covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from firmware_profiles.devices.device import DeviceModel, Use
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.registration.trial import NewTrial, Standing, Trial, TrialDevice

_MS = timedelta(milliseconds=1)


class Rule(StrEnum):
    """The rule by which a partner is refused."""

    PERIOD = "period"
    COLUMN = "column"
    LANTERN_NODE = "lantern node"
    MODEL = "model"
    STREAM = "stream"
    NUMBER = "number of devices"
    TAKEN = "taken"
    FIT = "fit"


class TrialRefusedError(RefusedError):
    """What a partner may not do under its trial; tells nothing of others' devices."""

    def __init__(self, rule: Rule, problem: str) -> None:
        self.rule = rule
        super().__init__(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A device that a partner wants to fit."""

    dev_eui: DevEui
    model: DeviceModel
    lantern_id: LanternId
    stream_id: str = ""


def taken(dev_eui: DevEui) -> TrialRefusedError:
    """Return the refusal of a DevEUI that somebody else has; it does not say who or where."""
    return TrialRefusedError(
        Rule.TAKEN,
        f"DevEUI {dev_eui} is in use and not yours; check the label, then ask the city",
    )


def check_wish(trial: Trial, wish: Wish, own: Sequence[TrialDevice], at: datetime) -> str:
    """Return the stream under which a device may be fitted now; ``own`` hang under the trial.

    Asked again for a device that hangs there already, the answer is the same.

    Raises:
        TrialRefusedError: it may not be; says which rule forbids it and what is allowed.
    """
    agreed = trial.agreed
    _check_period(trial, at)
    if wish.lantern_id not in agreed.lantern_ids:
        raise TrialRefusedError(
            Rule.COLUMN,
            f"{wish.lantern_id!r} is not a lantern of this trial; allowed:"
            f" {', '.join(agreed.lantern_ids)}",
        )
    _check_model(agreed, wish.model)
    stream_id = _stream(agreed, wish)
    there = next((each for each in own if each.dev_eui == wish.dev_eui), None)
    if there is None:
        _check_number(agreed, len(own))
    elif (there.lantern_id, there.model_id) != (wish.lantern_id, wish.model.device_id):
        raise TrialRefusedError(
            Rule.TAKEN,
            f"{wish.dev_eui} is your {there.model_id} on {there.lantern_id}; remove it there first",
        )
    return stream_id if there is None else there.stream_id


def _check_period(trial: Trial, at: datetime) -> None:
    standing = trial.standing(at)
    if standing is not Standing.LIVE:
        raise TrialRefusedError(
            Rule.PERIOD,
            f"the trial is {standing.value}: it runs from {trial.agreed.starts_at.isoformat()} to"
            f" {trial.over_at.isoformat()}",
        )


def _check_model(agreed: NewTrial, model: DeviceModel) -> None:
    if model.firmware_profile or Use.LIGHTING in model.uses:
        raise TrialRefusedError(
            Rule.LANTERN_NODE,
            f"{model.device_id} controls a lantern; partners fit other devices only",
        )
    if agreed.model_ids and model.device_id not in agreed.model_ids:
        raise TrialRefusedError(
            Rule.MODEL,
            f"{model.device_id} is not part of this trial; allowed: {', '.join(agreed.model_ids)}",
        )


def _stream(agreed: NewTrial, wish: Wish) -> str:
    """Return the row of the data register; one need not be named where there is no choice."""
    if not wish.model.codec:
        if wish.stream_id:
            raise TrialRefusedError(
                Rule.STREAM,
                f"{wish.model.device_id} cannot be read and has no stream; leave it out",
            )
        return ""
    allowed = ", ".join(agreed.stream_ids) or "none: this trial may not store measurements"
    if wish.stream_id and wish.stream_id not in agreed.stream_ids:
        raise TrialRefusedError(
            Rule.STREAM, f"{wish.stream_id!r} is not a stream of this trial; allowed: {allowed}"
        )
    if not wish.stream_id and len(agreed.stream_ids) != 1:
        raise TrialRefusedError(Rule.STREAM, f"say in which stream it measures; allowed: {allowed}")
    return wish.stream_id or agreed.stream_ids[0]


def _check_number(agreed: NewTrial, there: int) -> None:
    if there >= agreed.devices_max:
        raise TrialRefusedError(
            Rule.NUMBER,
            f"{there} devices hang under this trial, and {agreed.devices_max} is the most;"
            " remove one first",
        )


def window(
    trial: Trial, device: TrialDevice, span: timedelta = timedelta(0)
) -> tuple[datetime, datetime] | None:
    """Return between which times (start <= t < end) the partner sees what a device measured.

    Each value stands for ``span`` from its time on. None: it sees nothing.
    """
    if device.trial_id != trial.trial_id:
        return None
    start = max(trial.agreed.starts_at, device.added_at)
    end = trial.over_at if device.removed_at is None else min(trial.over_at, device.removed_at)
    if span:
        end = end - span + _MS  # times are whole milliseconds; a stretch may end when it is over
    return (start, end) if start < end else None


def may_see(
    trial: Trial, device: TrialDevice, measured_at: datetime, span: timedelta = timedelta(0)
) -> bool:
    """Return whether the partner may see a value of one of its devices; see ``window``."""
    seen = window(trial, device, span)
    return seen is not None and seen[0] <= measured_at < seen[1]


def is_overdue(trial: Trial, device: TrialDevice, at: datetime) -> bool:
    """Return whether a device still hangs though its trial is over: somebody must take it off."""
    return device.removed_at is None and trial.standing(at) is Standing.OVER
