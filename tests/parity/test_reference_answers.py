"""What the course project answers on the real catalogue; Tasador must answer the same."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from tasador.features import classic as features
from tasador.market import classic
from tasador.models import bagging, splits
from tasador.models.bagging import BaggingParameters
from tasador.models.metrics import measure
from tasador.models.population import training_rows
from tasador.models.splits import Split
from tests.conftest import shared_file
from tests.ingest.records import Catalogue

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """The course project's answers."""
    found: dict[str, Any] = json.loads(shared_file("parity", "reference_answers.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def answers(real_catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Ours."""
    return classic.answers(classic.classic_rows(real_catalogue.parts.games))


@pytest.fixture(scope="module")
def rows(real_catalogue: Catalogue) -> pl.DataFrame:
    """The rows that the course project trained and tested on."""
    return training_rows(real_catalogue.parts.games)


def bagged(rows: pl.DataFrame, split: Split) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Fit the course project's model on a split's training rows: the test rows' prices, and what it says of them."""
    inputs = features.build(rows, features.genre_labels(rows)).to_numpy()
    prices = rows["price_usd"].to_numpy()
    model = bagging.fit(BaggingParameters(), inputs[split.train], prices[split.train])
    return prices[split.test], model.predict(inputs[split.test])


def test_every_count_of_the_cleaning_is_the_same(real_catalogue: Catalogue, reference: dict[str, Any]) -> None:
    quality, games = real_catalogue.quality, real_catalogue.parts.games
    rows = classic.classic_rows(games)
    steps = {step.name: step for step in quality.steps}
    assert quality.accounting.balanced
    assert reference["counts"] == {
        "raw": quality.accounting.raw,
        "dropped_duplicate_id": quality.accounting.duplicates,
        "release_date_not_iso": steps["dates_not_iso"].rows,
        "with_year": steps["without_year"].left,
        "without_implausible_year": steps["implausible_year"].left,
        "with_numeric_price": rows.height,
        "genres_null": rows["genres"].null_count(),
        "sentiment_null_after_blanking_user_review_counts": rows["sentiment"].null_count(),
        "metascore_null": rows["metascore"].null_count(),
        "early_access_true": rows["early_access"].sum(),
        "rows_for_model": training_rows(games).height,
        "distinct_genres": len(features.genre_labels(training_rows(games))),
    }
    assert steps["numeric_price"].left == rows.height
    assert steps["duplicates_removed"].rows == quality.accounting.duplicates


def test_every_year_of_the_reference_is_answered_the_same(
    answers: dict[str, dict[str, Any]], reference: dict[str, Any]
) -> None:
    assert len(reference["by_year"]) > 20
    for year, expected in reference["by_year"].items():
        for statistic in ("genero", "specs", "sentiment"):
            assert list(answers[statistic][year].items()) == list(expected[statistic].items()), (statistic, year)
        assert answers["earlyacces"][year] == expected["earlyacces"], year
        assert len(answers["juegos"][year]) == expected["juegos_nombres_distintos"], year
        assert set(answers["juegos"][year].values()) <= {int(year)}
        assert list(answers["metascore"][year].values()) == expected["metascore_scores"], year


def test_every_row_of_a_year_is_counted(real_catalogue: Catalogue, reference: dict[str, Any]) -> None:
    rows = classic.classic_rows(real_catalogue.parts.games)
    counts = dict(rows["release_year"].value_counts().iter_rows())
    assert {year: counts[int(year)] for year in reference["by_year"]} == {
        year: expected["filas"] for year, expected in reference["by_year"].items()
    }


def test_the_notebooks_examples_are_answered_the_same(
    answers: dict[str, dict[str, Any]], reference: dict[str, Any]
) -> None:
    for example, expected in reference["notebook"].items():
        statistic, year = example.rstrip(")").split("(")
        assert answers[statistic][year] == expected, example


def test_the_exact_split_reproduces_the_error_and_shows_the_root_taken_twice(
    rows: pl.DataFrame, reference: dict[str, Any]
) -> None:
    split, model = splits.random(rows), reference["model"]
    assert asdict(BaggingParameters()) == {
        **{name: value for name, value in model["params"].items() if name != "random_state"},
        "seed": model["params"]["random_state"],
    }
    prices, predicted = bagged(rows, split)
    errors = measure(prices, predicted)
    assert errors.rmse_usd == pytest.approx(model["true_rmse"], abs=1e-9)
    assert errors.mae_usd == pytest.approx(model["true_mae"], abs=1e-9)
    assert math.sqrt(errors.rmse_usd) == pytest.approx(model["reported_rmse"], abs=1e-9)
    mean = np.full(len(prices), rows["price_usd"].to_numpy()[split.train].mean())
    assert measure(prices, mean).rmse_usd == pytest.approx(model["mean_baseline_rmse"], abs=1e-9)


def test_on_rows_that_are_truly_new_the_error_is_larger(rows: pl.DataFrame) -> None:
    # Of logarithms, since the few dear rows make the squared error in dollars a matter of luck.
    flattered, later, unseen = (
        measure(*bagged(rows, split(rows))).rmsle
        for split in (splits.random, splits.out_of_time, splits.unseen_developers)
    )
    assert later > 1.1 * flattered
    assert unseen > 1.02 * flattered


def test_about_two_fifths_of_the_priced_rows_are_downloadable_content(real_catalogue: Catalogue) -> None:
    kinds = classic.classic_rows(real_catalogue.parts.games)["kind"].cast(str)
    assert 0.38 < kinds.is_in(["dlc", "soundtrack"]).mean() < 0.45  # type: ignore[operator]


def test_no_value_of_the_real_catalogue_is_unreadable(real_catalogue: Catalogue) -> None:
    assert real_catalogue.quality.unreadable == {}
    assert real_catalogue.quality.unknown_fields == {}
