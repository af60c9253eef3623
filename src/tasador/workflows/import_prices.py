"""Price feeds to a price history."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tasador import provenance
from tasador.errors import SourceError, WorkspaceError
from tasador.ingest.cleaning import MAX_REJECT_SHARE
from tasador.ingest.formats.piece import Piece
from tasador.prices import feed
from tasador.prices.accounting import Accounting
from tasador.prices.intervals import build, ranges
from tasador.storage import price_histories
from tasador.storage.price_histories import Draft
from tasador.storage.sources import Source, open_source
from tasador.storage.workspace import Workspace
from tasador.workflows.ahead import ahead
from tasador.workflows.progress import Progress, of_bytes, silent

__all__ = ["Imported", "import_prices"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A price history made from feeds.

    Attributes:
        history: Its id.
        quality: Its quality report.
        reused: Whether it was there already, made from the same feeds by the same code.
    """

    history: str
    quality: dict[str, Any]
    reused: bool


def import_prices(
    workspace: Workspace,
    sources: Sequence[str],
    *,
    max_reject_share: float = MAX_REJECT_SHARE,
    force: bool = False,
    master: str | None = None,
    progress: Progress = silent,
) -> Imported:
    """Read feeds of price changes, publish them as one price history and make that current.

    Args:
        sources: Each a path of a file or folder, an address, or `-` for standard input. Of one moment the record of the
            feed named first stays.
        max_reject_share: The largest share of a source's lines, 0 to 1, that may be no records.
        force: Make it even if there is one of these sources by this code.
        master: The address of the Spark cluster that makes the same; None makes it here.

    Raises:
        SourceError: A source cannot be read or is no feed of prices; the current price history stays.
        TasadorError: The cluster cannot be reached, or a step failed there; the same.
        OSError: The workspace cannot be written; the same.
    """
    downloaded = of_bytes(progress, "download")
    opened = [open_source(source, downloads=workspace.downloads, progress=downloaded) for source in sources]
    if len({source.sha256 for source in opened}) < len(opened):
        raise SourceError("the same source comes twice", where=", ".join(sources), do="Name it once.")
    found = None if force else _made_before(workspace, opened, max_reject_share)
    if found is None:
        with price_histories.draft(workspace) as draft:
            fill = _fill
            if master is not None:
                from tasador.engines.spark import prices as spark

                fill = functools.partial(spark.fill, master)
            now = dt.datetime.now(dt.UTC)
            accounting = fill(draft, opened, now, max_reject_share=max_reject_share, progress=progress)
            accounting.check_events()
            history = _publish(draft, opened, accounting)
    else:
        history = found
    workspace.change_current(prices=history)
    return Imported(history, price_histories.history(workspace).quality(), reused=found is not None)


def _fill(
    draft: Draft, sources: Sequence[Source], now: dt.datetime, *, max_reject_share: float, progress: Progress
) -> Accounting:
    """Make the tables in this process: block by block, then part by part."""
    accounting = Accounting()
    number = 0
    for source in sources:
        before = 0
        for header, block in ahead(_blocks(source, progress)):
            read = feed.read_block(block, header, source=source.sha256[:12], before=before, now=now)
            before += read.records
            accounting.count_block(source.sha256[:12], read.records, read.set_aside)
            draft.take(draft.writer.set_aside(number, read.set_aside))
            draft.lay_aside(read.candidates)
            number += 1
    accounting.check([source.identity() for source in sources], max_reject_share=max_reject_share)
    order = [source.sha256[:12] for source in sources]
    parts = list(ranges(draft.counted()))
    for done, part in enumerate(parts):
        progress("intervals", done, len(parts))
        events, duplicates = build(draft.candidates(part.low, part.high), order)
        accounting.count_part(events, duplicates)
        draft.take(*draft.writer.events(done, events, duplicates))
    progress("intervals", len(parts), len(parts))
    return accounting


def _blocks(source: Source, progress: Progress) -> Iterator[tuple[feed.Header, bytes]]:
    done = 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        # NOTE: the step ends when the work does, and archives' members may be larger than the archive.
        progress("read", min(done, source.size_bytes - 1), source.size_bytes)

    for file in source.files:
        yield from feed.blocks(Piece(file.where, functools.partial(file.blocks, read)))
    progress("read", source.size_bytes, source.size_bytes)


def _publish(draft: Draft, sources: Sequence[Source], accounting: Accounting) -> str:
    identities = [source.identity() for source in sources]
    told = [{name: value for name, value in one.items() if name != "retrieved_at"} for one in identities]
    quality = accounting.to_dict(told)
    facts = {
        "sources": [{**counted, **one} for counted, one in zip(quality["sources"], identities, strict=True)],
        "made_by": provenance.code(),
        "accounting": quality["accounting"],
    }
    return draft.publish(quality, facts)


def _made_before(workspace: Workspace, sources: Sequence[Source], max_reject_share: float) -> str | None:
    """Find a whole price history of the same sources by the same code; damaged ones are passed over."""
    wanted = [(source.name, source.sha256) for source in sources]
    for found in price_histories.ids(workspace):
        with contextlib.suppress(WorkspaceError):
            history = price_histories.history(workspace, found)
            manifest = history.manifest
            of = [(source["name"], source["sha256"]) for source in manifest["sources"]]
            counted = [source["accounting"] for source in manifest["sources"]]
            few = all(one["rejects"] <= max_reject_share * one["raw"] for one in counted)
            if manifest["made_by"] == provenance.code() and of == wanted and few:
                price_histories.verify(workspace, found)
                # NOTE: what lay ahead then may have come.
                if not any(rule["rule"] == "time_in_future" for rule in history.quality()["rules"]):
                    return found
    return None
