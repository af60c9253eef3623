"""tasador ingest"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.storage.workspace import Workspace
    from tasador.workflows.ingest import Ingested
    from tasador.workflows.progress import Progress

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Files, folders, http(s) or s3 addresses, - for standard input, or steam-api for the live store.",
    ),
]
Map = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="A mapping that says what the columns mean (TOML).")
]
SuggestMap = Annotated[bool, typer.Option("--suggest-map", help="Only print a mapping proposed for the source.")]
ObservedOn = Annotated[
    dt.datetime | None,
    typer.Option(
        "--observed-on", metavar="DATE", formats=["%Y-%m-%d"], help="Day on which the sources saw their entries."
    ),
]
Licence = Annotated[
    str | None, typer.Option("--licence", metavar="NOTE", help="Under which terms the sources were published.")
]
Onto = Annotated[
    str | None,
    typer.Option(
        "--onto", metavar="ID", help="Go on from this snapshot, or from the `current` one: keep its other games."
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail if a record breaks a rule, instead of setting it aside.")]
Ids = Annotated[
    Path | None,
    typer.Option("--ids", metavar="FILE", help="For steam-api: app ids, one a line. [default: all that Steam lists]"),
]
Country = Annotated[
    str, typer.Option("--country", metavar="CODE", help="For steam-api: whose prices, two letters of ISO 3166-1.")
]


def ingest(
    sources: Sources,
    format: options.SourceFormat = "auto",  # noqa: A002  (the option's name)
    map: Map = None,  # noqa: A002  (the option's name)
    suggest_map: SuggestMap = False,
    observed_on: ObservedOn = None,
    licence: Licence = None,
    onto: Onto = None,
    strict: Strict = False,
    max_reject_share: options.MaxRejectShare = None,
    ids: Ids = None,
    country: Country = "us",
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Clean catalogues into a new snapshot: games, quarantine and quality report.

    One app id keeps one row: within a source the first; between sources the one observed last, or named last where a
    day is unknown.
    """
    if map is not None and format != "auto":
        raise typer.BadParameter(
            "a mapping says the format itself; leave one of them out.", param_hint="--map, --format"
        )
    # NOTE: numpy comes along with the contracts, and its matrix library starts threads that wait by running; nothing
    # here multiplies matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    place = options.open_workspace(workspace)
    if suggest_map:
        suggest(sources, place)
        return
    from tasador.workflows import ingest as workflow

    with console.progress() as progress:
        found = workflow.ingest(
            place,
            [_named(source, place, ids, country, progress) for source in sources],
            written=options.written(format) if map is None else options.mapped(map),
            observed_on=None if observed_on is None else observed_on.date(),
            licence=licence,
            onto=options.current_snapshot(place, None) if onto == "current" else onto,
            max_reject_share=options.reject_share(max_reject_share),
            strict=strict,
            force=force,
            progress=progress,
        )
    if json:
        console.print_json(
            {
                "snapshot": found.snapshot,
                "accounting": found.accounting,
                "sources": found.sources,
                "reused": found.reused,
            }
        )
    else:
        tell(found, place)


def suggest(sources: list[str], place: Workspace) -> None:
    """Print a mapping proposed for one source."""
    from tasador.workflows.mapping import suggest_mapping

    if len(sources) != 1:
        raise typer.BadParameter(
            f"got {len(sources)} sources, expected one: a mapping is proposed for one at a time.",
            param_hint="--suggest-map",
        )
    print(suggest_mapping(place, sources[0]), end="")


def tell(found: Ingested, place: Workspace) -> None:
    """Print what an ingest made."""
    rows = found.accounting
    print(f"snapshot  {found.snapshot}{' (was there)' if found.reused else ''}")
    print(
        f"          {rows['raw']:,} raw = {rows['games']:,} games + {rows['duplicates']:,} duplicates"
        f" + {rows['quarantine']:,} in quarantine + {rows['rejects']:,} rejects"
    )
    undated = [
        source["name"] for source in found.sources if source["observed_on"] is None and source["format"] != "snapshot"
    ]
    if undated:
        print(f"observed  on an unknown day: {', '.join(undated)}; --observed-on YYYY-MM-DD tells it")
    for source in found.sources:
        if source.get("ignored"):
            print(f"left out  of {source['name']}: {_some(source['ignored'])}")
    print(f"quality   {place.snapshots / found.snapshot / 'quality.html'}")


def _some(names: list[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def _named(source: str, place: Workspace, ids: Path | None, country: str, progress: Progress) -> str:
    """Take a source as it was named, the live store as the file of its answers."""
    from tasador.workflows.store import STEAM_API, read_store

    if source != STEAM_API:
        return source
    settings = options.settings()
    key = settings.steam_api_key
    return str(
        read_store(
            place,
            ids=ids,
            country=country,
            key=None if key is None else key.get_secret_value(),
            store_url=settings.store_url,
            list_url=settings.steam_api_url,
            per_minute=settings.store_requests_per_minute,
            progress=progress,
        )
    )
