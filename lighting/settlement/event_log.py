"""Write an event log by a template, marked as unverified in its name and its first line.

No template can take the marks away: the layout that a meter administrator reads is not known
(reference energy.md 1.5, a gap), so no file written here may be taken for one of that layout.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from lighting.settlement.codes import SubMeterId, sub_meter_id
from lighting.settlement.errors import SettlementValueError
from lighting.settlement.event_log_template import Align, LogField, LogTemplate
from lighting.settlement.events import SwitchingEvent

UNVERIFIED = "UNVERIFIED LAYOUT"


def event_log_name(template: LogTemplate, sub_meter: SubMeterId, day: date) -> str:
    """Return the file's name, which says that its layout is unverified."""
    what = f"{template.name}-v{template.version}"
    return f"unverified-layout_{what}_{sub_meter_id(sub_meter)}_{day.isoformat()}.txt"


def event_log_lines(
    template: LogTemplate, sub_meter: SubMeterId, events: Iterable[SwitchingEvent]
) -> Iterator[str]:
    """Yield the file's lines, LF included: the marked first line, then one for each event.

    Raises:
        SettlementValueError: a text is longer than its field: nothing is cut.
    """
    yield (
        f"# {UNVERIFIED}: template {template.name} version {template.version}, sub-meter"
        f" {sub_meter_id(sub_meter)}; agreed with no meter administrator, no published format\n"
    )
    for event in events:
        yield "".join(_filled(field, event) for field in template.fields) + "\n"


def _filled(field: LogField, event: SwitchingEvent) -> str:
    text = field.text(event)
    if len(text) > field.width:
        what = f"field {field.field} of {event.unit_ref}"
        raise SettlementValueError(what, text, f"at most {field.width} characters")
    if field.align is Align.LEFT:
        return text.ljust(field.width, field.fill)
    return text.rjust(field.width, field.fill)
