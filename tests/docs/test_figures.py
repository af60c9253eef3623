"""The figures that the pages give of the course project's catalogue are those that the code finds."""

from __future__ import annotations

import pytest

from tasador.models.bagging import BaggingParameters
from tasador.models.evaluate import Evaluation, evaluate, training_rows
from tests.docs.pages import read
from tests.ingest.records import Catalogue

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def evaluation(real_catalogue: Catalogue) -> Evaluation:
    return evaluate(training_rows(real_catalogue.parts.games), BaggingParameters())


def test_the_errors_are_the_measured_ones(evaluation: Evaluation) -> None:
    readmes = [read("README.md"), read("README.es.md")]
    explained = read("docs", "model.md")
    for split in evaluation.splits:
        for name, errors in split.errors.items():
            within = f"{100 * errors.within_20_percent:.1f} % |"
            common = f"{errors.rmse_up_to_100_usd:.2f} | {errors.mae_usd:.2f} |"
            for readme in readmes:
                assert f"| {errors.rmse_usd:.2f} | {common} {errors.median_ae_usd:.2f} | {within}" in readme
            if split.name != "random" and name != "constant_median":
                assert f"| {common} {errors.rmsle:.3f} | {within}" in explained


def test_the_records_are_the_counted_ones(real_catalogue: Catalogue) -> None:
    page, quality = read("docs", "cleaning.md"), real_catalogue.quality
    accounting = quality.accounting
    for name in ("raw", "games", "duplicates", "quarantine", "rejects"):
        assert f"| {name} | {getattr(accounting, name):,} |" in page
    for step in quality.steps:
        assert f"| {step.rows:,} | {step.left:,} |" in page
    for rows in quality.kinds.values():
        assert f"| {rows:,} |" in page
    for rule in quality.rules:
        assert f"{rule.rows:,}" in page
    trained = training_rows(real_catalogue.parts.games).height
    assert f"{trained:,} of them" in page
    assert f"{trained:,} of them" in read("README.md")
