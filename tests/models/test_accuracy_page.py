from __future__ import annotations

import dataclasses
import re
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from markdown_it import MarkdownIt

from tasador.models import accuracy_page, flattery, splits
from tasador.models.accuracy import all_kinds, assess
from tasador.models.population import training_rows
from tests.models.held_out import predictions

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def accuracy(games: pl.DataFrame) -> dict[str, Any]:
    rows = training_rows(games)
    made = [splits.out_of_time(rows), splits.unseen_developers(rows), splits.random(rows)]
    return assess(predictions(rows, made), made).to_dict()


BINS = [{"n": 120, "predicted": 0.071, "observed": 0.052}, {"n": 80, "predicted": 0.512, "observed": 0.463}]


@pytest.fixture(scope="module")
def page(accuracy: dict[str, Any]) -> str:
    free = {"n": 1_200, "share_free": 0.07, "auc": 0.8976, "auc_games": None, "auc_without_giveaways": 0.75}
    groups = [{"group": "title", "n_inputs": 9, "mean_abs_log": 0.1, "mae_increase_usd": 0.447}]
    effect = {"group": "spec", "term": "a | b", "n": 1_268, "percent": 22.2, "low": 13.9, "high": 31.0}
    metrics = {
        "accuracy": accuracy,
        "price_points": {"out_of_time": {"n": 123_456, "calibration_error": 0.0123, "reliability": BINS}},
        "free": {"out_of_time": {**free, "brier": 0.034, "calibration_error": 0.016, "reliability": BINS}},
        "explanation": {
            "n_explained": 150,
            "n_permuted": 1_000,
            "mae_usd": 4.63,
            "groups": groups,
            "inputs": [{"name": "word: pack", "group": "title", "mean_abs_log": 0.05}],
        },
        "hedonic": {"n": 26_000, "r_squared": 0.284, "effects": [effect]},
    }
    return accuracy_page.render(metrics, version="v-1", snapshot="abc", figure="accuracy.svg")


def draw(accuracy: dict[str, Any]) -> ET.Element:
    return ET.fromstring(flattery.figure(accuracy))  # noqa: S314


def test_every_figure_of_the_headline_is_on_the_page(page: str, accuracy: dict[str, Any]) -> None:
    scope = accuracy["splits"]["out_of_time"]["scopes"]["game"]
    for candidate in scope["candidates"].values():
        errors, ratios = candidate["errors"], candidate["ratios"]
        assert f"| {errors['rmse_usd']:.2f} |" in page
        assert f"| {errors['mdape']:.1%} |" in page
        assert f"| {ratios['cod']:.1f} |" in page
        interval = candidate["intervals"]["mae_usd"]
        assert f"{interval['estimate']:.2f} ({interval['low']:.2f} to {interval['high']:.2f})" in page
    assert f"the mean error is ${scope['candidates']['model']['errors']['mae_usd']:.2f}" in page


def test_every_table_is_one(page: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    tables = sum(token.type == "table_open" for token in tokens)
    assert tables == len(re.findall(r"^\| ?-{3}", page, re.MULTILINE)) > 15
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1


def test_what_is_folded_is_closed_again_and_its_tables_are_tables(page: str) -> None:
    assert page.count("<details>\n<summary>") == page.count("\n</details>\n") > 10
    shown = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "<details>" not in shown
    # what is read at once is short: the long tables are folded
    assert max(len(block.splitlines()) for block in re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE)) < 16


def test_probabilities_explanation_and_the_linear_twin_are_shown(page: str) -> None:
    for said in (
        "| 7.1% | 5.2% | 120 |",
        "123,456 probabilities",
        "| `out_of_time` | 1,200 | 7.0% | 0.898 | – | 0.750 | 0.034 | 0.016 |",
        "| title | 9 | 11% | +0.45 |",
        "| `word: pack` | title | 5% |",
        "| spec | a \\| b | 1,268 | +22 % (+14 to +31) |",
        "it explains 28.4%",
    ):
        assert said in page


def test_coverage_and_answers_are_told(page: str, accuracy: dict[str, Any]) -> None:
    scope = accuracy["splits"]["out_of_time"]["scopes"]["game"]
    for name, coverage in (("game", "coverage"), ("game, not told the app id", "coverage_without_app_id")):
        shares = " | ".join(f"{found['covered']:.1%}" for found in scope[coverage].values())
        assert f"| {name} | {scope['n']:,} | {shares} |" in page
    said = scope["answers"]
    shares = " | ".join(f"{said[name] / scope['n']:.1%}" for name in ("n_answered", "n_too_wide", "n_not_judged"))
    errors = [said[part]["mae_usd"] for part in ("answered", "withheld")]
    assert f"| game | {scope['n']:,} | {shares} | {errors[0]:.2f} / {errors[1]:.2f} |" in page
    assert f"It answered {said['n_answered'] / scope['n']:.1%} of them" in page


def test_nothing_is_left_of_the_template(page: str) -> None:
    assert "{{" not in page
    assert "{%" not in page
    assert "None" not in page
    assert "\n\n\n" not in page
    assert page.endswith(".\n")


def test_every_split_and_scope_has_its_line(page: str, accuracy: dict[str, Any]) -> None:
    for name, split in accuracy["splits"].items():
        part = page.split(f"\n### `{name}`\n")[1].split("\n##")[0]
        assert split["says"] in part
        for scope, figures in split["scopes"].items():
            assert f"| {scope} | {figures['n']:,} |" in part


def test_without_the_split_that_flatters_there_is_no_gap(accuracy: dict[str, Any]) -> None:
    honest = {**accuracy, "splits": {"out_of_time": accuracy["splits"]["out_of_time"]}, "reliability": []}
    page = accuracy_page.render({"accuracy": honest}, version="v", snapshot="s", figure="f.svg")
    for heading in ("The flattery gap", "Price points", "Free or paid", "What it goes by", "The linear twin"):
        assert f"## {heading}\n" not in page
    assert "f.svg" not in page
    assert "\n\n\n" not in page


def test_rows_from_elsewhere_have_a_page_of_their_own(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    split = dataclasses.replace(splits.out_of_time(rows), name="new")
    accuracy = assess(predictions(rows, [split]), [split]).to_dict()
    page = accuracy_page.render({"accuracy": accuracy}, version="v", snapshot="s", figure="f.svg")
    assert f"of {accuracy['splits']['new']['scopes']['game']['n']:,} games that it never saw" in page
    assert "## Beside the baselines\n\n`new`" in page
    assert "By kind and price band" in page
    assert "None" not in page


def test_the_figure_draws_each_candidate_on_each_split(accuracy: dict[str, Any]) -> None:
    drawn = draw(accuracy)
    titles = [title.text or "" for title in drawn.iter(f"{SVG}title")]
    candidates = ("the model", "constant: median price", "the course project's Bagging")
    for split, says in (("random", "random: flatters"), ("out_of_time", "out of time")):
        for scope in ("game", all_kinds(split, accuracy["splits"][split]["scopes"])):
            error = accuracy["splits"][split]["scopes"][scope]["candidates"]["model"]["errors"]["mdape"]
            assert f"the model, {says}: {error:.1%}" in titles
    for candidate in candidates:
        assert sum(title.startswith(f"{candidate}, ") for title in titles) == 6


def test_the_figure_can_be_read_without_seeing_it(accuracy: dict[str, Any]) -> None:
    drawn = draw(accuracy)
    assert drawn.get("role") == "img"
    named = {element.get("id", ""): element.text or "" for element in drawn if element.get("id", "")}
    assert drawn.get("aria-labelledby") == " ".join(named)
    error = accuracy["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]["mdape"]
    assert f"out of time {error:.1%}" in named["desc"]


def test_marks_stand_where_the_axis_says(accuracy: dict[str, Any]) -> None:
    drawn = draw(accuracy)
    ticks = [float(text.get("x", "")) for text in drawn.iter(f"{SVG}text") if text.text in {"0%", "100%"}]
    left, right = ticks[:2]
    error = accuracy["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]["mdape"]
    (mark,) = [
        circle
        for circle in drawn.iter(f"{SVG}circle")
        if circle.find(f"{SVG}title") is not None
        and (circle.findtext(f"{SVG}title") or "") == f"the model, out of time: {error:.1%}"
        and float(circle.get("cx", "")) < right
    ]
    assert float(mark.get("cx", "")) == pytest.approx(left + error * (right - left), abs=0.1)
