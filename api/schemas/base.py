"""Asked and Told: what every request body and every answer has in common."""

from datetime import datetime
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment as ISO 8601 with its offset (``Z`` or ``+01:00``); one without is refused."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
"""One short text that says something."""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A request body. A field that is not known is an error: it was meant to do something."""


class Told(msgspec.Struct):
    """An answer."""
