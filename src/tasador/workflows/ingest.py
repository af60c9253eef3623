"""Sources to a new snapshot."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasador import provenance
from tasador.errors import SourceError, WorkspaceError
from tasador.ingest import quality_page
from tasador.ingest.cleaning import MAX_REJECT_SHARE, Cleaning, Origin
from tasador.ingest.formats.format import Format
from tasador.ingest.formats.piece import Piece
from tasador.ingest.quality import Quality
from tasador.storage import snapshots
from tasador.storage.sources import Source, open_source
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.ahead import ahead
from tasador.workflows.documents import documents
from tasador.workflows.origins import Opened, open_origin
from tasador.workflows.progress import Progress, of_bytes, silent

__all__ = ["Ingested", "ingest"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """A snapshot made from sources.

    Attributes:
        snapshot: Its id.
        accounting: Where the records went.
        sources: What identifies the sources, and what is known of where they come from.
        unreadable: How many values of each field could not be read.
        undated: How many games were observed on a day that nobody knows.
        reused: Whether it was there already, made from the same sources by the same code.
    """

    snapshot: str
    accounting: dict[str, int]
    sources: list[dict[str, Any]]
    unreadable: dict[str, int]
    undated: int
    reused: bool


def ingest(
    workspace: Workspace,
    sources: Sequence[str],
    *,
    written: Format | None = None,
    observed_on: dt.date | None = None,
    licence: str | None = None,
    onto: str | None = None,
    max_reject_share: float = MAX_REJECT_SHARE,
    strict: bool = False,
    make_current: bool = True,
    force: bool = False,
    master: str | None = None,
    progress: Progress = silent,
) -> Ingested:
    """Clean sources, publish them as one snapshot and make that current.

    One app id keeps one row. Between sources the one named last wins; against the snapshot that this one goes on from,
    the row observed later, or the new one where a day is unknown.

    Args:
        sources: Each a path of a file or folder, an address, or `-` for standard input.
        written: Their format; None finds it by the content.
        observed_on: The day on which the sources saw their entries; None finds it where it can be found.
        licence: Under which terms they were published.
        onto: The snapshot to go on from: its games that no source has are kept.
        max_reject_share: The largest share of a source's records, 0 to 1, that may be none.
        strict: Fail where a record breaks a rule, instead of setting it aside.
        make_current: Whether the snapshot becomes the one that other steps start from.
        force: Make the snapshot even if there is one of these sources by this code.
        master: The address of the Spark cluster that cleans them, into the same snapshot; None cleans them here.

    Raises:
        SourceError: A source cannot be read or is no catalogue; the current snapshot stays.
        TasadorError: The cluster cannot be reached, or a step failed there; the current snapshot stays.
        OSError: The workspace cannot be written; the current snapshot stays.
    """
    # NOTE: one source is opened after the other, so that a bad name is told before a long download.
    downloaded = of_bytes(progress, "download")
    named = [open_source(source, downloads=workspace.downloads, progress=downloaded) for source in sources]
    _check_differ(named)
    # NOTE: the first row of an app id stays, so the source named last comes first.
    opened = [
        open_origin(source, written=written, observed_on=observed_on, licence=licence) for source in reversed(named)
    ]
    found = None if force or strict else _made_before(workspace, opened, onto, max_reject_share)
    if found is None:
        with snapshots.draft(workspace) as draft:
            if master is None:
                quality = _clean(
                    draft,
                    opened,
                    None if onto is None else (workspace, onto),
                    max_reject_share=max_reject_share,
                    strict=strict,
                    progress=progress,
                )
            else:
                from tasador.engines.spark.cleaning import clean

                progress("ingest", 0, 1)
                quality = clean(
                    master,
                    draft,
                    [(one.source.files, one.origin) for one in opened],
                    max_reject_share=max_reject_share,
                    strict=strict,
                    onto=None if onto is None else (_earlier(workspace, onto), _files(workspace, onto)),
                    told=lambda done, total: progress("ingest", done, total, f"{done:,} of {total:,} tasks"),
                )
            snapshot = _publish(draft, opened, quality)
    else:
        snapshot = found
    if make_current:
        workspace.change_current(snapshot=snapshot)
    manifest = snapshots.manifest(workspace, snapshot)
    published = snapshots.quality(workspace, snapshot)
    accounting = manifest["accounting"]
    return Ingested(
        snapshot,
        accounting,
        manifest["sources"],
        unreadable=published["unreadable"],
        undated=round(published["null_share"]["observed_on"] * accounting["games"]),
        reused=found is not None,
    )


def _clean(
    draft: snapshots.Draft,
    opened: Sequence[Opened],
    onto: tuple[Workspace, str] | None,
    *,
    max_reject_share: float,
    strict: bool,
    progress: Progress,
) -> Quality:
    """Clean sources in this process, block by block."""
    cleaning = Cleaning(None if onto is None else snapshots.load_columns(*onto, ["app_id", "observed_on"]))
    told = _Told(progress, sum(one.source.size_bytes for one in opened))
    for one in opened:
        cleaning.begin(one.origin)
        for raw in ahead(one.written.read(_pieces(one.source, told.read))):
            cleaned = cleaning.add(raw)
            draft.add(cleaned.games, cleaned.set_aside)
            told.rows(cleaning.outcomes())
    if onto is not None:
        cleaning.begin(_earlier(*onto))
        for games in snapshots.parts(*onto):
            cleaned = cleaning.keep(games)
            draft.add(cleaned.games, cleaned.set_aside)
    told.end()
    return cleaning.finish(max_reject_share=max_reject_share, strict=strict)


def _publish(draft: snapshots.Draft, opened: Sequence[Opened], quality: Quality) -> str:
    report = quality.to_dict()
    snapshot, files = draft.finish(
        {"quality.json": encode_json(report), "quality.html": quality_page.render(quality).encode()}
    )
    retrieved = {one.origin.id: one.source.retrieved_at for one in opened}
    facts = {
        "sources": [{**source, "retrieved_at": retrieved.get(source["sha256"][:12])} for source in quality.sources],
        "made_by": provenance.code(),
        "accounting": report["accounting"],
    }
    draft.publish(documents(snapshot, quality=report, facts=facts, files=files), facts)
    return snapshot


def _pieces(source: Source, read: Callable[[int], None]) -> Iterator[Piece]:
    for file in source.files:
        yield Piece(file.where, functools.partial(file.blocks, read))


def _earlier(workspace: Workspace, snapshot: str) -> Origin:
    manifest = snapshots.manifest(workspace, snapshot)
    files = manifest["files"]
    identity = {
        "name": f"snapshot {snapshot}",
        "sha256": hashlib.sha256(encode_json(files)).hexdigest(),
        "size_bytes": sum(file["size_bytes"] for file in files.values()),
        "sources": manifest["sources"],
    }
    return Origin(identity, f"snapshot {snapshot}", None)


def _files(workspace: Workspace, snapshot: str) -> list[Path]:
    return sorted((snapshots.verify(workspace, snapshot) / snapshots.GAMES).glob("*.parquet"))


def _check_differ(named: Sequence[Source]) -> None:
    """Refuse a source that comes twice."""
    seen: dict[str, Source] = {}
    for source in named:
        if source.sha256 in seen:
            raise SourceError(
                "the same source comes twice",
                where=source.where,
                got=f"the same bytes as {seen[source.sha256].where}",
                do="Name it once.",
            )
        seen[source.sha256] = source


def _made_before(
    workspace: Workspace, opened: Sequence[Opened], onto: str | None, max_reject_share: float
) -> str | None:
    """Find a whole snapshot of the same sources by the same code; damaged ones are passed over."""
    wanted = [_key(one.origin.told()) for one in opened]
    if onto is not None:
        wanted.append(_key(_earlier(workspace, onto).told()))
    for snapshot in snapshots.ids(workspace):
        with contextlib.suppress(WorkspaceError):
            manifest = snapshots.manifest(workspace, snapshot)
            sources = manifest["sources"]
            same = manifest["made_by"] == provenance.code() and [_key(source) for source in sources] == wanted
            parts = [source["accounting"] for source in sources]
            if same and all(part["rejects"] <= max_reject_share * part["raw"] for part in parts):
                snapshots.verify(workspace, snapshot)
                return snapshot
    return None


def _key(source: dict[str, Any]) -> tuple[Any, ...]:
    """Tell a source from others: not by its name, since schedules give each copy a new one."""
    return tuple(source.get(name) for name in ("sha256", "format", "observed_on", "licence"))


class _Told:
    """How far an ingest is: bytes of the sources read, records cleaned."""

    def __init__(self, progress: Progress, size_bytes: int) -> None:
        self._progress = progress
        self._size = size_bytes
        self._bytes = 0
        self._note = ""
        self._begun = time.monotonic()
        progress("ingest", 0, size_bytes, self._note)

    def read(self, count: int) -> None:
        """Some bytes were read."""
        self._bytes += count
        # NOTE: archives' members may be larger than the archive; the bar ends when the work does.
        self._progress("ingest", min(self._bytes, self._size - 1), self._size, self._note)

    def rows(self, outcomes: dict[str, int]) -> None:
        """Some records were cleaned."""
        records = sum(outcomes.values())
        rate = records / max(time.monotonic() - self._begun, 1e-9)
        self._note = f"{records:,} rows, {rate:,.0f} a second, {outcomes.get('reject', 0):,} rejects"
        self._progress("ingest", min(self._bytes, self._size - 1), self._size, self._note)

    def end(self) -> None:
        """All is read and cleaned."""
        self._progress("ingest", self._size, self._size, self._note)
