"""tasador train"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from tasador.cli import console, numbers, options

if TYPE_CHECKING:
    from tasador.features.inputs import Variant
    from tasador.workflows.train import Trained


def _candidate(name: str) -> str:
    from tasador.features.inputs import VARIANTS

    if name not in VARIANTS:
        raise typer.BadParameter(f"got {name!r}, expected one of {', '.join(VARIANTS)}.")
    return name


Candidates = Annotated[
    list[str] | None,
    typer.Option(
        "--candidate",
        metavar="NAME",
        parser=_candidate,
        help="launch: what is known at launch; launch+tags: and the users' tags; full: and reviews. May be repeated. "
        "Only launch can be promoted. [default: launch]",
        show_default=False,
    ),
]
Tune = Annotated[
    int | None,
    typer.Option(
        "--tune",
        metavar="N",
        parser=numbers.whole_number(1, 10_000),
        help="Search parameters first, N trials in all; a search that was stopped goes on.",
    ),
]


Owned = Annotated[
    Path | None,
    typer.Option(
        "--owned",
        metavar="FILE",
        help="Who owns what, for similar games: a table with the columns user, and app_id or name. No user is kept.",
    ),
]


def train(
    candidate: Candidates = None,
    tune: Tune = None,
    owned: Owned = None,
    snapshot: options.SnapshotId = None,
    force: options.Force = False,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Fit the price model on a snapshot and measure it on rows it never saw; does not promote it.

    The run is logged in MLflow, and a version of what is known at launch becomes the challenger. A cluster
    shares the fits and the trials of --tune.
    """
    cluster = options.cluster(engine, master)
    from tasador.models.parameters import Parameters
    from tasador.workflows import train as workflow

    place = options.open_workspace(workspace)
    chosen = options.current_snapshot(place, snapshot)
    parameters = [Parameters(variant=cast("Variant", name)) for name in dict.fromkeys(candidate or ("launch",))]
    with console.progress() as progress:
        found = [
            workflow.train(
                place,
                chosen,
                parameters=one,
                trials=tune or 0,
                storage_url=options.settings().tuning_url,
                tracking=options.tracking(place),
                owned=owned,
                master=cluster,
                force=force,
                progress=progress,
            )
            for one in parameters
        ]
    if json:
        made = [_to_dict(one) for one in found]
        console.print_json(made[0] if len(made) == 1 else made)
        return
    for one in found:
        tell(one)
    promotable = [made.version for made, by in zip(found, parameters, strict=True) if by.variant == "launch"]
    if promotable:
        print(f"\nNext: tasador models promote {promotable[0]} --workspace {place.root}")


def _to_dict(found: Trained) -> dict[str, Any]:
    return {"version": found.version, "metrics": found.metrics, "reused": found.reused, "notes": list(found.notes)}


def tell(found: Trained) -> None:
    """Print a candidate's errors beside the baselines', for games and for all kinds; `tasador evaluate` prints all."""
    from tasador.models.accuracy import all_kinds
    from tasador.models.splits import HEADLINE, HONEST, RANDOM

    print(f"model     {found.version}{' (was there)' if found.reused else ''}\n")
    splits = found.metrics["accuracy"]["splits"]
    rows = []
    for split in (name for name in (*HONEST, RANDOM) if name in splits):
        scopes = splits[split]["scopes"]
        for scope in (name for name in ("game", all_kinds(split, scopes)) if name in scopes):
            figures = scopes[scope]
            for name, one in figures["candidates"].items():
                errors = one["errors"]
                common = errors["rmse_up_to_100_usd"]
                rows.append(
                    (
                        f"{split}, {'games' if scope == 'game' else 'all kinds'}, n {figures['n']:,}"
                        if name == "model"
                        else "",
                        name.replace("_", " "),
                        f"{errors['mae_usd']:.2f}",
                        "-" if common is None else f"{common:.2f}",
                        f"{errors['mdape']:.1%}",
                        f"{errors['within_20_percent']:.1%}",
                        f"{errors['rmsle']:.3f}",
                    )
                )
    console.print_table(("held out", "predictor", "MAE USD", "RMSE to $100", "MdAPE", "within 20 %", "RMSLE"), rows)
    headline = splits[HEADLINE]["scopes"]
    for scope in (name for name in ("game", "dlc") if name in headline):
        held = ", ".join(f"{one['covered']:.1%} at {level} %" for level, one in headline[scope]["coverage"].items())
        print(f"\nIntervals held the price of {scope}s of the next period in {held} (n {headline[scope]['n']:,}).")
    root = splits[RANDOM]["scopes"]["all"]["candidates"]["bagging"]["errors"]["rmse_usd"]
    print(
        f"\nThe course project's Bagging on its own split: RMSE {root:.3f}; the root taken twice, as it was "
        f"reported: {math.sqrt(root):.2f}."
    )
    for note in found.notes:
        print(f"\nnote      {note}")
