"""Appraises the games of a table: every row is answered, in the order given, with its answer or its error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.columns import COLUMNS
from tasador.appraisal.request import FIELDS
from tasador.appraisal.vocabulary import nearest
from tasador.engines.answering import Answer, Answering, here
from tasador.errors import SourceError, WorkspaceError
from tasador.storage import bundles
from tasador.storage.tables import TAB, Block, Table, TableFormat, format_named, open_table, write_table
from tasador.storage.workspace import Workspace
from tasador.workflows.ahead import ahead
from tasador.workflows.progress import Progress, silent

__all__ = ["Counts", "answering", "appraise_table", "load"]

#: Columns with shorter names are not compared with those of inputs.
_LEAST_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a table's rows.

    Attributes:
        rows: All of them.
        answered: Those with a price.
        abstained: Those of which the model says why it gives none.
        bad: Those that cannot be read or hold something wrong: `error` says what.
        overlooked: Columns that are no input, each with the field that it may have been meant for and that the table
            lacks.
    """

    rows: int = 0
    answered: int = 0
    abstained: int = 0
    bad: int = 0
    overlooked: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**asdict(self), "overlooked": dict(self.overlooked)}


def load(workspace: Workspace | Path | str, version: str | None = None) -> Appraiser:
    """Read a model version, its hashes checked before anything else.

    Args:
        workspace: Where it is kept.
        version: Its name, the beginning of it, or its alias; None takes the champion.

    Raises:
        WorkspaceError: There is no champion.
        UnknownValueError: There is no such version.
        BundleError: A file is missing, altered or of another format.
    """
    place = workspace if isinstance(workspace, Workspace) else Workspace(Path(workspace))
    chosen = place.current().champion if version is None else bundles.find(place, version)
    if chosen is None:
        raise WorkspaceError(
            "the workspace has no champion yet",
            where=place.root,
            do="`tasador run SOURCE` makes one; `tasador models list` shows the versions there are.",
        )
    found = bundles.load(place, chosen)
    return Appraiser(found.files, version=chosen, snapshot=found.manifest["snapshot"])


@contextlib.contextmanager
def answering(workspace: Workspace, appraiser: Appraiser, master: str | None = None) -> Iterator[Answering]:
    """Answer tables by a model version.

    Args:
        workspace: Where the version is kept.
        appraiser: Answers by it.
        master: The address of the Spark cluster that answers; None answers in this process.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    if master is None:
        yield here(appraiser)
        return
    from tasador.engines.spark import appraising

    with appraising.answering(bundles.directory_of(workspace, appraiser.version), master) as there:
        # NOTE: the next answers are made while the last are written.
        yield lambda blocks, today: ahead(there(blocks, today))


def appraise_table(
    answered: Answering,
    source: Path | BinaryIO,
    target: Path | BinaryIO,
    *,
    today: date,
    to: TableFormat | None = None,
    progress: Progress = silent,
) -> Counts:
    """Appraise the games of a CSV, JSON lines or Parquet table of any size, block by block.

    All columns are carried through; a `price_usd` among them is never an input. A row that is wrong gets its `error`.

    Args:
        answered: Answers blocks.
        source: A file, or a stream such as standard input.
        target: A file, which is there when all rows are answered, or a stream.
        today: The release date that is assumed where a row has none.
        to: The format to write; None takes what the target's name says, or else that of the source.
        progress: Told how far it is.

    Raises:
        SourceError: The source is no such table, has no column `name`, or has a column that would be added.
        TasadorError: The target's name says another format than `to`, or one that is not written.
        OSError: Something cannot be read or written; a target that is a file is as it was.
    """
    counts = Counts()
    columns: set[str] = set()
    named = format_named(target, to) if isinstance(target, Path) else to
    with open_table(source) as table:
        if table.columns is not None:
            _check_columns(table, table.columns)
            columns |= set(table.columns)
        progress("appraise", 0, table.total, "0 rows")
        delimiter = "\t" if isinstance(target, Path) and target.name.lower().endswith(TAB) else table.delimiter
        written = named or table.format
        with write_table(target, written, table.columns, COLUMNS, delimiter=delimiter) as write:
            for block, answers in answered(_checked(table, columns), today):
                write(block, answers)
                counts = _counted(counts, answers)
                progress("appraise", block.done, table.total, f"{counts.rows:,} rows")
    return replace(counts, overlooked=_overlooked(columns))


def _overlooked(columns: set[str]) -> tuple[tuple[str, str], ...]:
    lacking = [field for field in FIELDS if field not in columns]
    # NOTE: of a few letters anything is nearly something: an id is no kind.
    named = sorted(column for column in columns.difference(FIELDS) if len(column) >= _LEAST_LETTERS)
    found = ((column, nearest(column, lacking)) for column in named)
    return tuple((column, close[0]) for column, close in found if close)


def _checked(table: Table, columns: set[str]) -> Iterator[Block]:
    """Give the blocks, and note the columns that come with them where the table does not name them first."""
    for block in table.blocks():
        if table.columns is None:
            added = {column for row in block.rows for column in row.cells}
            _check_added(table, added)
            columns |= added
        yield block


def _counted(counts: Counts, answers: list[Answer]) -> Counts:
    bad = sum(answer["error"] is not None for answer in answers)
    abstained = sum(answer["abstained"] is True for answer in answers)
    return Counts(
        rows=counts.rows + len(answers),
        answered=counts.answered + len(answers) - bad - abstained,
        abstained=counts.abstained + abstained,
        bad=counts.bad + bad,
    )


def _check_columns(table: Table, columns: tuple[str, ...]) -> None:
    if "name" not in columns:
        close = nearest("name", columns)
        raise SourceError(
            "no column holds the games' names",
            where=table.where,
            got=", ".join(map(repr, columns[:40])) or "no columns",
            expected="a column `name`",
            do=f"Rename {close[0]!r} to name." if close else "Name the columns in the first line.",
        )
    _check_added(table, set(columns))


def _check_added(table: Table, columns: set[str]) -> None:
    taken = [column for column in COLUMNS if column in columns]
    if taken:
        raise SourceError(
            "the table has columns already that would be added",
            where=table.where,
            got=", ".join(taken),
            expected="none of them",
            do="Rename or drop them.",
        )
