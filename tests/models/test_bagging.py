from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LinearRegression

from tasador.errors import BundleError
from tasador.models import bagging

RNG = np.random.default_rng(0)
INPUTS = RNG.integers(0, 2, (200, 6)).astype(np.float32)
PRICES = 5 + 10 * INPUTS[:, 0].astype(np.float64) + RNG.random(200)
SMALL = bagging.BaggingParameters(n_estimators=5, max_depth=3)


def test_the_same_seed_gives_the_same_model() -> None:
    one, two = (bagging.fit(SMALL, INPUTS, PRICES).predict(INPUTS) for _ in range(2))
    assert np.array_equal(one, two)


def test_it_learns_what_there_is_to_learn() -> None:
    predicted = bagging.fit(bagging.BaggingParameters(), INPUTS[:150], PRICES[:150]).predict(INPUTS[150:])
    constant = PRICES[:150].mean()
    assert np.square(predicted - PRICES[150:]).mean() < 0.2 * np.square(constant - PRICES[150:]).mean()


def test_a_model_is_read_back_as_it_was_written() -> None:
    model = bagging.fit(SMALL, INPUTS, PRICES)
    assert np.array_equal(bagging.load(bagging.dump(model, INPUTS)).predict(INPUTS), model.predict(INPUTS))


def test_the_file_is_no_pickle() -> None:
    data = bagging.dump(bagging.fit(SMALL, INPUTS, PRICES), INPUTS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert all(name.endswith((".json", ".npy", ".npz")) for name in archive.namelist())


def test_a_file_that_names_another_type_is_refused_before_it_is_built() -> None:
    data = bagging.dump(bagging.fit(SMALL, INPUTS, PRICES), INPUTS)
    forged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(forged, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "schema.json":
                schema = json.loads(content)
                schema["__class__"], schema["__module__"] = "Popen", "subprocess"
                content = json.dumps(schema).encode()
            out.writestr(name, content)
    with pytest.raises(BundleError, match=r"types that are not trusted; got subprocess\.Popen"):
        bagging.load(forged.getvalue())


def test_another_model_is_refused() -> None:
    data = skops.io.dumps(LinearRegression().fit(INPUTS, PRICES))
    with pytest.raises(BundleError, match="got LinearRegression; expected BaggingRegressor"):
        bagging.load(data)


def test_the_search_has_the_course_projects_81_combinations_and_5_folds() -> None:
    assert np.prod([len(values) for values in bagging.GRID.values()]) == 81
    assert bagging.FOLDS == 5
    found = bagging.BaggingParameters()
    assert found.n_estimators in bagging.GRID["n_estimators"]
    assert found.max_depth in bagging.GRID["estimator__max_depth"]


def test_the_search_tries_every_combination_and_takes_the_one_with_the_least_error() -> None:
    told: list[tuple[int, int]] = []
    grid = {"n_estimators": (3, 6), "estimator__max_depth": (1, 4), "max_samples": (0.9,), "max_features": (0.9,)}
    best, tried = bagging.tune(INPUTS, PRICES, grid=grid, progress=lambda done, total: told.append((done, total)))
    assert len(tried) == 4
    assert told == [(2, 4), (4, 4)]
    least = min(tried, key=lambda row: float(row["cv_rmse_usd"]))
    assert {**best.to_dict(), "cv_rmse_usd": least["cv_rmse_usd"]} == least
