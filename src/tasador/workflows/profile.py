"""The exploratory analysis of a snapshot, and its comparison with another, as JSON and as a page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tasador import provenance
from tasador.errors import TasadorError, WorkspaceError
from tasador.profiling import comparison, report, summary
from tasador.profiling.sample import is_sampled, sampled_share
from tasador.storage import appraisal_log, atomic, snapshots
from tasador.storage.workspace import Workspace, encode_json, read_json
from tasador.workflows.progress import Progress, silent

__all__ = ["Profiled", "compare", "profile"]


@dataclass(frozen=True, slots=True)
class Profiled:
    """Where the analysis of a snapshot is.

    Attributes:
        reused: Whether it was there already, made by the same code of the same data.
    """

    page: Path
    data: Path
    reused: bool


def profile(workspace: Workspace, snapshot: str, *, force: bool = False, progress: Progress = silent) -> Profiled:
    """Analyse a snapshot, and compare it with what was asked of the server, where that is written down.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: The snapshot, or the log of appraisals, is damaged.
        OSError: The workspace cannot be written; an earlier analysis stays.
    """
    at = workspace.profiles / snapshot / "profile.html"
    served = appraisal_log.read(workspace.root / "appraisals")
    facts = {"snapshot": snapshot, "made_by": provenance.code(), "served": len(served)}
    if not force and _made_before(at, facts):
        return Profiled(at, at.with_suffix(".json"), reused=True)
    progress("profile", 0, 3)
    n = _size(workspace, snapshot)
    games = _games(workspace, snapshot, n)
    progress("profile", 1, 3)
    found = summary.summarise(games, n_table=n, served=served)
    progress("profile", 2, 3)
    _write(at, report.render(found), {**facts, "profile": found})
    progress("profile", 3, 3)
    return Profiled(at, at.with_suffix(".json"), reused=False)


def compare(
    workspace: Workspace, before: str, after: str, *, force: bool = False, progress: Progress = silent
) -> Profiled:
    """Compare a snapshot with an earlier one; the result lies beside the later one's analysis.

    Raises:
        UnknownValueError: There is no such snapshot.
        TasadorError: Both are the same one.
        WorkspaceError: A snapshot is damaged.
        OSError: The workspace cannot be written; an earlier comparison stays.
    """
    if before == after:
        raise TasadorError(
            "a snapshot does not differ from itself",
            where="compare",
            got=before,
            expected="another one than the snapshot that it is set beside",
            do="`tasador snapshots list` names them.",
        )
    at = workspace.profiles / after / f"compare-{before}.html"
    facts = {"before": before, "after": after, "made_by": provenance.code()}
    if not force and _made_before(at, facts):
        return Profiled(at, at.with_suffix(".json"), reused=True)
    progress("compare", 0, 3)
    sizes = [_size(workspace, one) for one in (before, after)]
    # NOTE: the same share of both, so that a developer is in both samples or in none.
    games = [_games(workspace, one, max(sizes)) for one in (before, after)]
    progress("compare", 1, 3)
    found = comparison.compare(*games, n_before=sizes[0], n_after=sizes[1])
    progress("compare", 2, 3)
    _write(at, report.render_comparison(found, before=before, after=after), {**facts, "comparison": found})
    progress("compare", 3, 3)
    return Profiled(at, at.with_suffix(".json"), reused=False)


def _size(workspace: Workspace, snapshot: str) -> int:
    return int(snapshots.manifest(workspace, snapshot)["accounting"]["games"])


def _games(workspace: Workspace, snapshot: str, n: int) -> pl.DataFrame:
    """Read the games of a snapshot; of one as large as n rows, when that is too many, a sample."""
    taken = sampled_share(n)
    return snapshots.load_games(workspace, snapshot, keep=None if taken is None else is_sampled(taken))


def _write(page: Path, text: str, facts: dict[str, Any]) -> None:
    markup = text.encode()
    atomic.write_bytes(page, markup)
    data = encode_json({**facts, "page_sha256": hashlib.sha256(markup).hexdigest()})
    atomic.write_bytes(page.with_suffix(".json"), data)


def _made_before(page: Path, facts: dict[str, Any]) -> bool:
    """Whether page and data are there, whole, and made by the code that runs of the same data."""
    try:
        found = read_json(page.with_suffix(".json"), do="")
        digest = hashlib.sha256(page.read_bytes()).hexdigest()
    except (WorkspaceError, FileNotFoundError):
        return False
    return found.get("page_sha256") == digest and all(found.get(key) == value for key, value in facts.items())
