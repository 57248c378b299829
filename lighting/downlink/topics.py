"""Topic templates: MQTT topics with named places, as a network server's settings state them. Pure.

They are checked by the same rules where settings are read and where a dialect is made of them.
"""

import re
from collections.abc import Collection

EVENT_PLACES = ("application_id", "dev_eui", "event")
COMMAND_PLACES = ("application_id", "dev_eui")
"""What the topics of ChirpStack's events and commands are told apart by."""

NOT_IN_A_TOPIC = frozenset("+#\0")
"""Wildcards belong to filters only, and NUL to no text at all (MQTT 5.0, 4.7.1 and 1.5.4)."""

_PLACE = re.compile(r"\{(\w+)\}")


def checked_template(template: str, places: Collection[str]) -> str:
    """Return a template in which each of ``places`` stands once, as ``{name}``.

    A place takes a whole level, as the wildcard does that subscriptions put there (MQTT 5.0,
    4.7.1.3); only ``{event}``, which they fill in, may share its level with other text.

    Raises:
        ValueError: it does not hold them so, or could not be a topic; says what is allowed.
    """
    names = ", ".join(f"{{{name}}}" for name in places)
    allowed = f"allowed is a topic with each of {names} once and no other braces"
    rest = _PLACE.sub("", template)
    if sorted(_PLACE.findall(template)) != sorted(places) or set(rest) & set("{}"):
        raise ValueError(f"its places are wrong; {allowed}")
    if set(rest) & NOT_IN_A_TOPIC:
        raise ValueError(f"a topic holds neither + nor # nor NUL; {allowed}")
    for level in template.split("/"):
        if _PLACE.findall(level) not in ([], ["event"]) and not _PLACE.fullmatch(level):
            raise ValueError(f"in {level!r} a place shares its level with other text; {allowed}")
    return template
