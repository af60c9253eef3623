"""What is told of a source before it is read: whether one process of this machine will do."""

from __future__ import annotations

import os
from pathlib import Path

from tasador.workflows.capacity import look_at_source


def test_a_small_source_will_do_here(sample_file: Path) -> None:
    found = look_at_source(sample_file)
    assert found.state == "ok"
    assert "records" in found.says


def test_a_source_that_is_too_large_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        # NOTE: a file with a hole takes no room on the disk.
        with (tmp_path / name).open("wb") as file:
            os.truncate(file.fileno(), 400_000_000_000)
    found = look_at_source(tmp_path)
    assert found.state == "note"
    assert "about 1,212,121,212 records" in found.says
    assert "too much memory for one process" in found.says
    assert "--engine spark" in found.do


def test_a_source_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert look_at_source(tmp_path / "games.json").state == "wrong"
