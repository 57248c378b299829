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

[faults]
tell = ["assets"]
confidence = "medium"
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lighting.adapters.delivery.settings_rows import AnyChannel, FaultsRow, ReportRow
from lighting.errors import RefusedError
from lighting.faults.telling import NOT_TOLD, FaultTelling
from lighting.sensing.alerts.areas import NOBODY, ServiceArea, Telling

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
_PARTS = ("channels", "reports", "faults")
_SHOWN_MAX = 60

_CHANNEL: TypeAdapter[AnyChannel] = TypeAdapter(AnyChannel)
_REPORT: TypeAdapter[ReportRow] = TypeAdapter(ReportRow)

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsFile:
    """What the file says: channels and reports, and who is told of faults."""

    telling: Telling = NOBODY
    faults: FaultTelling = NOT_TOLD


def read_alerts_file(path: Path | None) -> AlertsFile:
    """Return the settings of the file ``path``; without one there are neither channels nor areas.

    Raises:
        RefusedError: it cannot be read, others may read it though it holds secrets, or it is wrong.
    """
    if path is None:
        return AlertsFile()
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"the alerts file {path} cannot be read: {exc}") from exc
    settings, has_secrets = parse_alerts_file(text, document=str(path))
    if has_secrets and mode & _OTHERS_MAY:
        raise RefusedError(
            f"others may read {path}, which holds secrets; take that away: chmod 600 {path}"
        )
    return settings


def parse_alerts_file(text: str, *, document: str) -> tuple[AlertsFile, bool]:
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
    fault_row = _fault_row(tables, faults)
    telling = {f"reports.{name}": row.tell for name, row in reports.items()}
    if fault_row is not None:
        telling["faults"] = fault_row.tell
    for place, tell in telling.items():
        for unknown in sorted(set(tell) - set(tables.get("channels", {}))):
            known = ", ".join(sorted(channels)) or "none is named"
            faults.append(f"{place}.tell: no channel {unknown!r}; channels: {known}")
    if faults:
        raise RefusedError(f"{document} cannot be used: " + " | ".join(faults))
    shares = {name: row.share for name, row in channels.items()}
    settings = AlertsFile(
        telling=Telling(
            channels={name: row.channel(name) for name, row in channels.items()},
            shares=shares,
            areas=tuple(_area(name, row) for name, row in reports.items()),
        ),
        faults=NOT_TOLD if fault_row is None else fault_row.telling(shares),
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


def _fault_row(tables: Mapping[str, Any], faults: list[str]) -> FaultsRow | None:
    if "faults" not in tables:
        return None
    try:
        return FaultsRow.model_validate(tables["faults"])
    except ValidationError as exc:
        faults.extend(_told("faults", error) for error in exc.errors(include_url=False))
        return None


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
