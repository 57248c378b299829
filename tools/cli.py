"""`lamplighter`: every command, in one table."""

import typer

from tools import profiles
from tools.sun import sun
from tools.tonight import prove, tonight

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Lamplighter: open-source control of a city's street lights.",
)
app.command()(sun)
app.command()(tonight)
app.command()(prove)
app.add_typer(profiles.app, name="profiles")

if __name__ == "__main__":
    app(prog_name="lamplighter")
