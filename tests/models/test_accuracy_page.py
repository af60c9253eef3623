from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from markdown_it import MarkdownIt

from tasador.models import accuracy_page, flattery, splits
from tasador.models.accuracy import assess
from tasador.models.population import training_rows
from tests.models.held_out import predictions

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def accuracy(games: pl.DataFrame) -> dict[str, Any]:
    rows = training_rows(games)
    made = [splits.out_of_time(rows), splits.unseen_developers(rows), splits.random(rows)]
    return assess(predictions(rows, made), rows, made).to_dict()


@pytest.fixture(scope="module")
def page(accuracy: dict[str, Any]) -> str:
    return accuracy_page.render(accuracy, version="v-1", snapshot="abc", figure="accuracy.svg")


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
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_nothing_is_left_of_the_template(page: str) -> None:
    assert "{{" not in page
    assert "{%" not in page
    assert "None" not in page
    assert "\n\n\n" not in page
    assert page.endswith("|\n")


def test_every_split_and_scope_has_its_line(page: str, accuracy: dict[str, Any]) -> None:
    for name, split in accuracy["splits"].items():
        part = page.split(f"\n## `{name}`\n")[1].split("\n## ")[0]
        assert split["says"] in part
        for scope, figures in split["scopes"].items():
            assert f"| {scope} | {figures['n']:,} |" in part


def test_without_the_split_that_flatters_there_is_no_gap(accuracy: dict[str, Any]) -> None:
    honest = {**accuracy, "splits": {"out_of_time": accuracy["splits"]["out_of_time"]}, "reliability": []}
    page = accuracy_page.render(honest, version="v", snapshot="s", figure="f.svg")
    assert "## The flattery gap" not in page
    assert "f.svg" not in page


def test_the_figure_draws_each_candidate_on_each_split(accuracy: dict[str, Any]) -> None:
    drawn = draw(accuracy)
    titles = [title.text or "" for title in drawn.iter(f"{SVG}title")]
    candidates = ("the model", "constant: median price", "the course project's Bagging")
    for scope in ("game", "all"):
        for split, says in (("random", "random: flatters"), ("out_of_time", "out of time")):
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
