"""How often and how deep prices are lowered: counted part by part in whole numbers, so that counts can be added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, Literal

import polars as pl

from tasador.contracts.price_events import KEY

__all__ = ["BY", "GAME_COLUMNS", "By", "summary", "tally"]

By = Literal["genre", "age"]
BY: Final[tuple[By, ...]] = ("genre", "age")

#: What is asked of a snapshot's games.
GAME_COLUMNS: Final = ("app_id", "release_date", "release_precision", "genres")

#: A year of a game's age, in seconds: 365.25 days.
_YEAR: Final = 31_557_600

_COUNT: Final = ["group", "measure", "percent"]


def tally(events: pl.DataFrame, games: pl.DataFrame, by: By, *, until: dt.datetime) -> pl.DataFrame:
    """Count the discounts of whole entries.

    A discount is an unbroken run of events below the regular price; its depth is the largest of the run. Time at a
    regular price of 0 is not counted, nor, by age, time before the release.

    Args:
        events: Rows of `PriceEvents`, of whole entries, sorted.
        games: `GAME_COLUMNS` of the entries that may be joined.
        by: What to group by: the store's genres, of which an entry has several, or whole years since release.
        until: The end of the feed, where what holds still is counted to.

    Returns:
        `group`, `measure`, `percent` and `n`. Measures of a group: `app_ids`, `seconds` at a regular price,
        `discounted` seconds of them, and `discounts` by whole percent of depth. Measures without a group tell of the
        join: `app_ids` in the history, `absent` from the games, and `unknown`, without what they are grouped by.
    """
    known = pl.col("genres").list.len() > 0 if by == "genre" else pl.col("release_precision") == "day"
    entries = events.select("app_id").unique().join(games, on="app_id", how="left", validate="1:1")
    absent = pl.col("release_precision").is_null()
    joined = entries.select(
        app_ids=pl.len(), absent=absent.sum(), unknown=(~absent & ~known.fill_null(value=False)).sum()
    ).unpivot(variable_name="measure", value_name="n")
    grouped = entries.filter(known).select("app_id", _released(), group="genres")
    runs = _spans(events, until).join(grouped, on="app_id", maintain_order="left")
    spread = _by_genre(runs) if by == "genre" else _by_age(runs)
    counts = [
        spread.group_by("group").agg(n=pl.col("app_id").n_unique()).with_columns(measure=pl.lit("app_ids")),
        spread.group_by("group").agg(n=pl.col("seconds").sum()).with_columns(measure=pl.lit("seconds")),
        spread.filter("lowered")
        .group_by("group")
        .agg(n=pl.col("seconds").sum())
        .with_columns(measure=pl.lit("discounted")),
        _begun(runs, by).group_by("group", "percent").agg(n=pl.len()).with_columns(measure=pl.lit("discounts")),
        joined,
    ]
    return _summed(counts)


def _summed(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    schema = {"group": pl.String(), "measure": pl.String(), "percent": pl.Int32(), "n": pl.Int64()}
    aligned = [
        table.select(pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind).alias(name)
                     for name, kind in schema.items())
        for table in counts
    ]  # fmt: skip
    return pl.concat(aligned).group_by(_COUNT).agg(pl.col("n").sum()).sort(_COUNT)


def _released() -> pl.Expr:
    return pl.col("release_date").cast(pl.Datetime("us")).dt.epoch("s").alias("released")


def _spans(events: pl.DataFrame, until: dt.datetime) -> pl.DataFrame:
    """Take events with a regular price: in seconds, whether lowered, whether they begin a discount, and its depth."""
    lowered = pl.col("price") < pl.col("regular")
    follows = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in KEY) & (
        pl.col("to").shift() == pl.col("from")
    )
    goes_on = (lowered.shift() & follows).fill_null(value=False)
    percent = (100 * (1 - pl.col("price") / pl.col("regular"))).round().cast(pl.Int32)
    # NOTE: what is free is not lowered, so nothing of a run is lost with it.
    return (
        events.with_columns(lowered=lowered, begins=lowered & ~goes_on)
        .filter(pl.col("regular") > 0)
        .with_columns(run=pl.col("begins").cum_sum(), depth=percent)
        .select(
            "app_id", "lowered", "begins",
            since=pl.col("from").dt.epoch("s"),
            end=pl.col("to").fill_null(until).dt.epoch("s"),
            percent=pl.when("lowered").then("depth").max().over("run", pl.col("lowered")),
        )
    )  # fmt: skip


def _by_genre(runs: pl.DataFrame) -> pl.DataFrame:
    return runs.with_columns(seconds=pl.col("end") - pl.col("since")).explode("group")


def _by_age(runs: pl.DataFrame) -> pl.DataFrame:
    """Cut events where the game becomes a year older; what begins with the last record has no time, but an age."""
    since, end = pl.col("since") - pl.col("released"), pl.col("end") - pl.col("released")
    last = pl.max_horizontal("since", pl.col("end") - 1)
    return (
        runs.filter((end > 0) | (since >= 0))
        .select("app_id", "lowered", since=since.clip(lower_bound=0), end=end)
        .with_columns(group=pl.int_ranges(pl.col("since") // _YEAR, last // _YEAR + 1))
        .explode("group")
        .with_columns(
            seconds=pl.min_horizontal("end", (pl.col("group") + 1) * _YEAR)
            - pl.max_horizontal("since", pl.col("group") * _YEAR)
        )
    )


def _begun(runs: pl.DataFrame, by: By) -> pl.DataFrame:
    begun = runs.filter("begins")
    if by == "genre":
        return begun.explode("group")
    age = (pl.col("since") - pl.col("released")) // _YEAR
    return begun.with_columns(group=age).filter(pl.col("group") >= 0)


def summary(tallies: Iterable[pl.DataFrame], by: By) -> dict[str, Any]:
    """Add counts up and say what they mean.

    Returns:
        `join`: how many entries the history has, how many are not in the snapshot, and how many lack what they are
        grouped by. `groups`: of each genre, the commonest first, or of each year of age: entries, years at a regular
        price over all entries, shops and currencies, discounts begun, how many a year, the share of time, and the
        quartiles of depth, as shares of the regular price.
    """
    counts = _summed(tallies)
    named = {row["measure"]: row["n"] for row in counts.filter(pl.col("group").is_null()).iter_rows(named=True)}
    parts = counts.filter(pl.col("group").is_not_null()).partition_by("group", as_dict=True)
    groups = [_group(str(key[0]), part, by) for key, part in parts.items()]
    order = (lambda row: (-row["app_ids"], row["genre"])) if by == "genre" else (lambda row: row["age_years"])
    return {
        "join": {name: named.get(name, 0) for name in ("app_ids", "absent", "unknown")},
        "groups": sorted(groups, key=order),
    }


def _group(name: str, part: pl.DataFrame, by: By) -> dict[str, Any]:
    total = dict(part.group_by("measure").agg(pl.col("n").sum()).iter_rows())
    depths = part.filter(pl.col("measure") == "discounts").select("percent", "n").rows()
    years = total["seconds"] / _YEAR
    discounts = total.get("discounts", 0)
    return {
        **({"genre": name} if by == "genre" else {"age_years": int(name)}),
        "app_ids": total["app_ids"],
        "years": round(years, 2),
        "discounts": discounts,
        "discounts_a_year": round(discounts / years, 3) if years else None,
        "time_share": round(total.get("discounted", 0) / total["seconds"], 4) if years else None,
        **{f"depth_{name}": _quantile(depths, share) for name, share in (("q25", 1), ("median", 2), ("q75", 3))},
    }


def _quantile(depths: list[tuple[int, int]], quarter: int) -> float | None:
    """Find the least depth that so many quarters of the discounts do not exceed."""
    total = sum(n for _, n in depths)
    reached = 0
    for percent, n in depths:
        reached += n
        if 4 * reached >= quarter * total:
            return percent / 100
    return None
