"""What is watched: the columns of windows, made alike from catalogue entries, requests and answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

import polars as pl

from tasador.models.families import families
from tasador.monitoring.drift import FAMILY

__all__ = ["REFERENCE_DAYS", "answers", "asked", "entries", "newest", "newest_day", "once"]

#: What is usual of new entries: what came in the half-year before. A store changes: beside all years of the real
#: catalogue something is unusual in nearly every month, beside the last half-year in one of five.
REFERENCE_DAYS: Final = 183

_NEWEST: Final = 0.99

#: What is watched of each field of a request. Nothing that only tells entries apart, and not the day: that time goes
#: on is no drift, and how old the champion is is told elsewhere.
_FIELDS: Final[dict[str, dict[str, pl.Expr]]] = {
    "name": {"name_length": pl.col("name").str.len_chars()},
    "kind": {"kind": pl.col("kind").cast(pl.String)},
    "genres": {"genres": pl.col("genres"), "n_genres": pl.col("genres").list.len()},
    "specs": {"specs": pl.col("specs"), "n_specs": pl.col("specs").list.len()},
    "tags": {"tags": pl.col("tags"), "n_tags": pl.col("tags").list.len()},
    "developer": {"developer": pl.when(pl.col("developer").is_not_null()).then(pl.lit("given"))},
    "publisher": {"publisher": pl.when(pl.col("publisher").is_not_null()).then(pl.lit("given"))},
    "early_access": {"early_access": pl.col("early_access")},
    "base_app_id": {"base_app_id": pl.when(pl.col("base_app_id").is_not_null()).then(pl.lit("given"))},
    "required_age": {"required_age": pl.col("required_age").cast(pl.String)},
    "platforms": {"platforms": pl.col("platforms")},
    "languages": {"languages": pl.col("languages"), "n_languages": pl.col("languages").list.len()},
}

#: Fields that are assumed where they are not given.
_ASSUMED: Final = frozenset({"kind", "early_access"})

#: What is watched of prices.
_PRICES: Final[dict[str, pl.Expr]] = {
    "price_usd": pl.when(pl.col("price_usd") > 0).then("price_usd"),
    "free": pl.col("price_usd") == 0,
}


def entries(games: pl.DataFrame, fields: Collection[str]) -> pl.DataFrame:
    """Take what is watched of catalogue entries.

    Args:
        games: Rows of `games`.
        fields: Those that the champion reads.
    """
    return games.select(**_watched(fields), **_PRICES).with_columns(_families(games))


def newest(games: pl.DataFrame, days: int = REFERENCE_DAYS) -> pl.DataFrame:
    """Keep what was released in the half-year, or in so many days, up to `newest_day`.

    Args:
        games: Rows of `games`, at least one.
        days: How many.
    """
    day = newest_day(games)
    return games.filter((pl.lit(day) - pl.col("release_date")).dt.total_days().is_between(0, days))


def newest_day(games: pl.DataFrame) -> date:
    """Tell the day of the newest release, but for the last hundredth, which some catalogues have years ahead.

    Args:
        games: Rows of `games`, at least one; those that are dated to a quarter or year do not count where others are.
    """
    exact = games.filter(pl.col("release_precision") == "day")
    found: datetime = (games if exact.is_empty() else exact)["release_date"].quantile(_NEWEST, "nearest")  # type: ignore[assignment]
    return found.date()


def asked(log: pl.DataFrame, fields: Collection[str]) -> pl.DataFrame:
    """Take what is watched of requests: what was not given is missing, and the same question counts once.

    A kind that was not given is a game, and early access not: so the champion reads the request.

    Args:
        log: Rows of the appraisal log.
        fields: Those that the champion reads.
    """
    told = [name for name in _FIELDS if name in fields and name not in _ASSUMED]
    given = (pl.when(pl.col("given").list.contains(name)).then(name).alias(name) for name in told)
    rows = once(log).with_columns(given)
    return rows.select(**_watched(fields)).with_columns(_families(rows))


def answers(said: pl.DataFrame) -> pl.DataFrame:
    """Take what is watched of answers: the estimate, whether it abstained, and how wide the 80 % interval is.

    Args:
        said: `predicted_usd`, `abstained`, `too_wide`, `lower_80`, `upper_80` and `developer` or `family`. A row that
            abstained as its interval is too wide counts with that alone; one that nobody could appraise, such as of a
            rare kind, is left out: the inputs tell of it, and the held-out answers have none.
    """
    is_said = ~pl.col("abstained")
    said = said.filter(is_said | pl.col("too_wide"))
    rows = said.select(
        "abstained",
        estimate_usd=pl.when(is_said).then("predicted_usd"),
        interval_ratio=pl.when(is_said).then(pl.col("upper_80") / pl.col("lower_80")),
    )
    return rows.with_columns(said[FAMILY] if FAMILY in said.columns else _families(said))


def once(log: pl.DataFrame) -> pl.DataFrame:
    """Keep the last of the rows that ask the same of the same version."""
    same = [name for name in log.columns if name in {*_FIELDS, "app_id", "release_date", "model_version"}]
    texts = [pl.col(name).list.join("\x1f") if isinstance(log.schema[name], pl.List) else pl.col(name) for name in same]
    key = log.select(texts).with_row_index("row").group_by(same, maintain_order=True).agg(pl.col("row").last())
    return log[key["row"].sort()]


def _watched(fields: Collection[str]) -> dict[str, pl.Expr]:
    return {name: column for field, found in _FIELDS.items() if field in fields for name, column in found.items()}


def _families(rows: pl.DataFrame) -> pl.Series:
    return pl.Series(FAMILY, families(rows))
