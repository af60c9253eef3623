"""tasador ingest"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, days, numbers, options

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
SuggestMap = Annotated[bool, typer.Option("--suggest-map", help="Only print a mapping proposed for the source.")]
ObservedOn = Annotated[
    dt.date | None,
    typer.Option("--observed-on", metavar="DATE", parser=days.past, help="Day on which the sources saw their entries."),
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
    str | None,
    typer.Option(
        "--country", metavar="CODE", help="For steam-api: whose prices, two letters of ISO 3166-1. [default: us]"
    ),
]
MaxAgeDays = Annotated[
    int | None,
    typer.Option(
        "--max-age-days",
        metavar="N",
        parser=numbers.whole_number(0),
        help="For steam-api: ask again for what it answered longer ago. [default: ask for nothing twice]",
    ),
]


def ingest(
    sources: Sources,
    format: options.SourceFormat = "auto",  # noqa: A002  (the option's name)
    map: options.Map = None,  # noqa: A002  (the option's name)
    suggest_map: SuggestMap = False,
    observed_on: ObservedOn = None,
    licence: Licence = None,
    onto: Onto = None,
    strict: Strict = False,
    max_reject_share: options.MaxRejectShare = None,
    ids: Ids = None,
    country: Country = None,
    max_age_days: MaxAgeDays = None,
    force: options.Force = False,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Clean catalogues into a new snapshot: games, quarantine and quality report.

    One app id keeps one row: within a source the first, between sources that of the one named last, and with --onto the
    one observed later. All or nothing: a damaged file, also of a folder, is named, and what is current stays.
    """
    only_store: dict[str, object] = {"--ids": ids, "--country": country, "--max-age-days": max_age_days}
    _check(sources, only_store=only_store, mapped=map is not None, suggest=suggest_map)
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
            [_named(source, place, ids, country, max_age_days, progress) for source in sources],
            written=options.written(format, map),
            observed_on=observed_on,
            licence=licence,
            onto=None if onto is None else options.current_snapshot(place, onto),
            max_reject_share=options.reject_share(max_reject_share),
            strict=strict,
            force=force,
            master=options.cluster(engine, master),
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


def _check(
    sources: list[str],
    *,
    only_store: dict[str, object],
    mapped: bool,
    suggest: bool,
) -> None:
    """Refuse options that would be ignored, and what cannot be."""
    from tasador.storage.store_api import STEAM_API

    given = [option for option, value in only_store.items() if value is not None]
    if STEAM_API not in sources and given:
        raise typer.BadParameter("only steam-api as the source asks the store.", param_hint=", ".join(given))
    if sources.count("-") > 1:
        raise typer.BadParameter("got - twice, but standard input comes once.", param_hint="SOURCE")
    if suggest and mapped:
        raise typer.BadParameter(
            "one proposes a mapping, the other uses one: leave one out.", param_hint="--suggest-map, --map"
        )


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
    if found.undated:
        packed = [
            f"{source['name']} was packed on {source['packed_on']}"
            for source in found.sources
            if source.get("packed_on")
        ]
        hint = f" ({', '.join(packed)})" if packed else ""
        print(f"observed  {found.undated:,} games on an unknown day{hint}; --observed-on YYYY-MM-DD tells it")
    if found.unreadable:
        told = ", ".join(f"{field} {count:,}" for field, count in found.unreadable.items())
        print(f"unread    {told}: values that could not be read and became null")
    if rows["duplicates"] > rows["games"]:
        print("repeated  most records repeat an app id, as in a history: of each source the first one stays")
    for source in found.sources:
        if source.get("ignored"):
            print(f"left out  of {source['name']}: {_some(source['ignored'])}")
    print(f"quality   {place.snapshots / found.snapshot / 'quality.html'}")


def _some(names: list[str], shown: int = 20) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def _named(
    source: str,
    place: Workspace,
    ids: Path | None,
    country: str | None,
    max_age_days: int | None,
    progress: Progress,
) -> str:
    """Take a source as it was named, the live store as the file of its answers."""
    from tasador.storage.store_api import STEAM_API

    if source != STEAM_API:
        return source
    from tasador.workflows.store import read_store

    settings = options.settings()
    key = settings.steam_api_key
    return str(
        read_store(
            place,
            ids=ids,
            country=country or "us",
            key=None if key is None else key.get_secret_value(),
            store_url=settings.store_url,
            list_url=settings.steam_api_url,
            per_minute=settings.store_requests_per_minute,
            max_age_days=max_age_days,
            progress=progress,
        )
    )
