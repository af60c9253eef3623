from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from tasador.errors import SourceError
from tasador.storage.sample_rows import read_sample

FRAME = pl.DataFrame({"app_id": [1, 2], "price_usd": [9.99, 0.5], "genre": ["a", None]})


@pytest.mark.parametrize(
    "name", ["rows.csv", "rows.jsonl", "rows.ndjson", "rows.parquet", "ROWS.CSV.gz", "rows.jsonl.gz"]
)
def test_rows_come_with_their_types_whatever_the_file(name: str, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending == "csv":
        FRAME.write_csv(plain)
    elif ending == "parquet":
        FRAME.write_parquet(plain)
    else:
        FRAME.write_ndjson(plain)
    data = plain.read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert read_sample(tmp_path / name).equals(FRAME)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("rows.xlsx", b"", "no file that is known"),
        ("rows.csv", b"a,b\n", "the table has no row"),
        ("rows.csv", b"", "cannot be read"),
        ("rows.parquet", b"PAR1", "cannot be read"),
        ("rows.jsonl", b"{", "cannot be read"),
        ("rows.csv.gz", b"no gzip", "cannot be read"),
    ],
)
def test_what_is_no_table_is_told(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=message):
        read_sample(tmp_path / name)


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_sample(tmp_path / "rows.csv")
