"""A source to a new snapshot."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasador import provenance
from tasador.errors import WorkspaceError
from tasador.ingest import catalogue, quality_page
from tasador.ingest.formats.format import FORMATS, Format
from tasador.storage import snapshots, sources
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["Ingested", "ingest"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """A snapshot made from a source.

    Attributes:
        snapshot: Its id.
        accounting: Where the source's records went.
        reused: Whether it was there already, made from the same source by the same code.
    """

    snapshot: str
    accounting: dict[str, int]
    reused: bool


def ingest(
    workspace: Workspace,
    source: str,
    *,
    written: Format | None = None,
    max_reject_share: float = catalogue.MAX_REJECT_SHARE,
    make_current: bool = True,
    force: bool = False,
    progress: Progress = silent,
) -> Ingested:
    """Clean a source, publish it as a snapshot and make that current.

    Args:
        source: Path or http(s) address of a catalogue.
        written: Its format; None finds it by the content.
        max_reject_share: The largest share of lines, 0 to 1, that may be no record.
        make_current: Whether the snapshot becomes the one that other steps start from.
        force: Make the snapshot even if there is one of this source by this code.

    Raises:
        SourceError: The source cannot be read or is no catalogue; the current snapshot stays.
        OSError: The workspace cannot be written; the current snapshot stays.
    """
    path = sources.fetch(source, workspace.downloads) if sources.is_url(source) else Path(source)
    digest = sources.sha256_of(path)
    found = None if force else _made_before(workspace, digest, written)
    if found is None:
        read = sources.read(path)
        cleaned = catalogue.build(
            read.lines,
            source=read.identity(),
            where=str(path),
            written=written,
            max_reject_share=max_reject_share,
            progress=lambda done, total: progress("ingest", done, total),
        )
        snapshot = snapshots.publish(
            workspace,
            snapshots.Snapshot(
                games=cleaned.parts.games,
                set_aside=cleaned.parts.set_aside,
                quality=cleaned.quality.to_dict(),
                quality_page=quality_page.render(cleaned.quality),
                source=cleaned.quality.source,
                made_by=provenance.code(),
            ),
        )
    else:
        snapshot = found
    if make_current:
        workspace.change_current(snapshot=snapshot)
    accounting: dict[str, Any] = snapshots.manifest(workspace, snapshot)["accounting"]
    return Ingested(snapshot, accounting, reused=found is not None)


def _made_before(workspace: Workspace, sha256: str, written: Format | None) -> str | None:
    """Find a whole snapshot of the same source by the same code; damaged ones are passed over."""
    for snapshot in snapshots.ids(workspace):
        with contextlib.suppress(WorkspaceError):
            manifest = snapshots.manifest(workspace, snapshot)
            source = manifest["source"]
            same = source["sha256"] == sha256 and written in {None, FORMATS.get(source["format"])}
            if same and manifest["made_by"] == provenance.code():
                snapshots.verify(workspace, snapshot)
                return snapshot
    return None
