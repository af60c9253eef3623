"""What workers read makes up what one process reads: the same blocks, in the same order. Needs no cluster."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.engines.spark import units as parting
from tasador.engines.spark.units import Files, check_same, raw_blocks, stamps, units
from tasador.engines.spark.writing import plan
from tasador.errors import SourceError
from tasador.ingest.cleaning import Origin
from tasador.ingest.formats import lines
from tasador.ingest.formats.format import FORMATS
from tasador.ingest.formats.piece import Piece
from tasador.storage.snapshots import PART_ROWS
from tasador.storage.sources import open_source


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lines, parting):
        monkeypatch.setattr(module, "BLOCK_BYTES", 500)


def opened(folder: Path, written: str) -> Files:
    source = open_source(str(folder), downloads=folder)
    return source.files, Origin(source.identity(), source.where, FORMATS[written])


def blocks(found: Files) -> list[bytes]:
    """The blocks that one process reads."""
    files, origin = found
    assert origin.written is not None
    return [raw.block for raw in origin.written.read([Piece(file.where, file.blocks) for file in files])]


@pytest.mark.parametrize("written", ["python-literals", "json-lines", "json-array"])
@pytest.mark.parametrize("ends", [b"", b"\n"])
def test_units_are_read_to_the_blocks_of_one_process(
    small_blocks: None, tmp_path: Path, written: str, ends: bytes
) -> None:
    row = b'{"id": "%d", "app_name": "A game"}'
    between, begins, closes = (b",", b"[", b"]") if written == "json-array" else (b"\n", b"", ends)
    for name, n in (("a", 90), ("b", 2), ("c", 3), ("d", 30)):
        data = begins + between.join(row % at for at in range(n)) + closes
        path = tmp_path / f"{name}.json"
        path.write_bytes(gzip.compress(data) if name == "d" else data)
    found = opened(tmp_path, written)
    every = units([found])
    assert (len(every) == 1) == (written == "json-array")
    assert [raw.block for unit in every for raw in raw_blocks(unit, [found])] == blocks(found)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{'id': '1'}\n")
    found = opened(tmp_path, "python-literals")
    begun = stamps([found])
    check_same([found], begun)
    (tmp_path / "a.json").write_bytes(b"{'id': '2'} \n")
    with pytest.raises(SourceError, match="the file changed while it was read"):
        check_same([found], begun)


def counted(sizes: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    for at, (records, games) in enumerate(sizes):
        yield at // 3, at % 3, records, min(records, games)


@given(st.lists(st.tuples(st.integers(1, 2 * PART_ROWS), st.integers(0, PART_ROWS)), min_size=1, max_size=30))
def test_parts_hold_all_blocks_numbered_on_and_end_as_a_draft_ends_them(sizes: list[tuple[int, int]]) -> None:
    every = list(counted(sizes))
    # NOTE: two units a source.
    parts = plan(reversed(every), [unit // 2 for unit in range(10)])
    blocks = [block for part in parts for block in part.blocks]
    assert [block[:4] for block in blocks] == every
    for before, block in itertools.pairwise(blocks):
        assert block.games_before == before.games_before + before.games
        same_source = before.unit // 2 == block.unit // 2
        assert block.before == (before.before + before.records if same_source else 0)
    for part in parts[:-1]:
        held = [block.records for block in part.blocks]
        assert sum(held) >= PART_ROWS > sum(held[:-1])
