"""AutoGluon on the rows, inputs and split that another process wrote; runs where AutoGluon is installed.

    python autogluon_peer.py DIRECTORY SECONDS

Reads `train.parquet` and `test.parquet` (the inputs, and `log_price` in the first), writes `predicted.csv`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor


def main() -> None:
    """Fit with the best preset, all its kinds of models, and predict."""
    place, seconds = Path(sys.argv[1]), float(sys.argv[2])
    train, test = (pd.read_parquet(place / f"{name}.parquet") for name in ("train", "test"))
    predictor = TabularPredictor(
        label="log_price", eval_metric="root_mean_squared_error", path=str(place / "autogluon"), verbosity=2
    )
    predictor.fit(train, time_limit=seconds, presets="best_quality")
    predictor.predict(test).to_csv(place / "predicted.csv", index=False, header=False)
    print(predictor.leaderboard(silent=True).to_string())


if __name__ == "__main__":
    main()
