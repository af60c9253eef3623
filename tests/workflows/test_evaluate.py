"""The accuracy of a version on games that it did not learn from: of a snapshot, and of a file that is not kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tasador.errors import SourceError, TasadorError
from tasador.storage.workspace import Workspace
from tasador.workflows.evaluate import evaluate
from tasador.workflows.run import Ran


def test_a_file_is_measured_as_its_snapshot_is_and_leaves_nothing(succeeded: tuple[Workspace, Ran, Ran]) -> None:
    workspace, first, second = succeeded
    there = {path for path in workspace.root.rglob("*") if path.is_file()}
    of_snapshot = evaluate(workspace, first.trained.version, on=second.ingested.snapshot)
    of_file = evaluate(workspace, first.trained.version, on=workspace.root.parent / "other_games.json")
    assert of_file == of_snapshot
    assert {path for path in workspace.root.rglob("*") if path.is_file()} == there
    (name,) = of_file.metrics["accuracy"]["splits"]
    split = of_file.metrics["accuracy"]["splits"][name]
    assert split["says"] == f"Entries that {first.trained.version} did not learn from."
    candidates = split["scopes"]["all"]["candidates"]
    assert candidates["model"]["errors"]["n"] == split["n_test"] > 500
    assert {"constant_median", "genre_median", "comparables_25", "bagging", "hedonic"} <= candidates.keys()


def test_near_twins_of_what_it_learned_from_are_set_aside(
    ran: tuple[Workspace, Ran], sample_lines: list[bytes], tmp_path: Path
) -> None:
    workspace, found = ran
    source = tmp_path / "games.json"
    # the catalogue that it learned from, under other numbers
    source.write_bytes(b"\n".join(re.sub(rb"(u?'id': u?)'(\d+)'", rb"\1'9\2'", line) for line in sample_lines) + b"\n")
    split = evaluate(workspace, found.trained.version, on=source).metrics["accuracy"]["splits"]["new"]
    assert 0 < split["n_test"] - split["n_near_twins"] < 0.2 * split["n_test"]
    kinds = [kind for kind in split["scopes"] if "_" not in kind and kind != "all"]
    assert sum(split["scopes"][kind]["n"] for kind in kinds) == split["n_test"] - split["n_near_twins"]


def test_what_it_learned_from_is_no_test(ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path) -> None:
    workspace, found = ran
    with pytest.raises(TasadorError, match="too few games that the version did not learn from"):
        evaluate(workspace, found.trained.version, on=sample_file)
    (tmp_path / "empty.json").write_bytes(b"")
    with pytest.raises(SourceError):
        evaluate(workspace, found.trained.version, on=tmp_path / "empty.json")


def test_its_own_tables_come_with_what_the_page_shows(ran: tuple[Workspace, Ran]) -> None:
    workspace, found = ran
    own = evaluate(workspace, found.trained.version)
    assert own.snapshot == found.ingested.snapshot
    assert own.metrics.keys() == {"accuracy", "price_points", "free", "explanation", "hedonic"}
    trained = {name: found.trained.metrics[name] for name in own.metrics}
    assert own.metrics == json.loads(json.dumps(trained))
