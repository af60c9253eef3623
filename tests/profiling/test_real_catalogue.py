from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.profiling.charts import exhibits
from tasador.profiling.report import render
from tasador.profiling.summary import summarise
from tasador.storage.snapshots import load_games
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest
from tests.conftest import shared_file
from tests.ingest.records import Catalogue


@pytest.fixture(scope="module")
def real(real_catalogue: Catalogue) -> dict[str, Any]:
    return summarise(real_catalogue.parts.games)


@pytest.mark.real_data
def test_real_catalogue_has_every_finding_and_chart(real: dict[str, Any]) -> None:
    assert len(real["findings"]) == 22
    assert len(exhibits(real)) == 36
    assert len(render(real).encode()) < 3_000_000


@pytest.mark.real_data
def test_real_prices_stand_on_a_ladder_and_are_skewed(real: dict[str, Any]) -> None:
    assert real["ladder"]["share_ending_99"] > 0.95
    assert real["prices"]["skewness"] > 10 > 1 > abs(real["prices"]["log_skewness"])


@pytest.mark.real_data
def test_real_missing_metascores_are_the_rule(real: dict[str, Any]) -> None:
    gap = next(gap for gap in real["missingness"]["columns"] if gap["column"] == "metascore")
    assert 0.9 < gap["share"] < 0.95


@pytest.mark.real_data
def test_real_sales_are_below_their_list_prices(real: dict[str, Any]) -> None:
    (rule,) = [rule for rule in real["outliers"]["rules"] if rule["id"] == "discount_not_below_price"]
    assert (rule["n"], rule["definition"]) == (0, "Discount price at or above the list price.")
    assert real["missingness"]["null_by_design"]["current_price"] == "not on sale when the catalogue was made"


@pytest.mark.real_data
def test_real_columns_that_the_source_lacks_are_nowhere(real: dict[str, Any]) -> None:
    absent = set(real["missingness"]["not_in_source"])
    assert {"base_app_id", "positive_reviews", "owners_min", "platforms", "languages"} <= absent
    assert real["currency"]["price_name"] == "price_usd"
    assert not absent & {name for pattern in real["missingness"]["patterns"] for name in pattern["columns"]}
    for exhibit in exhibits(real):
        assert not absent & {value for row in exhibit.rows for value in row.values() if isinstance(value, str)}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "code", "mixed"),
    [
        ("nikdavis_steam.csv.zip", "GBP", False),
        ("appdetails_sample.jsonl.gz", "EUR", False),
        ("appdetails", "EUR", True),
    ],
)
def test_real_catalogue_of_another_currency_is_told_in_it(name: str, code: str, mixed: bool, tmp_path: Path) -> None:
    source, workspace = shared_file("data", name), Workspace(tmp_path)
    games = load_games(workspace, ingest(workspace, [str(source)]).snapshot)
    profile = summarise(games)
    assert profile["currency"]["code"] == code
    assert (profile["currency"]["share"] < 1) is mixed
    listed = games.filter(pl.col("currency") == code, pl.col("list_price") > 0)["list_price"]
    assert profile["prices"]["n_paid"] == len(listed)
    assert profile["prices"]["max"] == listed.max()
    assert len(profile["findings"]) > 12
    page = render(profile)
    assert f"Prices are list prices in {code}" in page
    assert not re.search(r"\$\d", page.split("<main")[1].split('<section aria-labelledby="columns">')[0])
