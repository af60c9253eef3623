"""A folder of tables, appraised file by file: one after the other here, or each on a worker of a cluster."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tasador.appraisal.appraiser import Appraiser
from tasador.engines.answering import Answering, here
from tasador.errors import SourceError, TasadorError
from tasador.storage import atomic, bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.appraise import Counts, appraise_table
from tasador.workflows.progress import Progress, silent

__all__ = ["appraise_folder"]


def appraise_folder(
    workspace: Workspace,
    appraiser: Appraiser,
    source: Path,
    target: Path,
    *,
    today: date,
    master: str | None = None,
    progress: Progress = silent,
) -> Counts:
    """Appraise the tables of a folder into another, of the same names and formats.

    Args:
        workspace: Where the version is kept.
        appraiser: Answers by it.
        source: The folder; the workers of a cluster see it too, at the same path.
        target: A folder that is not there yet, and is when all rows are answered.
        today: The release date that is assumed where a row has none.
        master: The address of the Spark cluster whose workers read and write the tables; None does so here.
        progress: Told how far it is.

    Raises:
        SourceError: There is no table in the folder, or one of its files is none.
        TasadorError: The target is there, or the cluster cannot be reached, or a step failed there.
        OSError: Something cannot be read or written.
    """
    files = sorted(path for path in source.iterdir() if path.is_file() and not path.name.startswith((".", "_")))
    if not files:
        raise SourceError("the folder has no tables", where=source, expected="CSV, JSON lines or Parquet files")
    if target.exists():
        raise TasadorError("the folder to write is there already", where=target, do="Name another, or remove it.")

    def told(done: int, total: int) -> None:
        progress("appraise", done, total, f"{done:,} of {total:,} tables")

    told(0, len(files))
    with atomic.scratch_directory(target.resolve().parent) as scratch:
        pairs = [(file.resolve(), scratch / file.name) for file in files]
        found = _appraised(workspace, appraiser, pairs, today, master, told)
        atomic.publish(scratch, target.resolve())
    return Counts(
        rows=sum(one.rows for one in found),
        answered=sum(one.answered for one in found),
        abstained=sum(one.abstained for one in found),
        bad=sum(one.bad for one in found),
        overlooked=tuple(sorted({pair for one in found for pair in one.overlooked})),
    )


def _appraised(
    workspace: Workspace,
    appraiser: Appraiser,
    pairs: Sequence[tuple[Path, Path]],
    today: date,
    master: str | None,
    told: Callable[[int, int], None],
) -> list[Counts]:
    if master is None:
        found = []
        for source, target in pairs:
            found.append(appraise_table(here(appraiser), source, target, today=today))
            told(len(found), len(pairs))
        return found
    from tasador.engines.spark.appraising import by_file

    bundle = bundles.directory_of(workspace, appraiser.version)
    counted = by_file(bundle, master, pairs, functools.partial(_counts, today=today), told)
    told(len(pairs), len(pairs))
    return [Counts(**{**counts, "overlooked": tuple(counts["overlooked"].items())}) for counts in counted]


def _counts(answering: Answering, source: Path, target: Path, *, today: date) -> dict[str, Any]:
    """Appraise a table: what runs in a worker."""
    return appraise_table(answering, source, target, today=today).to_dict()
