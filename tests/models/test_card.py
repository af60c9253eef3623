from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
import yaml
from markdown_it import MarkdownIt

from tasador.features.definition import Feature
from tasador.models import card, splits
from tasador.models.accuracy import assess
from tasador.models.population import training_rows
from tests.models.held_out import predictions

FACTS = {
    "snapshot": "0123456789ab",
    "n_rows": 1_234,
    "parameters": {"learning_rate": 0.05},
    "made_by": {"version": "9.9", "fingerprint": "feed"},
    "libraries": {"lightgbm": "4.7.0"},
    "seed": 42,
}
FEATURES = [
    Feature("year", "float32", "years", ("release_date",), "launch", "date").to_dict(),
    Feature("month", "float32", "months", ("release_date",), "launch", "date").to_dict(),
    Feature("tags", "float32", "labels", ("tags", "name"), "later", "tags").to_dict(),
]


@pytest.fixture(scope="module")
def metrics(games: pl.DataFrame) -> dict[str, Any]:
    rows = training_rows(games)
    made = [splits.out_of_time(rows), splits.unseen_developers(rows), splits.random(rows)]
    figures = {"n": 321, "share_free": 0.07, "auc": 0.8976, "auc_games": None, "auc_without_giveaways": 0.75}
    free: dict[str, Any] = {"out_of_time": {**figures, "brier": 0.034, "calibration_error": 0.016, "reliability": []}}
    return {"accuracy": assess(predictions(rows, made), made).to_dict(), "free": free}


@pytest.fixture(scope="module")
def text(metrics: dict[str, Any]) -> str:
    return card.render("price-1", FACTS, metrics, FEATURES)


def front_matter(text: str) -> dict[str, Any]:
    start, front, _ = text.split("---\n", maxsplit=2)
    assert start == ""
    found = yaml.safe_load(front)
    assert isinstance(found, dict)
    return found


def test_the_front_matter_has_the_documented_shape(text: str) -> None:
    front = front_matter(text)
    assert front["license"] == "apache-2.0"
    assert front["language"] == ["en"]
    assert front["library_name"] == "tasador"
    assert front["pipeline_tag"] == "tabular-regression"
    assert {"lightgbm", "tabular-regression"} <= {*front["tags"]}
    (model,) = front["model-index"]
    assert model.keys() == {"name", "results"}
    assert model["name"] == "price-1"
    for result in model["results"]:
        assert result.keys() == {"task", "dataset", "metrics"}
        assert result["task"]["type"] == "tabular-regression"
        assert isinstance(result["dataset"]["type"], str)
        assert isinstance(result["dataset"]["name"], str)
        assert result["dataset"]["revision"] == FACTS["snapshot"]
        for metric in result["metrics"]:
            assert isinstance(metric["type"], str)
            assert isinstance(metric["value"], float)


def test_the_front_matters_figures_are_the_measured_ones(text: str, metrics: dict[str, Any]) -> None:
    results = front_matter(text)["model-index"][0]["results"]
    assert len(results) == 6
    for result in results:
        split, scope = result["dataset"]["split"], result["dataset"]["config"]
        errors = metrics["accuracy"]["splits"][split]["scopes"][scope]["candidates"]["model"]["errors"]
        figures = {metric["name"]: metric["value"] for metric in result["metrics"]}
        assert figures["Mean absolute error, USD"] == errors["mae_usd"]
        assert figures["Median absolute percentage error"] == errors["mdape"]
        assert len(figures) == 6


def test_a_snapshot_that_looks_like_a_number_stays_a_name(metrics: dict[str, Any]) -> None:
    front = front_matter(card.render("1e5", {**FACTS, "snapshot": "000000123456"}, metrics, FEATURES))
    assert front["model-index"][0]["name"] == "1e5"
    assert front["model-index"][0]["results"][0]["dataset"]["revision"] == "000000123456"


def test_every_candidates_figures_stand_beside_the_models(text: str, metrics: dict[str, Any]) -> None:
    for split in metrics["accuracy"]["splits"].values():
        assert f"{split['n_test']:,} to test" in text
        for candidate in split["scopes"]["game"]["candidates"].values():
            assert f"| {candidate['errors']['mae_usd']:.2f} |" in text


def test_realised_coverage_and_abstention_are_told(text: str, metrics: dict[str, Any]) -> None:
    scopes = metrics["accuracy"]["splits"]["out_of_time"]["scopes"]
    n, covered = scopes["game"]["n"], [found["covered"] for found in scopes["game"]["coverage"].values()]
    assert f"| game | {n:,} | {covered[0]:.1%} | {covered[1]:.1%} |" in text
    assert f"| game | {n:,} | {scopes['game']['answers']['n_answered'] / n:.1%} |" in text


def test_inputs_are_shown_by_group(text: str) -> None:
    assert "| date | 2 | release_date | launch |" in text
    assert "| tags | 1 | tags, name | later |" in text


def test_the_root_taken_twice_is_that_of_the_random_splits_rows(text: str, metrics: dict[str, Any]) -> None:
    rmse = metrics["accuracy"]["splits"]["random"]["scopes"]["all"]["candidates"]["bagging"]["errors"]["rmse_usd"]
    assert f"has an RMSE of {rmse:.3f} USD" in text
    assert f"gives {math.sqrt(rmse):.2f}, and reported that" in text


def test_the_free_head_is_told_split_by_split(text: str) -> None:
    assert "| `out_of_time` | 321 | 7.0% | 0.898 |" in text


def test_provenance_names_code_libraries_snapshot_and_seed(text: str) -> None:
    for said in (
        "fingerprint `feed`",
        "lightgbm 4.7.0",
        "Snapshot: `0123456789ab`",
        "Seed: 42",
        '"learning_rate": 0.05',
    ):
        assert said in text


def test_parts_that_were_not_measured_are_left_out() -> None:
    text = card.render("price-1", {"snapshot": "0123456789ab"}, {}, [])
    assert "model-index" not in front_matter(text)
    for heading in ("How it was measured", "Intervals", "Abstention", "Free or paid", "The root taken twice", "Inputs"):
        assert f"## {heading}" not in text
    assert "## Limits" in text


def test_it_is_markdown_without_leftovers(text: str) -> None:
    body = text.split("---\n", maxsplit=2)[2]
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    assert sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) == 1
    assert "\n\n\n" not in body
    assert "{{" not in text
    assert "None" not in text
