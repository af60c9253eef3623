from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import polars as pl
import pytest

from tasador.storage import table_bytes

MANY = pl.DataFrame({"no": range(250_000)}).with_columns(text=pl.format("row {}", "no"))


@pytest.fixture
def pieces(tmp_path: Path) -> pl.LazyFrame:
    for at, rows in enumerate(MANY.iter_slices(30_000)):
        rows.write_ipc(tmp_path / f"{at:05}.arrow")
    return pl.scan_ipc(tmp_path / "*.arrow")


def test_a_table_in_pieces_is_written_whole_and_in_order(pieces: pl.LazyFrame, tmp_path: Path) -> None:
    found = table_bytes.write_parquet(pieces, tmp_path / "one.parquet")
    data = (tmp_path / "one.parquet").read_bytes()
    assert pl.read_parquet(data).equals(MANY)
    assert found == {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}


def test_the_same_rows_give_the_same_bytes(pieces: pl.LazyFrame, tmp_path: Path) -> None:
    assert len({table_bytes.write_parquet(pieces, tmp_path / "one.parquet")["sha256"] for _ in range(5)}) == 1
    at_once = table_bytes.write_parquet(MANY.lazy(), tmp_path / "two.parquet")
    assert at_once == table_bytes.write_parquet(pieces, tmp_path / "one.parquet")


def test_a_full_disk_is_told_as_such(pieces: pl.LazyFrame) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left") as raised:
        table_bytes.write_parquet(pieces, full)
    assert raised.value.errno == errno.ENOSPC
