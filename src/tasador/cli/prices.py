"""tasador prices"""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tasador.cli import console, days, numbers, options
from tasador.errors import WorkspaceError

if TYPE_CHECKING:
    import polars as pl

    from tasador.storage.price_histories import History
    from tasador.storage.workspace import Workspace

_COUNTS = ("raw", "events", "duplicates", "quarantine", "rejects")
_BY = ("genre", "age")

app = typer.Typer(help="Prices over time, from feeds of price changes.", no_args_is_help=True)

Shop = Annotated[str | None, typer.Option("--shop", metavar="NAME", help="Only this shop. [default: all]")]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CODE", help="Only this currency. [default: all]")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The price history's id.")]
Prices = Annotated[
    str | None, typer.Option("--prices", metavar="ID", help="The price history to read. [default: the current one]")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write it there: .csv, .jsonl or .parquet. [default: CSV, here]"
    ),
]


def _by(text: str) -> str:
    if text not in _BY:
        raise typer.BadParameter(f"got {text!r}, expected one of {', '.join(_BY)}.")
    return text


@app.command("import")
def import_(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Feeds: CSV files or folders, packed or not, addresses, or -."),
    ],
    max_reject_share: options.MaxRejectShare = None,
    force: options.Force = False,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Read feeds of price changes into a new price history, which becomes the current one.

    A feed is CSV with the columns appid, shop, currency, timestamp, price and regular, a change a line, in any order.
    """
    from tasador.workflows.import_prices import import_prices

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        found = import_prices(
            place,
            sources,
            max_reject_share=options.reject_share(max_reject_share),
            force=force,
            master=options.cluster(engine, master),
            progress=progress,
        )
    if json:
        console.print_json({"prices": found.history, "reused": found.reused, **found.quality})
        return
    quality = found.quality
    print(f"prices    {found.history}{' was there already' if found.reused else ''}")
    print("          " + ", ".join(f"{rows:,} {name}" for name, rows in quality["accounting"].items()))
    print(f"          {quality['app_ids']:,} app ids, {quality['first'][:10]} to {quality['last'][:10]}\n")
    console.print_table(
        ("outcome", "rule", "records", "what it says"),
        [(rule["outcome"], rule["rule"], rule["rows"], rule["says"]) for rule in quality["rules"]],
    )


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the price histories; the current one is marked."""
    from tasador.storage import price_histories

    place = options.open_workspace(workspace)
    current = place.current().prices
    found: list[dict[str, Any]] = []
    for history in price_histories.ids(place):
        row = {"id": history, "current": history == current}
        try:
            manifest = price_histories.history(place, history).manifest
        except WorkspaceError:
            found.append({**row, "source": "damaged", **dict.fromkeys(_COUNTS, 0)})
        else:
            named = ", ".join(source["name"] for source in manifest["sources"])
            found.append({**row, "source": named, **manifest["accounting"]})
    if json:
        console.print_json(found)
    elif not found:
        print(f"{place.root} has no price history yet: `tasador prices import FILE` makes one.")
    else:
        head = ("", "id", "source", *_COUNTS)
        console.print_table(head, [("*" if row["current"] else "", *(row[name] for name in head[1:])) for row in found])


@app.command("show")
def show(
    app_id: Annotated[
        int, typer.Argument(metavar="APP_ID", parser=numbers.whole_number(0), help="The entry's number in the store.")
    ],
    as_of: Annotated[
        dt.date | None,
        typer.Option("--as-of", metavar="DAY", parser=days.day, help="Only what held when that day began, UTC."),
    ] = None,
    shop: Shop = None,
    currency: Currency = None,
    prices: Prices = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show what an entry cost, and from when to when."""
    from tasador.workflows.prices import of_app

    history = _history(options.open_workspace(workspace), prices)
    at = None if as_of is None else _begin(as_of)
    rows = _plain(of_app(history, app_id, at=at, shop=shop, currency=currency))
    if json:
        console.print_json({"prices": history.id, "app_id": app_id, "events": rows})
    elif not rows:
        print(f"{app_id} had no known price when {as_of} began")
    else:
        head = ("shop", "currency", "from", "to", "price", "regular")
        console.print_table(head, [[_cell(row[name]) for name in head] for row in rows])


@app.command("on")
def on(
    day: Annotated[dt.date, typer.Argument(metavar="DAY", parser=days.day, help="The day, such as 2017-11-30.")],
    output: Output = None,
    shop: Shop = None,
    currency: Currency = None,
    prices: Prices = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Print what every entry cost when a day began, UTC: `regular` is the list price."""
    from tasador.workflows.prices import held_at

    history = _history(options.open_workspace(workspace), prices)
    at = options.cluster(engine, master)
    _print_rows(held_at(history, _begin(day), shop=shop, currency=currency, master=at), output, as_json=json)


@app.command("launches")
def launches(
    output: Output = None,
    shop: Shop = None,
    currency: Currency = None,
    snapshot: options.SnapshotId = None,
    prices: Prices = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Print launch prices: the first regular price on the day of release or after it.

    Days of release are those of a snapshot, joined by app id; entries without one are left out.
    """
    from tasador.workflows.prices import launches as workflow

    place = options.open_workspace(workspace)
    chosen = options.current_snapshot(place, snapshot)
    history, at = _history(place, prices), options.cluster(engine, master)
    found = workflow(place, history, chosen, shop=shop, currency=currency, master=at)
    _print_rows(found, output, as_json=json)


@app.command("discounts")
def discounts(
    by: Annotated[str, typer.Option("--by", metavar="genre|age", parser=_by, help="What to group by.")] = "genre",
    shop: Shop = None,
    currency: Currency = None,
    snapshot: options.SnapshotId = None,
    prices: Prices = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show how often and how deep prices are lowered, by the genres of a snapshot or by years since release."""
    from tasador.workflows.prices import discounts_of

    place = options.open_workspace(workspace)
    chosen = options.current_snapshot(place, snapshot)
    history = _history(place, prices)
    found = discounts_of(
        place, history, chosen, "age" if by == "age" else "genre", shop=shop, currency=currency,
        master=options.cluster(engine, master),
    )  # fmt: skip
    if json:
        console.print_json({"prices": history.id, "snapshot": chosen, "by": by, **found})
        return
    join = found["join"]
    print(
        f"{join['app_ids']:,} app ids of prices {history.id}; {join['absent']:,} of them are not in snapshot {chosen}, "
        f"{join['unknown']:,} have no {'genre' if by == 'genre' else 'day of release'} there\n"
    )
    head = tuple(found["groups"][0]) if found["groups"] else ("nothing",)
    console.print_table(head, [[_cell(row[name]) for name in head] for row in found["groups"]])


@app.command("use")
def use(named: Id, workspace: options.WorkspaceDir = None) -> None:
    """Make a price history the current one."""
    from tasador.storage import price_histories

    place = options.open_workspace(workspace)
    found = price_histories.find(place, named)
    price_histories.verify(place, found)
    place.change_current(prices=found)
    print(f"prices    {found} is current")


@app.command("delete")
def delete(
    named: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of price histories.")],
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Delete price histories, all of them or none; never the current one."""
    from tasador.storage import price_histories
    from tasador.workflows.delete import delete_prices

    place = options.open_workspace(workspace)
    chosen = [price_histories.find(place, one) for one in named]
    console.print_deleted(delete_prices(place, chosen), as_json=json)


def _history(place: Workspace, named: str | None) -> History:
    from tasador.storage import price_histories

    return price_histories.history(place, None if named == "current" else named)


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _print_rows(frames: Iterator[pl.DataFrame], output: Path | None, *, as_json: bool) -> None:
    """Print rows as CSV or JSON, or write them to a file."""
    from tasador.storage.tables import Block, Row, format_named, write_table

    if as_json and output is None:
        console.print_json([row for frame in frames for row in _plain(frame)])
        return
    written = "csv" if output is None else format_named(output, None) or "csv"
    rows = 0
    # NOTE: a price history has a part, which names the columns also where none of its rows is asked for.
    first = next(frames)
    columns = tuple(first.columns)
    with write_table(sys.stdout.buffer if output is None else output, written, columns, {}) as write:
        for frame in itertools.chain([first], frames):
            cells = [] if written == "parquet" else _plain(frame)
            write(
                Block([Row(row) for row in cells], rows, frame if written == "parquet" else None), [{}] * frame.height
            )
            rows += frame.height
    if output is not None and as_json:
        console.print_json({"output": str(output), "rows": rows})


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with times and days as ISO 8601 texts."""
    import polars.selectors as cs

    texts = frame.with_columns(cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"), cs.date().dt.strftime("%Y-%m-%d"))
    return texts.to_dicts()


def _cell(value: object) -> object:
    return "-" if value is None else value
