from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.formats import lines
from tasador.ingest.formats.piece import Piece


def piece(data: bytes, size: int) -> Piece:
    return Piece("test", lambda: (data[at : at + size] for at in range(0, len(data), size)))


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=40), st.data())
def test_a_stream_is_cut_after_line_ends_at_the_same_places_however_it_arrives(
    texts: list[bytes], data: st.DataObject
) -> None:
    whole = b"\n".join(texts) + data.draw(st.sampled_from([b"", b"\n"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_BYTES", 16)
        found = [list(lines.blocks_of_lines(piece(whole, size))) for size in (1, data.draw(st.integers(1, 64)), 10_000)]
    assert found[0] == found[1] == found[2]
    assert b"".join(found[0]) == whole
    assert all(block.endswith(b"\n") and len(block) <= 16 for block in found[0][:-1])


def test_a_line_longer_than_a_block_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 1 << 20)
    with pytest.raises(SourceError, match="more than 1 MB without a line end"):
        list(lines.blocks_of_lines(piece(b"x" * (3 << 20), 1000)))


def test_lines_come_without_their_ends() -> None:
    assert lines.split(b"a\n\nb") == [b"a", b"", b"b"]
    assert lines.split(b"a\n") == [b"a"]
