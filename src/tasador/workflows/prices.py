"""What a price history says: of an entry, of a day, at launch, and of discounts."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from tasador.errors import TasadorError, UnknownValueError
from tasador.prices import discounts, lookup
from tasador.storage import snapshots
from tasador.storage.price_histories import History
from tasador.storage.workspace import Workspace

__all__ = ["discounts_of", "held_at", "launches", "of_app"]


def of_app(
    history: History,
    app_id: int,
    *,
    at: dt.datetime | None = None,
    shop: str | None = None,
    currency: str | None = None,
) -> pl.DataFrame:
    """Take the events of an entry, all or what held at a moment.

    Raises:
        UnknownValueError: The price history does not have the entry, in that shop or currency.
        TasadorError: The moment is after the last record.
    """
    events = history.of_app(app_id)
    if events.is_empty():
        raise UnknownValueError("app_id", app_id, [], do="The price history has no price of it.")
    _check_has("shop", shop, events["shop"].unique().sort())
    _check_has("currency", currency, events["currency"].unique().sort())
    found = lookup.narrowed(events, shop=shop, currency=currency)
    if at is None:
        return found
    _check_known(history.quality(), at)
    return lookup.held_at(found, at)


def _check_has(column: str, value: str | None, known: Iterable[str]) -> None:
    if value is not None and value not in (there := list(known)):
        raise UnknownValueError(column, value, there, do="Name one of these, or none.")


def _check_sold(quality: dict[str, Any], shop: str | None, currency: str | None) -> None:
    _check_has("shop", shop, quality["shops"])
    _check_has("currency", currency, quality["currencies"])


def _check_known(quality: dict[str, Any], at: dt.datetime) -> None:
    if at > dt.datetime.fromisoformat(quality["last"]):
        raise TasadorError(
            "nothing is known of that day",
            where="day",
            got=at.date(),
            expected=f"a day up to {quality['last'][:10]}, of the last record",
            do="Import a newer feed: `tasador prices import FILE`.",
        )


def held_at(
    history: History,
    at: dt.datetime,
    *,
    shop: str | None = None,
    currency: str | None = None,
    master: str | None = None,
) -> Iterator[pl.DataFrame]:
    """Take what held at a moment, of every entry, part by part.

    Args:
        history: The price history.
        at: The moment, with its offset from UTC.
        shop: The only shop to look at; None is all.
        currency: The only currency; None is all.
        master: The address of the Spark cluster that looks; None looks here.

    Raises:
        UnknownValueError: The price history does not have the shop or the currency.
        TasadorError: The moment is after the last record, or the cluster cannot be reached.
    """
    quality = history.quality()
    _check_sold(quality, shop, currency)
    _check_known(quality, at)
    answer = functools.partial(lookup.held_at, at=at)
    return _by_parts(history, None, answer, shop=shop, currency=currency, master=master)


def launches(
    workspace: Workspace,
    history: History,
    snapshot: str,
    *,
    shop: str | None = None,
    currency: str | None = None,
    master: str | None = None,
) -> Iterator[pl.DataFrame]:
    """Find the launch prices of the games of a snapshot, part by part: see `tasador.prices.lookup.launches`.

    Args:
        snapshot: Whose games are joined by their app ids.
        shop: The only shop to look at; None is all.
        currency: The only currency; None is all.
        master: The address of the Spark cluster that looks; None looks here.

    Raises:
        UnknownValueError: The price history does not have the shop or the currency.
        WorkspaceError: A file of the price history or of the snapshot is missing or altered.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    _check_sold(history.quality(), shop, currency)
    games = snapshots.verify(workspace, snapshot) / snapshots.GAMES
    return _by_parts(history, games, lookup.launches, shop=shop, currency=currency, master=master)


def discounts_of(
    workspace: Workspace,
    history: History,
    snapshot: str,
    by: discounts.By,
    *,
    shop: str | None = None,
    currency: str | None = None,
    master: str | None = None,
) -> dict[str, Any]:
    """Say how often and how deep prices are lowered, by genre or age: see `tasador.prices.discounts.summary`.

    Args:
        snapshot: Whose games are joined by their app ids.
        shop: The only shop to look at; None is all.
        currency: The only currency; None is all.
        master: The address of the Spark cluster that counts; None counts here.

    Raises:
        UnknownValueError: The price history does not have the shop or the currency.
        WorkspaceError: A file of the price history or of the snapshot is missing or altered.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    quality = history.quality()
    _check_sold(quality, shop, currency)
    until = dt.datetime.fromisoformat(quality["last"])
    games = snapshots.verify(workspace, snapshot) / snapshots.GAMES
    count = functools.partial(discounts.tally, by=by, until=until)
    return discounts.summary(_by_parts(history, games, count, shop=shop, currency=currency, master=master), by)


def _by_parts(
    history: History,
    games: Path | None,
    answer: Callable[..., pl.DataFrame],
    *,
    shop: str | None,
    currency: str | None,
    master: str | None,
) -> Iterator[pl.DataFrame]:
    """Answer from the events of each part, and from games where there are some, here or on a cluster."""
    step = functools.partial(_narrowed, answer=answer, shop=shop, currency=currency)
    if master is not None:
        from tasador.engines.spark import prices as spark

        yield from spark.by_parts(master, history, games, step)
        return
    known = [] if games is None else [pl.read_parquet(games / "*.parquet", columns=list(discounts.GAME_COLUMNS))]
    for events in history.parts():
        yield step(events, *known)


def _narrowed(
    events: pl.DataFrame,
    *games: pl.DataFrame,
    answer: Callable[..., pl.DataFrame],
    shop: str | None,
    currency: str | None,
) -> pl.DataFrame:
    return answer(lookup.narrowed(events, shop=shop, currency=currency), *games)
