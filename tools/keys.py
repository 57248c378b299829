"""`lamplighter keys`: the secrets under which devices' root keys are stored."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lighting.adapters.secrets import add_secret
from lighting.operations.controller import Office
from lighting.operations.reseal_keys import Resealed, reseal_keys
from tools.output import EXIT_FAILED, OUT, AsJson, print_json, told_errors
from tools.running import in_office

SHOWN = 20

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
    OUT.print(f"Secrets in {file}: {secrets}. The newest seals from now on.", markup=False)
    if secrets > 1:
        OUT.print("`lamplighter keys reseal` brings what is kept under it; then drop the others.")


@app.command()
def reseal(*, as_json: AsJson = False) -> None:
    """Bring all kept keys under the newest secret. Exits 1 if some do not open.

    Run it after `lamplighter keys new`, before an older secret is taken out of the file.
    """

    async def act(office: Office) -> Resealed:
        registration = office.devices.registration
        return await reseal_keys(registration.store, registration.teller.desk.safe)

    done = in_office(act)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done)
    if done.not_opened:
        raise typer.Exit(EXIT_FAILED)


def _tell(done: Resealed) -> None:
    OUT.print(f"{done.resealed:,} resealed, {done.unchanged:,} under the newest secret already.")
    for each in done.not_opened[:SHOWN]:
        OUT.print(f"  {each.problem}", markup=False)
    if (more := len(done.not_opened) - SHOWN) > 0:
        OUT.print(f"  … and {more:,} more (all are in the JSON)")
    if done.not_opened:
        OUT.print(f"{len(done.not_opened):,} do not open and stay as they are: keep the secrets.")
    else:
        OUT.print("The secrets after the first are not needed any more.")
