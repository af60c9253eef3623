"""The model card: what the model is, how it was measured, what it cannot do. No figure is typed."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["render"]

_CANDIDATES = {
    "bagging": "**the model**",
    "constant_mean": "constant: mean price",
    "constant_median": "constant: median price",
    "genre_median": "median price of the genres",
}


_SEARCHED = (
    "The parameters are the best of {n} combinations by cross-validation on the random split's training rows, as in "
    "the course project. Some of those rows are test rows of the other splits, so that the search has seen them and "
    "the figures flatter a little."
)


def render(version: str, facts: dict[str, Any], metrics: dict[str, Any]) -> str:
    """Write the card in Markdown.

    Args:
        version: The model version's name.
        facts: What the bundle's manifest says: snapshot, parameters, made_by, n_rows.
        metrics: The content of the bundle's metrics.json.
    """
    random = next(split for split in metrics["splits"] if split["name"] == "random")
    rmse = random["errors"]["bagging"]["rmse_usd"]
    parts = [
        f"# Model card: {version}",
        "Predicts the list price in US dollars of a paid catalogue entry from its release year, whether it is "
        "early access, and its genres. A Bagging of regression trees, as in the course project that Tasador grew "
        "out of.",
        f"Snapshot `{facts['snapshot']}`, {facts['n_rows']:,} rows. Parameters: "
        + ", ".join(f"{name} {value}" for name, value in facts["parameters"].items())
        + ".",
        "## Error on rows the model never saw",
        *(_table(split) for split in metrics["splits"]),
        *([_SEARCHED.format(n=len(metrics["search"]))] if metrics["search"] else []),
        "The first two tables are the honest ones. The random split is there for comparison with the course "
        "project only.",
        "## The root taken twice",
        f"On the random split the RMSE is {rmse:.3f} USD. The course project took the root of it once more, which "
        f"on this model gives {math.sqrt(rmse):.2f}, and reported that.",
        "## What it cannot do",
        "It knows nothing of a game but its year, genres and early access: it cannot tell two action games of a "
        "year apart. It gives no interval. Downloadable content and games are one population here. Prices are "
        "those listed when the catalogue was read, not launch prices. It shows association, not cause.",
    ]
    return "\n\n".join(parts) + "\n"


def _table(split: dict[str, Any]) -> str:
    head = (
        f"### {split['name'].replace('_', ' ').capitalize()}\n\n{split['says']} "
        f"{split['n_train']:,} rows to train, {split['n_test']:,} to test.\n\n"
        "| | RMSE | RMSE, rows up to $100 | MAE | median AE | RMSLE | MdAPE | within 20 % |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(
        f"| {_CANDIDATES[name]} | {row['rmse_usd']:.2f} | {_or_dash(row['rmse_up_to_100_usd'])} | {row['mae_usd']:.2f} "
        f"| {row['median_ae_usd']:.2f} | {row['rmsle']:.3f} | {row['mdape']:.1%} | {row['within_20_percent']:.1%} |"
        for name, row in split["errors"].items()
    )


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
