"""Lines that are Python 2 dictionaries, one record a line, as the UCSD recommender data sets are published.

There are two ways to read a line, and they agree on every line that both read:

* `read_record` reads any literal with `ast.literal_eval`, which builds literals only and evaluates nothing. It says
  what a line means.
* `_literals`, compiled, reads the lines that are written as Python prints a record, all of a real file, into columns at
  once, some sixty times faster. Where it could not be built, every line is read the first way.
"""

from __future__ import annotations

import ast
import importlib.util
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from tasador.ingest.formats import line as one_line
from tasador.ingest.formats.lines import blocks_of_lines, split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows, join
from tasador.ingest.raw_fields import PUBLISHED_FIELDS

if TYPE_CHECKING:
    from tasador.ingest.formats import _literals

__all__ = ["read", "read_block", "read_record"]

_Compiled: TypeAlias = (
    "Callable[[bytes, Sequence[tuple[str, _literals.Kind]], int], tuple[_literals.Table, _literals.Table]]"
)

#: What `ast.literal_eval` raises where a text is no literal.
_REFUSED_BY: Final = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)

_KINDS: Final[dict[pl.DataType, _literals.Kind]] = {
    pl.String(): "text",
    pl.List(pl.String()): "texts",
    pl.Boolean(): "truth",
}
_FIELDS: Final = tuple((name, _KINDS[dtype]) for name, dtype in PUBLISHED_FIELDS.items())

_PLACE: Final = pl.Schema({"start": pl.Int64(), "stop": pl.Int64()})


def _find_compiled() -> _Compiled | None:
    # NOTE: it is absent where there was no C compiler, or not Python's headers, when Tasador was installed.
    if importlib.util.find_spec("tasador.ingest.formats._literals") is None:
        return None
    from tasador.ingest.formats import _literals

    return _literals.read


_COMPILED: Final = _find_compiled()


def read(pieces: Iterable[Piece]) -> Iterator[RawRows]:
    """Read pieces, block by block."""
    for block in itertools.chain.from_iterable(map(blocks_of_lines, pieces)):
        found, others = read_block(block)
        lines = (block[start:stop] for start, stop in others.iter_rows())
        with warnings.catch_warnings():
            # NOTE: an invalid escape such as "\ " is read as it stands; Python only warns that it may not stay so.
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            rows = join(block, found, others, map(read_record, lines))
        yield rows


def read_block(block: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the lines of a block that are written as Python prints a record.

    Args:
        block: Lines that end in newlines; the last may lack its own.

    Returns:
        One row for each line that was read: `start` and `stop`, its place in the block without its end, and the fields
        of `PUBLISHED_FIELDS`, numbers as the text that `repr` writes, null where the line has none. And `start` and
        `stop` of the others, each of which may be a record all the same: ask `read_record`. Both in order.
    """
    if _COMPILED is None:
        ends = list(itertools.accumulate(len(line) + 1 for line in split(block)))
        places = {"start": [0, *ends][:-1], "stop": [end - 1 for end in ends]}
        return pl.DataFrame(schema={**_PLACE, **PUBLISHED_FIELDS}), pl.DataFrame(places, schema=_PLACE)
    found, others = _COMPILED(block, _FIELDS, one_line.MAX_LINE_BYTES)
    return pl.DataFrame(found), pl.DataFrame(others)


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line: the record, or the name of the rule by which it is refused. See `line.read`."""
    return one_line.read(line, ast.literal_eval, refused_by=_REFUSED_BY, rule="line_not_literal")
