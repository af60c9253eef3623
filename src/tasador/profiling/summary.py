"""The profile of a games table, as a dict. The only module that is given data; the page is made from its result."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import polars as pl

from tasador.profiling.associations import describe_associations
from tasador.profiling.column_sentences import notes, tell
from tasador.profiling.columns import describe_columns, first_rows
from tasador.profiling.companions import describe_companions
from tasador.profiling.currency import commonest, with_price
from tasador.profiling.duplicates import describe_duplicates
from tasador.profiling.figures import plain, share
from tasador.profiling.findings import find_out
from tasador.profiling.hedonic_index import describe_hedonic_index
from tasador.profiling.hindsight import describe_hindsight
from tasador.profiling.kinds import describe_games_and_dlc
from tasador.profiling.ladder import describe_ladder
from tasador.profiling.missingness import describe_missingness, not_in_source
from tasador.profiling.outliers import describe_outliers
from tasador.profiling.over_years import describe_over_years
from tasador.profiling.populations import describe_populations
from tasador.profiling.price_groups import prices_by_group
from tasador.profiling.prices import describe_prices
from tasador.profiling.twins import describe_twins
from tasador.profiling.whole_years import last_whole_year
from tasador.profiling.words import count_words

__all__ = ["PROFILE_VERSION", "summarise"]

#: Version of the dict's layout: a reader of stored profiles checks it.
PROFILE_VERSION: Final = 4


def summarise(games: pl.DataFrame, *, n_table: int | None = None, served: pl.DataFrame | None = None) -> dict[str, Any]:
    """Analyse a games table.

    The same table gives the same dict: nothing in it depends on the time, the machine or a random number.

    Args:
        games: One row an app id, as the contract `Games` says. Not changed. May be empty.
        n_table: Rows of the table of which they are a sample; None when they are all.
        served: The appraisal log, one row an appraisal; None when there is none.

    Returns:
        A dict that JSON can hold: figures are rounded to six decimals, dates are ISO text, and what is not defined
        (a quantile of nothing, the correlation of a constant) is null. Prices are list prices in the commonest
        currency of the table, which `currency` names; rows priced in another one are in no figure of prices.
        Keys: `version`, `overview`, `currency`, `findings`, `prices`, `ladder`, `price_by`, `over_years`, `hedonic`,
        `games_and_dlc`, `outliers`, `associations`, `companions`, `missingness`, `hindsight`, `duplicates`, `twins`,
        `populations`, `words`, `columns`, `first_rows`.
    """
    currency = commonest(games)
    priced = with_price(games, currency)
    profile = {
        "version": PROFILE_VERSION,
        "overview": {**_overview(games, priced), "n_table": len(games) if n_table is None else n_table},
        "currency": {**asdict(currency), "price_name": currency.price_name},
        "prices": describe_prices(priced, currency),
        "ladder": describe_ladder(priced),
        "price_by": prices_by_group(priced),
        "over_years": describe_over_years(priced, currency),
        "hedonic": describe_hedonic_index(priced, currency),
        "games_and_dlc": describe_games_and_dlc(priced),
        "outliers": describe_outliers(priced, currency),
        "associations": describe_associations(priced, currency),
        "companions": describe_companions(games),
        "missingness": describe_missingness(games),
        "hindsight": describe_hindsight(games),
        "duplicates": describe_duplicates(priced),
        "twins": describe_twins(priced, currency),
        "populations": describe_populations(priced, served),
        "words": count_words(games),
        "columns": describe_columns(games),
        "first_rows": first_rows(games),
    }
    # Sentences are made of the rounded figures, so that a sentence and a table cannot differ.
    rounded: dict[str, Any] = plain(profile)
    columns = [{**column, "sentence": tell(column), "notes": notes(column)} for column in rounded["columns"]]
    return {**rounded, "columns": columns, "findings": plain(find_out(rounded))}


def _overview(games: pl.DataFrame, priced: pl.DataFrame) -> dict[str, Any]:
    empty = not_in_source(games)
    given = [name for name in games.columns if name not in empty]
    return {
        "n": len(games),
        "n_columns": games.width,
        "n_paid": int((priced["price"] > 0).sum()),
        "n_developers": games["developer"].drop_nulls().n_unique(),
        "first_release": games["release_date"].min(),
        "last_release": games["release_date"].max(),
        "last_whole_year": last_whole_year(games),
        "share_cells_missing": share(sum(games[name].null_count() for name in given), len(given) * len(games)),
        "sources": sorted(games["source"].unique().to_list()),
    }
