"""Small versions to promote: bundles whose model is a table of answers, over the games of a real snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from tasador.models.population import training_rows
from tasador.registry import bundle
from tasador.storage import bundles, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.evidence import Opened
from tests.registry.predictions import SPLITS, frame, parquet

_TABLE = "price.json"


def opener(found: Bundle) -> Opened:
    """Open such a version."""
    table = bundle.read_json(found, _TABLE)

    def appraise(row: Mapping[str, Any]) -> float | None:
        answer = table.get(str(row["app_id"]))
        return None if answer is None else float(answer)

    return Opened(appraise, appraise)


def publish(
    workspace: Workspace,
    snapshot: str,
    version: str,
    *,
    error: float = 0.5,
    seed: int = 0,
    leaks: tuple[str, ...] = (),
    answers: float = 1.0,
) -> None:
    """Publish a version whose predictions are off by a factor of log-normal noise.

    Args:
        error: Standard deviation of the noise.
        answers: What its answers are multiplied with after they were written down to be compared.
    """
    games = training_rows(snapshots.load_games(workspace, snapshot)).sort("release_date", "app_id")
    prices = games["price_usd"].to_numpy()
    predicted = prices * np.exp(np.random.default_rng(seed).normal(0, error, len(prices)))
    others = {
        name: prices * np.exp(np.random.default_rng(99).normal(0.5, 1.2, len(prices)))
        for name in ("constant_median", "genre_median", "comparables_25")
    }
    ids, dates = games["app_id"].to_list(), games["release_date"].to_list()
    held_out = pl.concat(
        [
            frame(prices, predicted, split=split, noise=error, baselines=others, app_ids=ids, dates=dates)
            for split in SPLITS
        ]
    )
    table = dict(zip(map(str, ids), (predicted * answers).tolist(), strict=True))
    probe = {"app_id": ids[:50], "predicted_usd": predicted[:50].tolist()}
    files = {
        _TABLE: encode_json(table),
        bundle.METRICS: encode_json({"leaks": list(leaks), "probe": probe}),
        bundle.HELD_OUT: parquet(held_out),
        bundle.CARD: f"# Model card: {version}\n".encode(),
    }
    facts = {"snapshot": snapshot, "n_rows": games.height, "parameters": {}, "made_by": MADE_BY, "candidate": "table"}
    bundles.publish(workspace, version, files, facts)


MADE_BY = {"version": "0.1.0", "fingerprint": "0" * 12}
