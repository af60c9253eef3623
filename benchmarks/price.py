"""The price model beside its peers on the same inputs, rows and splits: other boosters, AutoGluon, the baselines.

    python -m benchmarks.price [SOURCE] [--record FILE] [--autogluon PYTHON] [--seconds N]

Trained on what was released before a period and tested on the period, history frozen: the half-years before the newest
period, and `out_of_time` of the accuracy tables. All get the rows that our price boosters learn from, as they learn
from them (histories that end early, some app ids hidden), and log prices; what tells free from paid, price points and
intervals is no part of it. The others keep their defaults but for the number of trees and its learning rate. AutoGluon
gets all its kinds of models and N seconds (600) on all cores, out of time only; it runs in another environment, whose
interpreter `--autogluon` names, as its requirements cannot be met beside ours: `pip install 'autogluon.tabular[all]'`
there. Without SOURCE a synthetic catalogue is made.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.measure import ROWS, run, sample
from tasador.appraisal.blend import Blend
from tasador.appraisal.booster import Booster
from tasador.features import classic
from tasador.features.earlier import knows_developer
from tasador.features.game import from_row
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models import bagging, baselines, boosting, hedonic, markdown, splits
from tasador.models.accuracy_tables import MAIN
from tasador.models.bagging import BaggingParameters
from tasador.models.learning import input_matrix, look_ups
from tasador.models.metrics import measure
from tasador.models.parameters import Parameters
from tasador.models.population import training_rows
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest

TREES = 600
OURS = "Tasador"
COLUMNS: markdown.Measures = {**MAIN, "cpu_seconds": ("CPU s", "{:.1f}".format)}

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]
Predict = Callable[[], Array]


@dataclass(frozen=True, slots=True)
class Task:
    """What everybody is given: inputs and prices to learn from, inputs to predict, and the tables behind them."""

    train: pl.DataFrame
    test: pl.DataFrame
    inputs: Matrix
    asked: Matrix
    known: npt.NDArray[np.bool_]
    of_developer: list[int]

    @property
    def prices(self) -> Array:
        """What the training rows cost."""
        return self.train["price_usd"].to_numpy()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path)
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the figures into a CSV file")
    parser.add_argument("--autogluon", type=Path, metavar="PYTHON", help="interpreter that has AutoGluon")
    parser.add_argument("--seconds", type=float, default=600.0)
    given = parser.parse_args()
    if given.autogluon is None:
        print("AutoGluon is left out: --autogluon names the interpreter of an environment that has it.\n")
    absent = [name for name in ("catboost", "xgboost") if not importlib.util.find_spec(name)]
    if absent:
        print(f"Left out, as they are not installed: {', '.join(absent)}.\n")
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        rows = _rows(given.source or sample(place, ROWS), place)
        for split in splits.rolling_origins(rows):
            task = _task(rows, split)
            peers = {**_ours(task), **_boosters(task), **_baselines(task)}
            lines = [_measured(task, split.name, who, predict) for who, predict in peers.items()]
            if given.autogluon is not None and split.name == splits.HEADLINE:
                lines.append(_autogluon(task, given.autogluon, given.seconds, place))
            _print(lines)
            found += lines
    if given.record is not None:
        with given.record.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, found[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)


def _rows(source: Path, place: Path) -> pl.DataFrame:
    workspace = Workspace(place / "workspace")
    snapshot = ingest(workspace, [str(source)]).snapshot
    return training_rows(snapshots.load_games(workspace, snapshot))


def _task(rows: pl.DataFrame, split: splits.Split) -> Task:
    parameters = Parameters()
    train, test = rows[split.train], rows[split.test]
    learned, asked = ([from_row(row) for row in part.iter_rows(named=True)] for part in (train, test))
    inputs, history = Inputs.fit(learned, parameters.variant), History.of(learned)
    return Task(
        train,
        test,
        input_matrix(learned, inputs, look_ups(learned, history, parameters)),
        np.array([inputs.row(game, history) for game in asked], dtype=np.float32),
        np.array([knows_developer(game, history) for game in asked], dtype=np.bool_),
        [at for at, shown in enumerate(inputs.blind) if not shown],
    )


def _ours(task: Task) -> dict[str, Predict]:
    """Our price boosters: as they serve, each of the two routes for all, and each of the two losses alone."""
    default = Parameters().price

    def route(parameters: boosting.BoostingParameters, *, blind: bool) -> Array:
        hidden = task.of_developer if blind else []
        fitted = boosting.fit(task.inputs, task.prices, parameters, hidden=hidden)
        blend = Blend([Booster(one) for one in fitted.boosters], fitted.weights)
        return np.asarray(np.exp(blend.predict(task.asked.astype(np.float64).tolist())))

    def both(parameters: boosting.BoostingParameters) -> Array:
        return np.where(task.known, route(parameters, blind=False), route(parameters, blind=True))

    return {
        OURS: lambda: both(default),
        f"{OURS}, route `known` for all": lambda: route(default, blind=False),
        f"{OURS}, route `blind` for all": lambda: route(default, blind=True),
        f"{OURS}, squared error alone": lambda: both(replace(default, absolute_share=0.0)),
        f"{OURS}, absolute error alone": lambda: both(replace(default, absolute_share=1.0)),
    }


def _boosters(task: Task) -> dict[str, Predict]:
    import lightgbm as lgb

    logs = np.log(task.prices)

    def lightgbm() -> Array:
        settings = {"objective": "l2", "learning_rate": 0.05, "seed": 1, "verbosity": -1}
        booster = lgb.train(settings, lgb.Dataset(task.inputs, label=logs), TREES)
        return np.asarray(np.exp(booster.predict(task.asked)))

    found: dict[str, Predict] = {"LightGBM": lightgbm}
    if importlib.util.find_spec("catboost"):
        from catboost import CatBoostRegressor

        found["CatBoost"] = lambda: np.exp(
            CatBoostRegressor(iterations=TREES, verbose=False, random_seed=1, allow_writing_files=False)
            .fit(task.inputs, logs)
            .predict(task.asked)
        )
    if importlib.util.find_spec("xgboost"):
        from xgboost import XGBRegressor

        found["XGBoost"] = lambda: np.exp(
            XGBRegressor(n_estimators=TREES, learning_rate=0.05, random_state=1)
            .fit(task.inputs, logs)
            .predict(task.asked)
            .astype(np.float64)
        )
    return found


def _baselines(task: Task) -> dict[str, Predict]:
    def course_project() -> Array:
        labels = classic.genre_labels(task.train)
        inputs, asked = (classic.build(part, labels).to_numpy() for part in (task.train, task.test))
        return np.asarray(bagging.fit(BaggingParameters(), inputs, task.prices).predict(asked))

    return {
        "linear hedonic model": lambda: hedonic.predict(hedonic.fit(task.train).hedonic, task.test),
        "the course project's Bagging": course_project,
        "median of 25 comparables": lambda: baselines.comparables(task.train, task.test),
        "constant: median price": lambda: baselines.constant_median(task.prices, task.test.height),
    }


def _measured(task: Task, split: str, who: str, predict: Predict) -> dict[str, Any]:
    began = time.process_time()
    predicted = predict()
    return _line(task, split, who, predicted, time.process_time() - began)


def _line(task: Task, split: str, who: str, predicted: Array, cpu_seconds: float) -> dict[str, Any]:
    errors = measure(task.test["price_usd"].to_numpy(), predicted).to_dict()
    figures = {name: round(errors[name], 5) for name in MAIN}
    return {"split": split, "who": who, "n": task.test.height, **figures, "cpu_seconds": round(cpu_seconds, 2)}


def _autogluon(task: Task, python: Path, seconds: float, place: Path) -> dict[str, Any]:
    names = [f"input_{number}" for number in range(task.inputs.shape[1])]
    table = pl.DataFrame(task.inputs, schema=names).fill_nan(None)
    table.with_columns(log_price=np.log(task.prices)).write_parquet(place / "train.parquet")
    pl.DataFrame(task.asked, schema=names).fill_nan(None).write_parquet(place / "test.parquet")
    script = Path(__file__).with_name("autogluon_peer.py")
    cost = run([os.fspath(python), os.fspath(script), os.fspath(place), str(seconds)])
    predicted = np.exp(np.loadtxt(place / "predicted.csv"))
    return _line(task, splits.HEADLINE, f"AutoGluon, {seconds:.0f} s", predicted, cost.cpu_seconds)


def _print(lines: list[dict[str, Any]]) -> None:
    ours = next(line for line in lines if line["who"] == OURS)
    print(f"{ours['split']}: {ours['n']:,} test rows of all kinds; theirs / ours above 1: ours errs less\n")
    print(markdown.table(["who", *markdown.heads(COLUMNS), "theirs / ours: MAE", "RMSLE"], _cells(lines, ours)), "\n")


def _cells(lines: list[dict[str, Any]], ours: Mapping[str, Any]) -> Iterator[list[str]]:
    for line in lines:
        ratios = (line[name] / ours[name] for name in ("mae_usd", "rmsle"))
        yield [line["who"], *markdown.written(line, COLUMNS), *(f"{ratio:.3f}" for ratio in ratios)]


if __name__ == "__main__":
    main()
