"""The search for parameters: on the newest period's past alone, kept in a file, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasador.errors import TasadorError
from tasador.models.population import priced_rows
from tasador.models.protocol import make, search_folds
from tasador.models.search_space import SPACE
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tasador.workflows.tune import tune
from tests.ingest.records import build
from tests.models.light import LIGHT


def ingested(place: Path, n: int) -> tuple[Workspace, str]:
    source = place / "games.json"
    source.write_bytes(b"\n".join(make_raw_lines(n, seed=7)) + b"\n")
    workspace = Workspace(place / "workspace")
    return workspace, ingest(workspace, [str(source)]).snapshot


@pytest.mark.slow
def test_a_search_goes_on_where_it_was_left_and_the_present_parameters_come_first(tmp_path: Path) -> None:
    workspace, snapshot = ingested(tmp_path, 2_500)
    told: list[tuple[int, int]] = []
    first = tune(workspace, snapshot, LIGHT, trials=1, progress=lambda _, done, total, *__: told.append((done, total)))
    assert (workspace.root / "runs" / "tuning.db").exists()
    (trial,) = first.record["trials"]
    assert trial["state"] == "complete"
    present = LIGHT.price.to_dict()
    assert trial["parameters"].keys() == SPACE.keys()
    for name, values in SPACE.items():
        assert trial["parameters"][name] == pytest.approx(min(max(present[name], values.low), values.high))
    assert (told[0], told[-1]) == ((0, 1), (1, 1))
    second = tune(workspace, snapshot, LIGHT, trials=2)
    assert [one["number"] for one in second.record["trials"]][:2] == [0, 1]
    assert second.record["trials"][0] == trial
    best = min(second.record["trials"], key=lambda one: float(one["error"]))
    assert second.record["error"] == best["error"]
    assert {name: getattr(second.parameters.price, name) for name in SPACE} == best["parameters"]
    assert (second.parameters.ladder, second.parameters.variant) == (LIGHT.ladder, LIGHT.variant)
    again = tune(workspace, snapshot, LIGHT, trials=2)
    assert again == second


def test_what_tests_the_headline_or_calibrates_it_is_not_searched_on() -> None:
    rows = priced_rows(build(list(make_raw_lines(3_000, seed=7))).parts.games)
    folds, origins = search_folds(rows), make(rows).origins
    assert [fold.name for fold in folds] == ["rolling_2015H2", "rolling_2016H1"]
    assert [origin.name for origin in origins] == ["rolling_2016H1", "rolling_2016H2", "out_of_time"]
    looked_at = {row for fold in folds for row in (*fold.train, *fold.test)}
    assert not looked_at & {*origins[-1].test, *origins[-2].test}


def test_a_catalogue_without_an_earlier_half_year_is_not_searched_on(tmp_path: Path) -> None:
    workspace, snapshot = ingested(tmp_path, 800)
    with pytest.raises(TasadorError, match="too few games to search parameters"):
        tune(workspace, snapshot, LIGHT, trials=1)


@pytest.mark.parametrize("storage_url", [None, "sqlite:///tuning.db"])
def test_machines_do_not_share_a_search_in_a_file(tmp_path: Path, storage_url: str | None) -> None:
    with pytest.raises(TasadorError, match="machines cannot share a search in a file"):
        tune(Workspace(tmp_path), "any", LIGHT, trials=2, storage_url=storage_url, master="spark://elsewhere:7077")
