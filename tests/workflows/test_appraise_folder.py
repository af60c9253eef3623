"""A folder of tables is answered as each of them alone, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasador.engines.answering import here
from tasador.errors import SourceError, TasadorError
from tasador.storage.tables import FORMATS
from tasador.storage.workspace import Workspace
from tasador.workflows.appraise import Counts, appraise_table, load
from tasador.workflows.appraise_folder import appraise_folder
from tasador.workflows.run import Ran
from tests.workflows.test_appraise import COUNTS, ROWS, TODAY, table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "tables"
    found.mkdir()
    for at, written in enumerate(FORMATS):
        (found / f"{at}.{written}").write_bytes(table(ROWS, written))
    return found


def test_every_table_is_answered_as_it_is_alone(ran: tuple[Workspace, Ran], folder: Path, tmp_path: Path) -> None:
    appraiser, target = load(ran[0]), tmp_path / "answers"
    (folder / "_SUCCESS").touch()
    told: list[tuple[int, int]] = []
    counts = appraise_folder(
        ran[0], appraiser, folder, target, today=TODAY, progress=lambda _, done, total, *__: told.append((done, total))
    )
    assert (counts.rows, counts.bad) == (3 * COUNTS.rows, 3 * COUNTS.bad)
    assert isinstance(counts, Counts)
    assert told == [(done, 3) for done in range(4)]
    assert sorted(path.name for path in target.iterdir()) == ["0.csv", "1.jsonl", "2.parquet"]
    for path in target.iterdir():
        appraise_table(here(appraiser), folder / path.name, tmp_path / path.name, today=TODAY)
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_a_file_that_is_no_table_leaves_nothing(ran: tuple[Workspace, Ran], folder: Path, tmp_path: Path) -> None:
    (folder / "3.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="no column holds the games' names"):
        appraise_folder(ran[0], load(ran[0]), folder, tmp_path / "answers", today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_what_is_there_is_not_replaced_and_an_empty_folder_is_told(
    ran: tuple[Workspace, Ran], folder: Path, tmp_path: Path
) -> None:
    appraiser = load(ran[0])
    with pytest.raises(TasadorError, match="is there already"):
        appraise_folder(ran[0], appraiser, folder, tmp_path, today=TODAY)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="the folder has no tables"):
        appraise_folder(ran[0], appraiser, tmp_path / "empty", tmp_path / "answers", today=TODAY)
