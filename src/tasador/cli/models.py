"""tasador models"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options
from tasador.errors import WorkspaceError

if TYPE_CHECKING:
    from tasador.registry.gate import PromotionDecision

app = typer.Typer(help="Versions of the model, and which one answers.", no_args_is_help=True)

Version = Annotated[str, typer.Argument(metavar="VERSION", help="The version's name.")]


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the versions; the champion is marked."""
    from tasador.storage import bundles

    place = options.open_workspace(workspace)
    champion = place.current().champion
    found = []
    for version in bundles.versions(place):
        row = {"version": version, "champion": version == champion}
        try:
            manifest = bundles.manifest(place, version)
        except WorkspaceError:
            found.append({**row, "snapshot": "damaged", "rows": 0})
        else:
            found.append({**row, "snapshot": manifest["snapshot"], "rows": manifest["n_rows"]})
    if json:
        console.print_json(found)
    else:
        console.print_table(
            ("", "version", "snapshot", "rows"),
            [("*" if row["champion"] else "", row["version"], row["snapshot"], row["rows"]) for row in found],
        )


@app.command("show")
def show(
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="The version's name. [default: the champion]")
    ] = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show a version's model card."""
    from tasador.registry import bundle
    from tasador.storage import bundles

    place = options.open_workspace(workspace)
    found = bundles.load(place, version or options.champion(place))
    if json:
        console.print_json({**found.manifest, "metrics": bundle.read_json(found, bundle.METRICS)})
    else:
        print(found.files[bundle.CARD].decode())


@app.command("promote")
def promote(version: Version, workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Hold a version against the gate and, if it passes, make it the champion. Exit code 3 when it does not."""
    from tasador.workflows.promote import promote as workflow

    decision = workflow(options.open_workspace(workspace), version)
    if json:
        console.print_json(decision.to_dict())
    else:
        tell_decision(decision)
    if not decision.promote:
        raise typer.Exit(3)


@app.command("rollback")
def rollback(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Make the champion before the current one the champion again."""
    from tasador.workflows.promote import rollback as workflow

    version = workflow(options.open_workspace(workspace))
    if json:
        console.print_json({"champion": version})
    else:
        print(f"champion  {version}")


@app.command("history")
def history(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Show the promotions and rollbacks, oldest first."""
    found = options.open_workspace(workspace).history()
    if json:
        console.print_json(found)
    else:
        head = ("at", "action", "version", "previous", "snapshot")
        console.print_table(head, [[row[name] or "-" for name in head] for row in found])


def tell_decision(decision: PromotionDecision) -> None:
    """Print a decision of the gate, with its checks."""
    print(f"\n{'promoted' if decision.promote else 'held'}  {decision.challenger}")
    for check in decision.checks:
        print(f"  {'yes' if check.passed else 'NO '}  {check.name}: {check.says}")
