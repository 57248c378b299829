"""`lamplighter energy`: what lantern models draw by the fleet's own meters, and what to measure."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lighting.energy.calibrated_model import calibrated_model
from lighting.energy.calibration import Calibration
from lighting.energy.catalogue_rows import models_text
from lighting.energy.model_catalogue import Catalogue
from lighting.energy.sampling import CV_UNKNOWN, METHOD, Precision, SamplingPlan
from lighting.energy.uncertainty import CONFIDENCE
from lighting.errors import RefusedError
from lighting.operations.calibrate import Calibrated
from lighting.operations.controller import Office
from lighting.operations.sample import STRATA, sample_lanterns
from tools.files import write_file
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import night_date
from tools.running import in_office

app = typer.Typer(help="Power of lantern models: calibration by meters, samples to measure.")


@app.command()
def calibrate(
    model: Annotated[str, typer.Option(help="Name of a lantern model, or a lamp text.")],
    first: Annotated[str, typer.Option("--from", help="First night, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last night, YYYY-MM-DD.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Write the lantern models in force and this one, calibrated, as TOML (without the"
            " comments of the file in force)."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fit a model's power at each level to what its lanterns' meters counted."""
    with told_errors():
        start, end = night_date(first, "--from"), night_date(last, "--to")
        if start > end:
            raise RefusedError(f"--from {first} is after --to {last}; turn them round")

    async def act(office: Office) -> tuple[Calibrated, Catalogue]:
        found = await office.energy.calibrator.calibrate(model, start, end)
        return found, office.energy.calibrator.models.catalogue

    found, catalogue = in_office(act)
    if output is not None:
        with told_errors():
            new = calibrated_model(found.calibration, catalogue.named(model))
            write_file(output, [models_text(catalogue.with_model(new)).encode()])
    if as_json:
        print_json(_calibrated_document(found))
        return
    OUT.print(_fits_table(found.calibration))
    for line in _told(found):
        OUT.print(line, markup=False)
    if output is not None:
        OUT.print(f"written to {output}", markup=False)


@app.command()
def sample(
    error: Annotated[float, typer.Option(help="Relative error to reach, such as 0.1.")],
    *,
    confidence: Annotated[float, typer.Option(help="Two-sided confidence.")] = CONFIDENCE,
    cv: Annotated[
        float, typer.Option(help="Standard deviation of watts over their mean, if it is known.")
    ] = CV_UNKNOWN,
    by: Annotated[str, typer.Option(help=f"Strata: {', '.join(STRATA)}.")] = "model",
    name: Annotated[
        str, typer.Option(help="The plan's name; another name draws other lanterns.")
    ] = "verification",
    as_json: AsJson = False,
) -> None:
    """List the lanterns whose power is to be measured; the same name lists the same lanterns."""
    with told_errors():
        precision = Precision(error=error, confidence=confidence, cv=cv)
    plan = in_office(lambda office: sample_lanterns(office.stores.lanterns, name, precision, by=by))
    if as_json:
        print_json(_plan_document(plan))
        return
    OUT.print(f"Plan {plan.name!r}: {METHOD}.", markup=False)
    for stratum in plan.strata:
        counts = f"{len(stratum.chosen)} of {stratum.population}"
        OUT.print(f"{stratum.name or '(not stated)'}: {counts}", markup=False)
        for lantern_id in stratum.chosen:
            OUT.print(f"  {lantern_id}", markup=False)
    OUT.print(f"{plan.lanterns} lanterns in all.")


def _fits_table(calibration: Calibration) -> Table:
    table = Table(title=f"{calibration.model}: {calibration.basis}")
    for column in ("level %", "fitted W", "mean off W", "spread W", "lanterns", "hours"):
        table.add_column(column, justify="right")
    for fit in calibration.fits:
        table.add_row(
            str(fit.level),
            f"{fit.power_w:.2f}",
            f"{fit.mean_w:+.2f}",
            f"{fit.spread_w:.2f}",
            f"{fit.lanterns:,}",
            f"{fit.hours:,.0f}",
        )
    return table


def _told(found: Calibrated) -> Iterator[str]:
    calibration = found.calibration
    yield (
        f"Residual of lanterns: mean {100 * calibration.residual_mean:+.1f} %, spread"
        f" {100 * calibration.residual_spread:.1f} %, 90 % of them within"
        f" ±{100 * calibration.residual_90:.1f} %. The class of their meters is not in it."
    )
    yield (
        f"{found.lanterns:,} lanterns of this model: {found.without_node:,} without a node,"
        f" {found.unmetered:,} whose meters told nothing that counts,"
        f" {calibration.too_short:,} for too short."
    )
    for level, why in calibration.not_fitted.items():
        yield f"Not fitted: {level} %, {why}."
    for reason, hours in sorted(found.left_out_h.items()):
        yield f"Left out: {hours:,.0f} h {reason}."
    for each in calibration.outliers:
        yield (
            f"Outlier, counted all the same: {each.lantern_id} at {each.level} %:"
            f" {each.power_w:.1f} W where {each.fitted_w:.1f} W is fitted."
        )


def _calibrated_document(found: Calibrated) -> dict[str, object]:
    calibration = found.calibration
    return {
        "model": calibration.model,
        "basis": calibration.basis,
        "levels": [asdict(fit) for fit in calibration.fits],
        "residual_mean": calibration.residual_mean,
        "residual_spread": calibration.residual_spread,
        "residual_90": calibration.residual_90,
        "lanterns_used": calibration.lanterns,
        "hours": calibration.hours,
        "outliers": [asdict(each) for each in calibration.outliers],
        "not_fitted": {str(level): why for level, why in calibration.not_fitted.items()},
        "lanterns": found.lanterns,
        "lanterns_without_node": found.without_node,
        "lanterns_unmetered": found.unmetered,
        "lanterns_too_short": calibration.too_short,
        "left_out_h": found.left_out_h,
    }


def _plan_document(plan: SamplingPlan) -> dict[str, object]:
    return {
        "plan": plan.name,
        "method": METHOD,
        **asdict(plan.precision),
        "lanterns": plan.lanterns,
        "strata": [asdict(stratum) for stratum in plan.strata],
    }
