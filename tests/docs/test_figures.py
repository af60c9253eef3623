"""The figures that the pages give of the course project's catalogue are those that the code finds."""

from __future__ import annotations

import pytest

from tasador.models.population import training_rows
from tests.docs.pages import read
from tests.ingest.records import Catalogue

pytestmark = pytest.mark.real_data


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
