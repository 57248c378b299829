"""Policy text: a policy as TOML or JSON, both ways, one schema for both.

The schema is described for authors in the package README and by example in ``library/``. Reading
collects every problem of a document before it refuses it.
"""

from dataclasses import replace
from typing import Final

from schedules.anchors import (
    ANCHOR,
    EVENING_BOUND,
    LUX_PAIR,
    MORNING_BOUND,
    OFFSET_MIN_MAX,
    anchor_text,
    lux_pair_text,
)
from schedules.conditions import condition_document, read_condition
from schedules.document import Syntax, read_document
from schedules.fields import Table
from schedules.level import OFF
from schedules.lux import lux_note
from schedules.policy import (
    TOLERANCE_MIN_DEFAULT,
    Anchor,
    ElevationAnchor,
    Floor,
    Plan,
    Policy,
    Side,
    Step,
    SunBound,
)
from schedules.policy_checks import PlacedStep, check_first_step, check_floor, check_order
from schedules.toml_text import toml_text
from schedules.values import LEVEL, LINE, NAME, number, version

VERSION: Final = 1
NIGHTS_MAX: Final = 64
STEPS_MAX: Final = 48
FADE_S = number(0, 90.51, "seconds")  # the longest fade of any node we know (NAS UL20xx, index 15)
TOLERANCE_MIN = number(0.5, 60, "minutes")

_VERSION = version(VERSION)
_SWITCHING = 'a table with on and off (moments of the sun), or with lux = "35/18"'
_FLOOR = "a table with level, class and reason"
_WHEN = "a table with weekdays, dates, nth_weekdays or bank_holidays"
_NIGHTS = "[[nights]] tables, each with its steps; all but the last with a when"
_STEPS = 'a list of { at = "on", level = 100 }, in the order of the night'
# Where the switching moments cannot be read, these accuse no step of being outside the night.
_STAND_IN: Final[tuple[SunBound, SunBound]] = (
    ElevationAnchor(elevation_deg=90, side=Side.EVENING, offset_min=-OFFSET_MIN_MAX),
    ElevationAnchor(elevation_deg=90, side=Side.MORNING, offset_min=OFFSET_MIN_MAX),
)


def _read_switching(root: Table) -> tuple[SunBound, SunBound]:
    """Return the moments of switch-on and switch-off."""
    if not root.has("switching"):
        root.wrong("switching", "is missing", _SWITCHING)
    table = root.table("switching", allowed=_SWITCHING)
    if table is None:
        return _STAND_IN
    if table.has("lux"):
        given = [key for key in ("on", "off") if table.has(key)]
        if given:
            table.wrong("lux", "stands beside on or off", "either lux, or on and off")
        bounds = table.required("lux", LUX_PAIR, _STAND_IN)
    else:
        bounds = (
            table.required("on", EVENING_BOUND, _STAND_IN[0]),
            table.required("off", MORNING_BOUND, _STAND_IN[1]),
        )
    table.close()
    return bounds


def _read_floor(root: Table) -> Floor | None:
    table = root.table("floor", allowed=_FLOOR)
    if table is None:
        return None
    floor = Floor(
        level=table.required("level", LEVEL, OFF),
        lighting_class=table.required("class", LINE, ""),
        reason=table.required("reason", LINE, ""),
    )
    table.close()
    return floor


def _read_steps(night: Table, first_step_at: str) -> list[PlacedStep]:
    """Return the steps of one ``[[nights]]`` block that are right by themselves."""
    placed: list[PlacedStep] = []
    for table in night.tables("steps", most=STEPS_MAX, allowed=_STEPS):
        at: Anchor | None = table.required("at", ANCHOR, None)
        level = table.required("level", LEVEL, None)
        table.close()
        if at is not None and table.path == first_step_at:
            check_first_step(table.report, table.at("at"), at)
        if at is not None and level is not None:
            placed.append(PlacedStep(table.path, Step(at=at, level=level)))
    return placed


def _read_when(night: Table, *, is_last: bool) -> Table | None:
    """Return the ``when`` table of a block, which the last one lacks and every other has."""
    given = night.has("when")
    if given and is_last:
        message = "the last [[nights]] block has a when, so some nights would have no plan"
        night.wrong("when", message, "no when on the last block: every other night")
    elif not given and not is_last:
        message = "is missing, so the blocks below this one would never apply"
        night.wrong("when", message, _WHEN)
    return night.table("when", allowed=_WHEN)


def _read_plans(root: Table, bounds: tuple[SunBound, SunBound], floor: Floor | None) -> list[Plan]:
    nights = root.tables("nights", most=NIGHTS_MAX, allowed=_NIGHTS)
    plans: list[Plan] = []
    for night in nights:
        when = _read_when(night, is_last=night is nights[-1])
        name = night.optional("name", LINE, "")
        steps = _read_steps(night, f"{night.at('steps')}[0]")
        check_order(night.report, steps, *bounds)
        if floor is not None:
            check_floor(night.report, steps, floor)
        night.close()
        plans.append(
            Plan(
                name=name,
                when=read_condition(when) if when else None,
                steps=tuple(placed.step for placed in steps),
            )
        )
    return plans


def _lux_notes(policy: Policy) -> tuple[str, ...]:
    """Return the caution that a policy which switches by lux must carry, or nothing."""
    steps = (step.at for plan in policy.plans for step in plan.steps)
    anchors = (policy.switch_on, policy.switch_off, *steps)
    luxes = [one.lux for one in anchors if isinstance(one, ElevationAnchor) and one.lux]
    return (lux_note(luxes),) if luxes else ()


def _own_notes(policy: Policy) -> tuple[str, ...]:
    """Return the notes that the document itself gives."""
    derived = _lux_notes(policy)
    return tuple(note for note in policy.notes if note not in derived)


def parse_policy(text: str, *, document: str, syntax: Syntax | None = None) -> Policy:
    """Return the policy that ``text`` states; ``document`` names the text in errors.

    ``syntax`` None tells TOML from JSON by the first character. A policy that switches by lux gets
    a note that says how far the elevations behind it can be trusted.

    Raises:
        PolicyError: everything that is wrong with the document, each problem with its line.
    """
    root = read_document(text, document=document, syntax=syntax)
    root.required("lamplighter_policy", _VERSION, VERSION)
    name = root.required("name", NAME, "")
    title = root.required("title", LINE, "")
    source = root.optional("source", LINE, "")
    notes = root.each("notes", LINE)
    fade_s = root.optional("fade_s", FADE_S, 0.0)
    tolerance_min = root.optional("tolerance_min", TOLERANCE_MIN, TOLERANCE_MIN_DEFAULT)
    switch_on, switch_off = _read_switching(root)
    floor = _read_floor(root)
    plans = _read_plans(root, (switch_on, switch_off), floor)
    root.close()
    root.report.raise_problems()
    policy = Policy(
        name=name,
        title=title,
        source=source,
        notes=notes,
        fade_s=fade_s,
        tolerance_min=tolerance_min,
        switch_on=switch_on,
        switch_off=switch_off,
        floor=floor,
        plans=tuple(plans),
    )
    return replace(policy, notes=_own_notes(policy) + _lux_notes(policy))


def _plain(number_: float) -> float:
    """Return a whole number without its decimal point, as people write it."""
    return int(number_) if number_.is_integer() else number_


def _switching_document(policy: Policy) -> dict[str, object]:
    pair = lux_pair_text(policy.switch_on, policy.switch_off)
    if pair:
        return {"lux": pair}
    return {"on": anchor_text(policy.switch_on), "off": anchor_text(policy.switch_off)}


def _plan_document(plan: Plan) -> dict[str, object]:
    steps = [{"at": anchor_text(step.at), "level": int(step.level)} for step in plan.steps]
    return {
        **({"name": plan.name} if plan.name else {}),
        **({"when": condition_document(plan.when)} if plan.when else {}),
        "steps": steps,
    }


def _floor_document(floor: Floor) -> dict[str, object]:
    return {"level": int(floor.level), "class": floor.lighting_class, "reason": floor.reason}


def policy_document(policy: Policy) -> dict[str, object]:
    """Return a policy as the tables, lists, texts and numbers of its document, ready for JSON.

    ``parse_policy`` reads it back to an equal policy. The note about lux is not written: reading
    adds it.
    """
    notes = list(_own_notes(policy))
    return {
        "lamplighter_policy": VERSION,
        "name": policy.name,
        "title": policy.title,
        **({"source": policy.source} if policy.source else {}),
        **({"notes": notes} if notes else {}),
        "fade_s": _plain(policy.fade_s),
        "tolerance_min": _plain(policy.tolerance_min),
        "switching": _switching_document(policy),
        **({"floor": _floor_document(policy.floor)} if policy.floor else {}),
        "nights": [_plan_document(plan) for plan in policy.plans],
    }


def print_policy(policy: Policy) -> str:
    """Return a policy as TOML text; ``parse_policy`` reads it back to an equal policy."""
    return toml_text(policy_document(policy))
