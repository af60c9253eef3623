"""The price model beside its peers on the same rows and split: AutoGluon, other boosters, Bagging, comparables.

    python -m benchmarks.price [SOURCE] [--autogluon PYTHON] [--seconds N]

Trained on what was released before the newest period, tested on that period, history frozen: `out_of_time` of the
accuracy tables. AutoGluon gets the same inputs and log prices, all its kinds of models, and N seconds (600) on all
cores; it runs in another environment, whose interpreter `--autogluon` names, as its requirements cannot be met beside
ours: `pip install 'autogluon.tabular[all]'` there. CatBoost and XGBoost get the same inputs with their defaults but for
the numbers of trees. Without SOURCE a synthetic catalogue is made.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.measure import ROWS, run, sample
from tasador.appraisal.heads import Heads
from tasador.features import classic
from tasador.features.game import Game, from_row
from tasador.models import bagging, baselines, splits
from tasador.models.bagging import BaggingParameters
from tasador.models.learning import learn
from tasador.models.metrics import Errors, measure
from tasador.models.parameters import Parameters
from tasador.models.population import training_rows
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest

TREES = 600
Array = npt.NDArray[np.float64]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path)
    parser.add_argument("--autogluon", type=Path, metavar="PYTHON", help="interpreter that has AutoGluon")
    parser.add_argument("--seconds", type=float, default=600.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        rows = _rows(given.source or sample(place, ROWS), place)
        split = splits.out_of_time(rows)
        train, test = rows[split.train], rows[split.test]
        prices, true = train["price_usd"].to_numpy(), test["price_usd"].to_numpy()
        found: dict[str, tuple[Errors, float]] = {}

        def timed(who: str, predict: Callable[[], Array]) -> None:
            began = time.process_time()
            found[who] = (measure(true, predict()), time.process_time() - began)

        games = [[from_row(row) for row in part.iter_rows(named=True)] for part in (train, test)]
        heads: list[Heads] = []

        def ours() -> Array:
            heads.append(Heads(learn(_with_free(games[0]), Parameters())))
            return np.array([one.estimate_usd for one in heads[0].score(games[1])])

        timed("Tasador", ours)
        inputs = [
            np.array([heads[0].inputs.row(game, heads[0].history) for game in part], dtype=np.float32) for part in games
        ]
        for who, predict in _boosters(inputs[0], np.log(prices), inputs[1]).items():
            timed(who, predict)
        labels = classic.genre_labels(rows)
        matrices = [classic.build(part, labels).to_numpy() for part in (train, test)]
        timed(
            "Bagging (course project)",
            lambda: np.asarray(bagging.fit(BaggingParameters(), matrices[0], prices).predict(matrices[1])),
        )
        timed("median of 25 comparables", lambda: baselines.comparables(train, test))
        timed("constant median", lambda: baselines.constant_median(prices, test.height))
        if given.autogluon is None:
            print("AutoGluon is left out: --autogluon names the interpreter of an environment that has it.\n")
        else:
            found |= _autogluon(given.autogluon, given.seconds, place, inputs, np.log(prices), true)
        _print(found)


def _rows(source: Path, place: Path) -> pl.DataFrame:
    workspace = Workspace(place / "workspace")
    snapshot = ingest(workspace, [str(source)]).snapshot
    return training_rows(snapshots.load_games(workspace, snapshot))


def _with_free(games: list[Game]) -> list[Game]:
    """Add a free game, which the head that tells free from paid needs, and the price boosters leave out."""
    return [*games, Game(name="Free", release_date=games[0].release_date, price_usd=0.0)]


def _boosters(inputs: npt.NDArray[np.float32], logs: Array, test: npt.NDArray[np.float32]) -> dict[str, Any]:
    found: dict[str, Callable[[], Array]] = {}
    if importlib.util.find_spec("catboost"):
        from catboost import CatBoostRegressor

        found["CatBoost"] = lambda: np.exp(
            CatBoostRegressor(iterations=TREES, verbose=False, random_seed=1, allow_writing_files=False)
            .fit(inputs, logs)
            .predict(test)
        )
    if importlib.util.find_spec("xgboost"):
        from xgboost import XGBRegressor

        found["XGBoost"] = lambda: np.exp(
            XGBRegressor(n_estimators=TREES, learning_rate=0.05, random_state=1).fit(inputs, logs).predict(test)
        )
    absent = sorted({"catboost", "xgboost"} - {who.lower() for who in found})
    if absent:
        print(f"Left out, as they are not installed: {', '.join(absent)}.\n")
    return found


def _autogluon(
    python: Path, seconds: float, place: Path, inputs: list[npt.NDArray[np.float32]], logs: Array, true: Array
) -> dict[str, tuple[Errors, float]]:
    names = [f"input_{number}" for number in range(inputs[0].shape[1])]
    for name, part in zip(("train", "test"), inputs, strict=True):
        table = pl.DataFrame(part, schema=names).fill_nan(None)
        if name == "train":
            table = table.with_columns(log_price=logs)
        table.write_parquet(place / f"{name}.parquet")
    script = Path(__file__).with_name("autogluon_peer.py")
    cost = run([os.fspath(python), os.fspath(script), os.fspath(place), str(seconds)])
    predicted = np.exp(np.loadtxt(place / "predicted.csv"))
    return {f"AutoGluon, {seconds:.0f} s": (measure(true, predicted), cost.cpu_seconds)}


def _print(found: dict[str, tuple[Errors, float]]) -> None:
    ours = found["Tasador"][0]
    print(f"out of time, history frozen, {ours.n:,} test rows of all kinds; theirs / ours above 1: ours errs less\n")
    print("| who | MAE | RMSE to $100 | RMSLE | MdAPE | within 20 % | theirs / ours, MAE | RMSLE | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for who, (errors, seconds) in found.items():
        print(
            f"| {who} | {errors.mae_usd:.3f} | {errors.rmse_up_to_100_usd or float('nan'):.3f} | {errors.rmsle:.4f} "
            f"| {errors.mdape:.1%} | {errors.within_20_percent:.1%} | {errors.mae_usd / ours.mae_usd:.3f} "
            f"| {errors.rmsle / ours.rmsle:.3f} | {seconds:.1f} |"
        )


if __name__ == "__main__":
    main()
