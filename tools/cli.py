"""`lamplighter`: every command, in one table."""

import typer

from tools import bench, devices, lanterns, policy, profiles, report, rollout, serve
from tools.demo_command import demo
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
app.add_typer(report.app, name="report")
app.add_typer(profiles.app, name="profiles")
app.add_typer(devices.app, name="devices")
app.add_typer(bench.app, name="bench")
app.add_typer(serve.config, name="config")

if __name__ == "__main__":
    app(prog_name="lamplighter")
