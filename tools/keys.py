"""`lamplighter keys`: the secrets under which devices' root keys are stored."""

from pathlib import Path
from typing import Annotated

import typer

from lighting.adapters.secrets import add_secret
from tools.output import OUT, AsJson, print_json, told_errors

app = typer.Typer(help="Secrets under which devices' root keys are stored.")


@app.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="File of secrets; made if it is not there.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Put a new secret first in FILE, for you alone to read; older ones open what they sealed.

    Back the file up where the database's backups are not: who has both has the keys.
    """
    with told_errors():
        secrets = add_secret(file)
    if as_json:
        print_json({"file": str(file), "secrets": secrets})
        return
    OUT.print(f"{file} holds {secrets} secrets; the newest seals from now on.", markup=False)
