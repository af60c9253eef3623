"""Records that are read one by one, gathered so that columns are worth making and memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.ingest.raw import RawRows, from_records

__all__ = ["MAX_RECORDS", "batches"]

#: So many records make a batch, however small they are.
MAX_RECORDS: Final = 25_000


def batches(read: Iterable[tuple[bytes, dict[str, Any] | str]]) -> Iterator[RawRows]:
    """Put records into columns, a batch at a time.

    Args:
        read: Each record as it stands in the source, with what it says or the rule by which it is refused: see
            `from_records`.
    """
    records: list[bytes] = []
    values: list[dict[str, Any] | str] = []
    size = 0
    for record, value in read:
        records.append(record)
        values.append(value)
        size += len(record)
        if size >= BLOCK_BYTES or len(records) == MAX_RECORDS:
            yield from_records(records, values)
            records, values, size = [], [], 0
    if records:
        yield from_records(records, values)
