"""`lamplighter report daily`: what happened in a service area on a day."""

from pathlib import Path
from typing import Annotated

import typer

from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.sensing.alerts.daily import Day, area_named
from lighting.sensing.alerts.report import report_csv, report_notice, report_text
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office


def daily(
    area: Annotated[str, typer.Option(help="A service area of the alerts file.")],
    on: Annotated[str, typer.Option("--date", help="The civil day, YYYY-MM-DD.")],
    *,
    csv: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell a service area's day as it is known now: alerts, readings, silent devices, gaps."""
    with told_errors():
        day = night_date(on)

    async def act(office: Office) -> tuple[Day, str]:
        reports = office.alerts.reports
        return await reports.day(area_named(reports.areas, area), day), office.zone

    facts, zone = in_office(act)
    if csv is not None:
        _write(csv, report_csv(facts))
    if as_json:
        notice = report_notice(facts, zone=zone, at=facts.end)
        print_json({**notice.data, "text": notice.text, "csv": notice.attachments[0].text})
    else:
        OUT.print(report_text(facts, zone=zone), markup=False, end="")


def _write(path: Path, text: str) -> None:
    with told_errors():
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as exc:
            raise RefusedError(f"{path} cannot be written: {exc.strerror}") from None
