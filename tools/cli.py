"""`lamplighter`: every command, in one table."""

import typer

from tools import (
    alerts,
    archive,
    baseline,
    bench,
    carbon,
    data_register,
    devices,
    energy,
    faults,
    import_device,
    keys,
    lanterns,
    partners,
    policy,
    profiles,
    readings,
    register,
    report,
    rollout,
    serve,
    settlement,
    sockets,
    tariff,
)
from tools.causes import causes
from tools.daily import daily
from tools.demo_command import demo
from tools.publish import publish
from tools.sun import sun
from tools.tonight import prove, tonight

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Lamplighter: open-source control of a city's street lights.",
)
app.command()(demo)
app.command()(serve.serve)
app.add_typer(lanterns.app, name="import")
app.add_typer(policy.app, name="policy")
app.command()(tonight)
app.command()(sun)
app.command()(prove)
app.command()(rollout.rollout)
app.add_typer(rollout.overrides, name="override")
app.command()(rollout.status)
report.app.command()(daily)
report.app.command()(causes)
app.add_typer(report.app, name="report")
app.add_typer(energy.app, name="energy")
app.add_typer(carbon.app, name="carbon")
app.add_typer(tariff.app, name="tariff")
app.command()(publish)
app.add_typer(baseline.app, name="baseline")
app.add_typer(alerts.app, name="alerts")
app.add_typer(faults.app, name="faults")
app.add_typer(archive.app, name="archive")
app.add_typer(profiles.app, name="profiles")
register.add_to(devices.app)
import_device.add_to(devices.app)
app.add_typer(devices.app, name="devices")
app.add_typer(keys.app, name="keys")
app.add_typer(sockets.app, name="sockets")
app.add_typer(readings.app, name="readings")
app.add_typer(data_register.app, name="register")
app.add_typer(partners.app, name="partners")
app.add_typer(settlement.app, name="settlement")
app.add_typer(bench.app, name="bench")
app.add_typer(serve.config, name="config")

if __name__ == "__main__":
    app(prog_name="lamplighter")
