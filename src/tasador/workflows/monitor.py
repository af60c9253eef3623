"""Looks after what is served, and writes down what it saw: report, page and metrics."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.monitoring import quality, staleness
from tasador.monitoring.exposition import exposition
from tasador.monitoring.observed import newest_day
from tasador.monitoring.page import render
from tasador.monitoring.report import Report
from tasador.monitoring.staleness import MAX_AGE_DAYS, Staleness
from tasador.registry import bundle
from tasador.storage import appraisal_log, atomic, bundles, snapshots
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.progress import Progress, silent
from tasador.workflows.windows import Watched, comparisons, outcomes, promised

__all__ = ["FOLDER", "METRICS", "Monitored", "monitor"]

#: Where metrics are, of the last report.
METRICS: Final = "tasador.prom"

#: Where reports are, in the workspace.
FOLDER: Final = "monitoring"

#: Requests are looked at from so long ago on: a catalogue's month.
_WINDOW: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Monitored:
    """What was seen, and where it is written.

    Attributes:
        report: What was seen.
        page: The report for people.
        data: The same for programs.
        metrics: The same for Prometheus' textfile collector.
    """

    report: Report
    page: Path
    data: Path
    metrics: Path


def monitor(
    workspace: Workspace,
    *,
    snapshot: str | None = None,
    reference: str | None = None,
    since: date | None = None,
    now: datetime | None = None,
    max_age_days: int = MAX_AGE_DAYS,
    output: Path | None = None,
    progress: Progress = silent,
) -> Monitored:
    """Look at drift, realised error and coverage, data quality and age, and write a report.

    What cannot be looked at, such as a damaged file of the appraisal log, is told in the report's notes.

    Args:
        workspace: Where champion, snapshots and the appraisal log are.
        snapshot: What is looked at; None is the current one. Look before promoting: a champion that learned from it
            has no new entries in it, and no price that became known.
        reference: The snapshot that is held for usual; None is the one that the champion learned from.
        since: From which day on requests are looked at; None is a month.
        now: When; None is the present.
        max_age_days: How old the catalogue may be.
        output: A folder for the reports; None is `monitoring` in the workspace.
        progress: Told how far it is.

    Raises:
        UnknownValueError: The reference is gone.
        BundleError: The champion's bundle is damaged.
        WorkspaceError: There is no champion or snapshot, or one is damaged.
        OSError: The report cannot be written.
    """
    moment = now or datetime.now(UTC)
    progress("monitor", 0, 4)
    watched, ids, notes = _watched(workspace, snapshot, reference, since or (moment - _WINDOW).date())
    progress("monitor", 1, 4)
    compared = comparisons(watched)
    progress("monitor", 2, 4)
    realised = outcomes(watched)
    progress("monitor", 3, 4)
    accounting, damaged = _accounting(workspace, ids)
    seen = next(one for one in accounting if one["snapshot"] == ids.looked_at)
    ages = Staleness.of(
        moment.date(),
        observed_on=_day(seen["observed_on"]),
        packed_on=_day(seen["packed_on"]),
        learned_until=newest_day(_learned(workspace, watched, ids)),
        newest_release=newest_day(watched.games),
    )
    report = Report(
        made_at=moment,
        champion=watched.found.version,
        reference=ids.usual,
        snapshot=ids.looked_at,
        since=watched.since,
        comparisons=compared,
        realised=realised,
        accounting=accounting,
        quality=quality.shares(snapshots.quality(workspace, ids.usual), snapshots.quality(workspace, ids.looked_at)),
        ages=ages,
        max_age_days=max_age_days,
        notes=(*_notes(watched, ids), *notes, *damaged, *staleness.notes(ages)),
    )
    written = _write(report, output or workspace.root / FOLDER)
    progress("monitor", 4, 4)
    return written


@dataclass(frozen=True, slots=True)
class _Ids:
    """The snapshot that is held for usual, and the one that is looked at."""

    usual: str
    looked_at: str


def _watched(
    workspace: Workspace, snapshot: str | None, reference: str | None, since: date
) -> tuple[Watched, _Ids, tuple[str, ...]]:
    """Read what is looked at, and say what could not be read."""
    current = workspace.current()
    looked_at = snapshot or current.snapshot
    if current.champion is None or looked_at is None:
        raise WorkspaceError(
            "there is nothing to look after yet",
            where=workspace.root,
            got="no champion" if current.champion is None else "no snapshot",
            do="`tasador run SOURCE` makes both.",
        )
    found = bundles.load(workspace, current.champion)
    ids = _Ids(reference or found.manifest["snapshot"], looked_at)
    log, damaged = appraisal_log.read_whole(workspace.root / "appraisals")
    promises = {found.version: promised(found.version, found.files.get(bundle.HELD_OUT, b""))}
    notes = [f"A file of the appraisal log is left out: {error}" for error in damaged]
    for version in sorted({*log["model_version"].unique()} - {None, found.version}):
        try:
            promises[version] = promised(version, bundles.read_file(workspace, version, bundle.HELD_OUT))
        except (UnknownValueError, BundleError):
            n = log.filter(pl.col("model_version") == version).height
            notes.append(f"{n:,} answers of {version} are held against no price: the version is gone, or is damaged.")
    watched = Watched(
        found,
        Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"]),
        snapshots.load_games(workspace, ids.usual),
        snapshots.load_games(workspace, looked_at),
        log,
        since,
        promises,
    )
    return watched, ids, tuple(notes)


def _learned(workspace: Workspace, watched: Watched, ids: _Ids) -> pl.DataFrame:
    learned = watched.found.manifest["snapshot"]
    return watched.learned if learned == ids.usual else snapshots.load_games(workspace, learned)


def _accounting(workspace: Workspace, ids: _Ids) -> tuple[tuple[dict[str, Any], ...], list[str]]:
    """Tell where the records of each snapshot went; one that nothing is compared with may be damaged."""
    rows, notes = [], []
    for one in snapshots.ids(workspace):
        try:
            rows.append(quality.accounting(one, snapshots.quality(workspace, one)))
        except WorkspaceError as error:
            if one in (ids.usual, ids.looked_at):
                raise
            notes.append(f"A snapshot is left out of the accounting: {error}")
    ordered = sorted(rows, key=lambda row: (row["observed_on"] or row["packed_on"] or "", row["snapshot"]))
    return tuple(ordered), notes


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _notes(watched: Watched, ids: _Ids) -> Iterator[str]:
    if ids.usual == ids.looked_at:
        yield (
            "The snapshot is the reference itself: it has no new entries, and no other quality. Look at a new "
            "catalogue before a version that learned from it is promoted."
        )
    if watched.log.is_empty():
        yield "No request was written down: set TASADOR_APPRAISAL_LOG=true for the server to keep them."
    elif watched.log.filter(pl.col("at").dt.date() >= watched.since).is_empty():
        yield f"{watched.log.height:,} requests were written down, none of them since {watched.since}."


def _write(report: Report, directory: Path) -> Monitored:
    """Publish the report in one step, then replace the metrics."""
    name = f"{report.made_at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    target = directory / name
    with atomic.scratch_directory(directory) as scratch:
        (scratch / "report.json").write_bytes(encode_json(report.to_dict()))
        (scratch / "report.html").write_text(render(report), encoding="utf-8")
        atomic.publish(scratch, target)
    atomic.write_bytes(directory / METRICS, exposition(report).encode())
    return Monitored(report, target / "report.html", target / "report.json", directory / METRICS)
