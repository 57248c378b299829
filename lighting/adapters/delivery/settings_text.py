"""Read who is told what, and how, from an administrator's TOML file; every error names its place.

[channels.winter-desk]
kind = "email"
host = "mail.leeds.example"
security = "starttls"
username = "lamplighter"
password = "..."
sender = "lamplighter@leeds.example"
to = ["winter@leeds.example"]

[channels.assets]
kind = "webhook"
url = "https://assets.leeds.example/hooks/lamplighter"
secret = "whsec_..."

[channels.log]
kind = "file"
path = "alerts.jsonl"

[reports.winter-service]
title = "Winter service"
uses = ["road surface temperature"]
rules = ["winter"]
at = "07:00"
tell = ["winter-desk"]
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lighting.adapters.delivery.settings_rows import AnyChannel, ReportRow
from lighting.errors import RefusedError
from lighting.sensing.alerts.areas import ServiceArea, Telling

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
_PARTS = ("channels", "reports")
_SHOWN_MAX = 60

_CHANNEL: TypeAdapter[AnyChannel] = TypeAdapter(AnyChannel)
_REPORT: TypeAdapter[ReportRow] = TypeAdapter(ReportRow)

Row = TypeVar("Row")


def read_telling(path: Path | None) -> Telling:
    """Return the settings of the file ``path``; without one there are neither channels nor areas.

    Raises:
        RefusedError: it cannot be read, others may read it though it holds secrets, or it is wrong.
    """
    if path is None:
        return Telling()
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"the alerts file {path} cannot be read: {exc}") from exc
    settings, has_secrets = parse_telling(text, document=str(path))
    if has_secrets and mode & _OTHERS_MAY:
        raise RefusedError(
            f"others may read {path}, which holds secrets; take that away: chmod 600 {path}"
        )
    return settings


def parse_telling(text: str, *, document: str) -> tuple[Telling, bool]:
    """Return the settings that ``text`` says, and whether it holds secrets.

    Raises:
        RefusedError: it is wrong; names every fault, and repeats no secret.
    """
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise RefusedError(f"{document} is not TOML: {exc}") from exc
    strange = sorted(tables.keys() - {*_PARTS})
    faults = [f"{key}: is no part of this file; allowed: {', '.join(_PARTS)}" for key in strange]
    channels = _rows(tables, "channels", _CHANNEL, faults)
    reports = _rows(tables, "reports", _REPORT, faults)
    named = tables.get("channels", {})
    for name, row in reports.items():
        for unknown in sorted(set(row.tell) - set(named)):
            known = ", ".join(sorted(channels)) or "none is named"
            faults.append(f"reports.{name}.tell: no channel {unknown!r}; channels: {known}")
    if faults:
        raise RefusedError(f"{document} cannot be used: " + " | ".join(faults))
    settings = Telling(
        channels={name: row.channel(name) for name, row in channels.items()},
        areas=tuple(_area(name, row) for name, row in reports.items()),
    )
    return settings, any(row.has_secret for row in channels.values())


def _rows(
    tables: Mapping[str, Any], part: str, kind: TypeAdapter[Row], faults: list[str]
) -> dict[str, Row]:
    named = tables.get(part, {})
    if not isinstance(named, dict):
        faults.append(f"{part}: is not a table; allowed: [{part}.NAME]")
        return {}
    rows: dict[str, Row] = {}
    for name, table in named.items():
        if not _NAME.fullmatch(name):
            allowed = "lower-case letters, digits and '-'"
            faults.append(f"{part}: {name[:_SHOWN_MAX]!r} is no name; allowed: {allowed}")
            continue
        try:
            rows[name] = kind.validate_python(table)
        except ValidationError as exc:
            found = exc.errors(include_url=False, include_input=False)  # an input may be a secret
            faults.extend(_told(f"{part}.{name}", error) for error in found)
    return rows


def _told(place: str, error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    kinds = {"email", "webhook", "file"}
    steps = [str(step) for step in error["loc"] if step not in kinds]
    return f"{'.'.join([place, *steps])}: {error['msg'].removeprefix('Value error, ')}"


def _area(name: str, row: ReportRow) -> ServiceArea:
    return ServiceArea(
        area_id=name,
        title=row.title,
        uses=frozenset(row.uses),
        rules=frozenset(row.rules),
        faults=row.faults,
        at=time.fromisoformat(row.at),
        tell=tuple(row.tell),
    )
