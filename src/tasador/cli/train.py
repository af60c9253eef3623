"""tasador train"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.workflows.train import Trained


def train(
    tune: Annotated[bool, typer.Option("--tune", help="Search 81 parameter combinations first (minutes).")] = False,
    snapshot: options.SnapshotId = None,
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Fit the price model on a snapshot and measure it on rows it never saw; does not promote it."""
    from tasador.workflows import train as workflow

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        found = workflow.train(
            place, options.current_snapshot(place, snapshot), search=tune, force=force, progress=progress
        )
    if json:
        console.print_json({"version": found.version, "metrics": found.metrics, "reused": found.reused})
    else:
        tell(found)
        print(f"\nNext: tasador models promote {found.version} --workspace {place.root}")


def tell(found: Trained) -> None:
    """Print a candidate's errors beside the baselines'."""
    print(f"model     {found.version}{' (was there)' if found.reused else ''}\n")
    rows = []
    for split in found.metrics["splits"]:
        for name, errors in split["errors"].items():
            common = errors["rmse_up_to_100_usd"]
            rows.append(
                (
                    split["name"] if name == "bagging" else "",
                    name,
                    f"{errors['rmse_usd']:.3f}",
                    "-" if common is None else f"{common:.2f}",
                    f"{errors['mae_usd']:.2f}",
                    f"{errors['median_ae_usd']:.2f}",
                    f"{errors['within_20_percent']:.1%}",
                )
            )
    console.print_table(("held out", "model", "RMSE USD", "up to $100", "MAE USD", "median AE", "within 20 %"), rows)
    root = next(split for split in found.metrics["splits"] if split["name"] == "random")["errors"]["bagging"][
        "rmse_usd"
    ]
    print(f"\nThe root taken twice, as the course project reported it: {math.sqrt(root):.2f} instead of {root:.3f}.")
