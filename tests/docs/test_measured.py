"""Figures that pages quote are recorded from trained versions and written into the pages between marks."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.docs.pages import ROOT, read


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, which writes into a folder of the test's own."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    spec = importlib.util.spec_from_file_location("measured", ROOT / "docs" / "measured.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "DOCS", tmp_path)
    monkeypatch.setattr(module, "FIGURES", tmp_path / "figures.json")
    return module


def figures() -> dict[str, Any]:
    """The committed ones."""
    found = json.loads(read("docs", "figures.json"))
    assert isinstance(found, dict)
    return found


def section(measured: ModuleType, name: str, found: dict[str, Any]) -> str:
    measured.FIGURES.write_text(json.dumps(found))
    page = measured.filled(f"before\n<!-- figures: {name} -->\nstale\n<!-- end -->\nafter\n")
    assert page.startswith(f"before\n<!-- figures: {name} -->\n\n")
    assert page.endswith("\n\n<!-- end -->\nafter\n")
    assert "stale" not in page
    return str(page)


def test_a_versions_figures_are_those_of_its_metrics(measured: ModuleType, ran: tuple[Workspace, Ran]) -> None:
    workspace, trained = ran[0], ran[1].trained
    measured.record(workspace, [trained.version])
    found = json.loads(measured.FIGURES.read_text())["launch"]
    assert found["version"] == trained.version
    errors = trained.metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]
    recorded = found["splits"]["out_of_time"]["game"]["candidates"]["model"]["errors"]
    assert recorded == pytest.approx(errors, abs=1e-5)
    assert found["free"]["out_of_time"]["auc"] == pytest.approx(trained.metrics["free"]["out_of_time"]["auc"], abs=1e-5)
    assert (measured.DOCS / "accuracy.md").read_text().startswith("# Accuracy\n")
    assert (measured.DOCS / "accuracy.svg").exists()


@pytest.mark.parametrize(("mae", "verdict"), [(4.64, "yes"), (4.66, "no")])
def test_a_goal_is_reached_or_not(measured: ModuleType, mae: float, verdict: str) -> None:
    found = figures()
    found["launch"]["splits"]["out_of_time"]["all"]["candidates"]["model"]["errors"]["mae_usd"] = mae
    page = section(measured, "reached", found)
    assert f"| out of time | all kinds | MAE | {mae:.2f} | 4.97 | 4.96 | 4.87 | 4.65 | {verdict} |" in page
    goals = page.count("| yes |") + page.count("| no |")
    assert f"{page.count('| yes |')} of {goals} goals are reached" in page


def test_intervals_are_where_they_should_be_within_two_points(measured: ModuleType) -> None:
    found = figures()
    coverage = found["launch"]["splits"]["out_of_time"]["game"]["coverage"]["90"]
    for covered, verdict in ((0.885, "yes"), (0.925, "no"), (0.875, "no")):
        coverage["covered"] = covered
        line = f"| out of time | games | held of 90 % | {covered:.1%} | – | – | – | 90.0% | {verdict} |"
        assert line in section(measured, "reached", found)


def test_variants_stand_beside_each_other_on_the_same_rows(measured: ModuleType) -> None:
    found = {**figures(), "other": figures()["launch"]}
    page = section(measured, "variants", found)
    assert page.count("| `launch` |") == page.count("| `other` |") == 4


def test_the_models_page_quotes_what_was_recorded() -> None:
    page, found = read("docs", "model.md"), figures()["launch"]
    assert f"goals are reached by `{found['version']}`" in page
    assert f"Version `{found['version']}`" in read("docs", "accuracy.md")
