"""What the name of a table's file says of its format."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tasador.errors import TasadorError
from tasador.storage.tables.block import TableFormat

__all__ = ["TAB", "format_named"]

#: How names end whose cells are separated by tabs.
TAB: Final = (".tsv", ".tsv.gz")

_ENDINGS: Final[dict[str, TableFormat]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


def format_named(target: Path, to: TableFormat | None) -> TableFormat | None:
    """Find the format that a file is to be written in; None where neither its name nor anybody says it.

    Args:
        target: The file.
        to: The format that was asked for; None where none was.

    Raises:
        TasadorError: The name says another format than the one asked for, or one that is not written.
    """
    ending = (target.with_suffix("") if target.suffix.lower() == ".gz" else target).suffix.lower()
    says = _ENDINGS.get(ending)
    packed = target.suffix.lower() == ".gz"
    if (to or says) == "parquet" and packed:
        raise TasadorError(
            "Parquet is not packed again", where=target, got=target.name, do="Leave the .gz out: it is packed inside."
        )
    if to is not None and says not in {None, to}:
        raise TasadorError(
            "the name says another format than the one asked for",
            where=target,
            got=f"{to} for a name that ends in {ending}",
            expected="the same of both",
            do="Leave --to out to write what the name says, or choose another name.",
        )
    if to is None and says is None and ending:
        raise TasadorError(
            "the name says a format that is not written",
            where=target,
            got=f"a name that ends in {ending}",
            expected=f"one of {', '.join(_ENDINGS)}; all but .parquet may end in .gz besides",
            do="Choose such a name, or say the format with --to.",
        )
    return to or says
