"""tasador models"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tasador.cli import console, days, models_text, options

if TYPE_CHECKING:
    from tasador.registry.decision import PromotionDecision

app = typer.Typer(help="Versions of the model, and which one answers.", no_args_is_help=True)

_NAMED: Final = "The version's name or the beginning of it, champion, or challenger."

Version = Annotated[str, typer.Argument(metavar="VERSION", help=_NAMED)]


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the versions, with their errors on games of the period after training; the champion is marked."""
    from tasador.storage import bundles

    place = options.open_workspace(workspace)
    found = [models_text.summary(place, version) for version in bundles.versions(place)]
    if json:
        console.print_json(found)
    elif not found:
        print(f"{place.root} has no model yet: `tasador run SOURCE` makes one.")
    else:
        models_text.tell_list(found)


@app.command("show")
def show(
    version: Annotated[str | None, typer.Argument(metavar="VERSION", help=f"{_NAMED} [default: the champion]")] = None,
    card: Annotated[bool, typer.Option("--card", help="Print the model card alone, as Markdown.")] = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show where a version comes from, and its model card."""
    from tasador.registry import bundle
    from tasador.storage import bundles

    place = options.open_workspace(workspace)
    found = bundles.load(place, bundles.find(place, version or options.champion(place)))
    if json:
        aliases = models_text.aliases(place, found.version)
        console.print_json({**found.manifest, "aliases": aliases, "metrics": bundle.read_json(found, bundle.METRICS)})
        return
    if not card:
        models_text.tell_facts(place, found.version, found.manifest)
    print(found.files[bundle.CARD].decode())


@app.command("compare")
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help=_NAMED)],
    second: Annotated[str, typer.Argument(metavar="B", help=_NAMED)],
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Compare two versions on the games that neither saw in training, split by split."""
    from tasador.registry import bundle, comparison, held_out
    from tasador.storage import bundles

    place = options.open_workspace(workspace)
    names = [bundles.find(place, named) for named in (first, second)]
    if names[0] == names[1]:
        raise typer.BadParameter(f"got {names[0]} for both: name two versions.", param_hint="A, B")
    frames = [held_out.parse(bundles.read_file(place, name, bundle.HELD_OUT), where=name) for name in names]
    found = comparison.compare(*frames)
    if json:
        console.print_json({"first": names[0], "second": names[1], "splits": [one.to_dict() for one in found]})
    elif not found:
        print(f"{names[0]} and {names[1]} were measured on no common game at the same price.")
    else:
        models_text.tell_comparison(names, found)


@app.command("promote")
def promote(
    version: Version,
    again: Annotated[bool, typer.Option("--again", help="Also if it was rolled back.")] = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Hold a version against the gate and, if it passes, make it the champion. Exit code 3 when it does not."""
    from tasador.storage import bundles
    from tasador.workflows.promote import promote as workflow

    place = options.open_workspace(workspace)
    decision = workflow(
        place,
        bundles.find(place, version),
        again=again,
        tracking=options.tracking(place),
        remote=options.remote(),
    )
    if json:
        console.print_json(decision.to_dict())
    else:
        tell_decision(decision)
    if not decision.promote:
        raise typer.Exit(3)


@app.command("rollback")
def rollback(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Make the champion before the current one the champion again; once more goes further back."""
    from tasador.workflows.promote import rollback as workflow

    place = options.open_workspace(workspace)
    found = workflow(place, tracking=options.tracking(place), remote=options.remote())
    if json:
        console.print_json({"champion": found.version, "previous": found.previous, "notes": list(found.notes)})
    else:
        print(f"champion  {found.version} (was {found.previous})")
        _tell_notes(found.notes)


@app.command("fetch")
def fetch(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="The version's name or the beginning of it, or the store's alias.")
    ] = "champion",
    answer: Annotated[
        bool, typer.Option("--answer", help="Let it answer here too; only the store's champion may.")
    ] = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Fetch a version that was trained elsewhere from the store that is set, checking each file's hash."""
    from tasador.workflows.fetch_version import fetch_version

    place = options.open_workspace(workspace)
    found = fetch_version(place, version, tracking=options.tracking(place), answer=answer)
    if json:
        console.print_json({"version": found.version, "answers": found.answers, "previous": found.previous})
    elif found.answers:
        before = f" (was {found.previous})" if found.previous not in {None, found.version} else ""
        print(f"champion  {found.version}{before}")
    else:
        print(f"fetched  {found.version}; --answer lets it answer here")


@app.command("history")
def history(
    on: Annotated[
        date | None,
        typer.Option("--on", metavar="DATE", parser=days.day, help="Tell who answered on a day instead (UTC)."),
    ] = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show the promotions and rollbacks, oldest first, or which version answered on a day. Times are UTC."""
    from tasador.registry import tenures

    place = options.open_workspace(workspace)
    entries, champion = place.history(), place.current().champion
    if on is None:
        effective = tenures.in_effect(entries, champion)
        rows = [{**entry, "in_effect": entry in effective} for entry in entries]
        head: tuple[str, ...] = ("at", "action", "version", "previous", "snapshot", "in_effect")
        shown = [[*(row[name] or "-" for name in head[:-1]), "yes" if row["in_effect"] else "no"] for row in rows]
    else:
        rows = [tenure.to_dict() for tenure in tenures.on_day(entries, champion, on)]
        head = ("version", "since", "until")
        shown = [[row["version"], row["since"], row["until"] or "now"] for row in rows]
    if json:
        console.print_json(rows)
    elif rows:
        console.print_table(head, shown)
    else:
        print("no version was promoted yet" if on is None else f"no version answered on {on:%Y-%m-%d}")


@app.command("delete")
def delete(
    named: Annotated[list[str], typer.Argument(metavar="VERSION", help="Names of versions, or beginnings of them.")],
    force: Annotated[
        bool, typer.Option("--force", help="Delete also the version to which a rollback would go.")
    ] = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Delete versions, all of them or none; never the champion or the challenger. What was logged of them stays."""
    from tasador.storage import bundles
    from tasador.workflows.delete import delete_versions

    place = options.open_workspace(workspace)
    chosen = [bundles.find(place, one) for one in named]
    console.print_deleted(delete_versions(place, chosen, force=force), as_json=json)


def tell_decision(decision: PromotionDecision) -> None:
    """Print a decision of the gate, with its checks."""
    print(f"\n{'promoted' if decision.promote else 'held'}  {decision.challenger}")
    for check in decision.checks:
        wanted = "" if check.passed or not check.expected else f"; expected: {check.expected}"
        print(f"  {'yes' if check.passed else 'NO '}  {check.name}: {check.says}{wanted}")
    _tell_notes(decision.notes)


def _tell_notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        print(f"note: {note}")
