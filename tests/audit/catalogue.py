"""Rows with true prices, made from a synthetic catalogue, and models that are honest or overfitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.feature_extraction import DictVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeRegressor

from tasador.testing import make_raw_lines
from tests.ingest.records import build

Price = Callable[[Mapping[str, Any]], float]
Array = npt.NDArray[np.float64]

INPUTS = ("genre", "early_access", "year", "kind")


def priced(n: int, *, seed: int) -> pl.DataFrame:
    """Paid rows of a synthetic catalogue, the newest fifth of them test rows."""
    games = build(list(make_raw_lines(n, seed=seed))).parts.games
    paid = games.filter(pl.col("price_usd") > 0, pl.col("price_usd") <= 100, pl.col("genres").list.len() > 0)
    cut = paid["release_date"].sort()[int(paid.height * 0.8)]
    return paid.select(
        "app_id",
        "name",
        "developer",
        "genres",
        "release_date",
        "early_access",
        genre=pl.col("genres").list.first().str.to_lowercase(),
        year=pl.col("release_date").dt.year().cast(pl.Int64),
        kind=pl.col("kind").cast(pl.String),
        price_usd=pl.col("price_usd").cast(pl.Float64),
        split=pl.when(pl.col("release_date") >= cut).then(pl.lit("test")).otherwise(pl.lit("train")),
    )


def fit(rows: pl.DataFrame, *, inputs: tuple[str, ...] = INPUTS, leaf: int = 5) -> Price:
    """Fit a tree to the logarithm of the training rows' prices; a leaf of one row learns them by heart."""
    train = rows.filter(pl.col("split") == "train")
    model = make_pipeline(DictVectorizer(sparse=False), DecisionTreeRegressor(min_samples_leaf=leaf, random_state=0))
    model.fit(train.select(inputs).to_dicts(), np.log(train["price_usd"].to_numpy()))
    known: dict[str, float] = {}

    def price(asked: Mapping[str, Any]) -> float:
        one = {name: asked.get(name) for name in inputs}
        if str(one) not in known:
            known[str(one)] = float(np.exp(model.predict([one])[0]))
        return known[str(one)]

    return price


def errors(rows: pl.DataFrame, price: Price, *, split: str = "test", kind: str | None = None) -> dict[str, float]:
    """RMSE and MAE over one side, of one kind or of all."""
    chosen = rows.filter(pl.col("split") == split, pl.lit(kind is None) | (pl.col("kind") == (kind or "")))
    off = np.array([price(row) for row in chosen.to_dicts()]) - chosen["price_usd"].to_numpy()
    return {"rmse": float(np.sqrt(np.mean(off**2))), "mae": float(np.mean(np.abs(off)))}


def past_mean(rows: pl.DataFrame) -> pl.Series:
    """The mean price of the developer's earlier releases."""
    earlier = rows.select("app_id", "developer", "release_date").join(
        rows.select("developer", before="release_date", price="price_usd"), on="developer"
    )
    means = (
        earlier.filter(pl.col("before") < pl.col("release_date")).group_by("app_id").agg(known=pl.col("price").mean())
    )
    return rows.join(means, on="app_id", how="left", maintain_order="left")["known"]
