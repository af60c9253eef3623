"""Looks after what is served, and writes down what it saw: report, page and metrics."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tasador.appraisal.appraiser import Appraiser
from tasador.errors import WorkspaceError
from tasador.monitoring import quality
from tasador.monitoring.exposition import exposition
from tasador.monitoring.observed import newest_day
from tasador.monitoring.page import render
from tasador.monitoring.report import Report
from tasador.monitoring.staleness import MAX_AGE_DAYS, Staleness
from tasador.storage import appraisal_log, atomic, bundles, snapshots
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.progress import Progress, silent
from tasador.workflows.windows import Watched, comparisons, outcomes

__all__ = ["METRICS", "Monitored", "monitor"]

#: Where metrics are, of the last report.
METRICS: Final = "tasador.prom"

#: Requests are looked at from so many days ago on: a catalogue's month.
WINDOW_DAYS: Final = 31


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

    Args:
        snapshot: The snapshot to look at; None is the current one.
        reference: The snapshot that is held for usual; None is the one that the champion learned from.
        since: From which day on requests are looked at; None is a month.
        now: When; None is the present.
        max_age_days: How old the catalogue may be.
        output: A folder for the reports; None is `monitoring` in the workspace.

    Raises:
        UnknownValueError: The reference is gone.
        BundleError: The champion's bundle is damaged.
        WorkspaceError: There is no champion or snapshot, or one is damaged, or the appraisal log is.
        OSError: The report cannot be written.
    """
    moment = now or datetime.now(UTC)
    current = workspace.current()
    looked_at = snapshot or current.snapshot
    if current.champion is None or looked_at is None:
        raise WorkspaceError(
            "there is nothing to look after yet",
            where=workspace.root,
            got="no champion" if current.champion is None else "no snapshot",
            do="`tasador run SOURCE` makes both.",
        )
    progress("monitor", 0, 4)
    found = bundles.load(workspace, current.champion)
    usual = reference or found.manifest["snapshot"]
    watched = Watched(
        found,
        Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"]),
        snapshots.load_games(workspace, usual),
        snapshots.load_games(workspace, looked_at),
        appraisal_log.read(workspace.root / "appraisals"),
        since or (moment - timedelta(days=WINDOW_DAYS)).date(),
    )
    progress("monitor", 1, 4)
    compared = comparisons(watched)
    progress("monitor", 2, 4)
    realised = outcomes(watched)
    progress("monitor", 3, 4)
    accounting = _accounting(workspace)
    day = next(one["observed_on"] for one in accounting if one["snapshot"] == looked_at)
    report = Report(
        made_at=moment,
        champion=found.version,
        reference=usual,
        snapshot=looked_at,
        since=watched.since,
        comparisons=compared,
        realised=realised,
        accounting=accounting,
        quality=quality.shares(snapshots.quality(workspace, usual), snapshots.quality(workspace, looked_at)),
        ages=Staleness.of(
            moment.date(),
            observed_on=None if day is None else date.fromisoformat(day),
            learned_until=newest_day(snapshots.load_games(workspace, found.manifest["snapshot"])),
            newest_release=newest_day(watched.games),
        ),
        max_age_days=max_age_days,
        notes=tuple(_notes(watched, usual == looked_at)),
    )
    written = _write(report, output or workspace.root / "monitoring")
    progress("monitor", 4, 4)
    return written


def _accounting(workspace: Workspace) -> tuple[dict[str, Any], ...]:
    rows = [quality.accounting(one, snapshots.quality(workspace, one)) for one in snapshots.ids(workspace)]
    return tuple(sorted(rows, key=lambda row: (row["observed_on"] or "", row["snapshot"])))


def _notes(watched: Watched, same: bool) -> Iterator[str]:  # noqa: FBT001  (one thing to say, or not)
    if same:
        yield "The current snapshot is the reference itself: it has no new entries, and no other quality."
    if watched.log.is_empty():
        yield "No request was written down: set TASADOR_APPRAISAL_LOG=true for the server to keep them."


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
