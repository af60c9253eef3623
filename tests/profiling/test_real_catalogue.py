from __future__ import annotations

import time
from typing import Any

import pytest

from tasador.ingest.catalogue import Catalogue
from tasador.profiling.charts import exhibits
from tasador.profiling.report import render
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_varied

#: Processor seconds for the profile and its page: seconds, not minutes.
CPU_SECONDS = 5.0


@pytest.mark.slow
def test_table_of_a_real_size_takes_seconds() -> None:
    games = make_varied(30_000)
    started = time.process_time()
    render(summarise(games))
    assert time.process_time() - started < CPU_SECONDS


@pytest.fixture(scope="module")
def real(real_catalogue: Catalogue) -> dict[str, Any]:
    return summarise(real_catalogue.parts.games)


@pytest.mark.real_data
def test_real_catalogue_has_every_finding_and_chart(real: dict[str, Any]) -> None:
    assert len(real["findings"]) == 20
    assert len(exhibits(real)) == 19
    assert len(render(real).encode()) < 3_000_000


@pytest.mark.real_data
def test_real_prices_stand_on_a_ladder_and_are_skewed(real: dict[str, Any]) -> None:
    assert real["ladder"]["share_ending_99"] > 0.95
    assert real["prices"]["skewness"] > 10 > 1 > abs(real["prices"]["log_skewness"])


@pytest.mark.real_data
def test_real_missing_metascores_are_the_rule(real: dict[str, Any]) -> None:
    gap = next(gap for gap in real["missingness"]["columns"] if gap["column"] == "metascore")
    assert 0.9 < gap["share"] < 0.95
