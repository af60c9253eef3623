"""The whole of ingest on lines in memory: raw rows, games, records set aside and the quality report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.formats import json_array
from tasador.ingest.formats.format import JSON_ARRAY, Format, detect
from tasador.ingest.normalise import normalise
from tasador.ingest.partition import Partition, partition
from tasador.ingest.quality import Quality, assess
from tasador.ingest.raw import RawRows, concat, parse_lines
from tasador.ingest.raw_fields import FIELDS

__all__ = ["MAX_REJECT_SHARE", "Catalogue", "build"]

#: A source of which a larger share are no records is broken, not messy.
MAX_REJECT_SHARE: Final = 0.1

#: Lines parsed between two reports of progress.
_RUN: Final = 4_000


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A source, cleaned.

    Attributes:
        parts: The games and the records set aside.
        quality: What became of every record.
    """

    parts: Partition
    quality: Quality


def build(
    lines: Sequence[bytes],
    *,
    source: dict[str, Any],
    where: str,
    written: Format | None = None,
    max_reject_share: float = MAX_REJECT_SHARE,
    progress: Callable[[int, int], None] | None = None,
) -> Catalogue:
    """Clean the lines of a source.

    Args:
        lines: The lines without their ends.
        source: What identifies the source: name, sha256, size_bytes; the format is added.
        where: What to call the source in errors.
        written: Its format; None finds it by the content.
        max_reject_share: The largest share of lines, 0 to 1, that may be no record.
        progress: Called with lines done and lines in all.

    Raises:
        SourceError: Too many lines are no record, no line has a field that a catalogue has, or no record
            becomes a game.
    """
    records, found = _records(lines, written, where=where)
    raw = concat(_parse(records, found, progress))
    _check_shape(raw, found, where=where, max_reject_share=max_reject_share)
    source = {**source, "format": found.name}
    source_id = source["sha256"][:12]
    candidates = normalise(raw.rows, source=source_id)
    parts = partition(candidates, raw.rejects, source=source_id)
    quality = assess(raw, candidates, parts, source=source)
    if parts.games.is_empty():
        broken = ", ".join(f"{rule.rule} ({rule.rows})" for rule in quality.rules)
        raise SourceError(
            "none of its records is a game",
            where=where,
            got=f"{raw.lines} records, set apart by: {broken}",
            expected="records with an id, a name and a release date",
            do="Check that the file is a game catalogue.",
        )
    return Catalogue(parts, quality)


def _records(lines: Sequence[bytes], written: Format | None, *, where: str) -> tuple[Sequence[bytes], Format]:
    """Cut a source into records, and say how they are written."""
    if written is JSON_ARRAY or (written is None and json_array.is_array(lines)):
        return json_array.split(lines, where=where), JSON_ARRAY
    return lines, written or detect(lines)


def _parse(lines: Sequence[bytes], written: Format, progress: Callable[[int, int], None] | None) -> Iterable[RawRows]:
    for start in range(0, len(lines), _RUN):
        part = parse_lines(lines[start : start + _RUN], written=written, first_no=start + 1)
        if progress is not None:
            progress(start + part.lines, len(lines))
        yield part


def _check_shape(raw: RawRows, written: Format, *, where: str, max_reject_share: float) -> None:
    if raw.lines == 0:
        raise SourceError("the source is empty", where=where, expected="one record a line", do="Check the file.")
    rejected = raw.rejects.height
    if rejected > max_reject_share * raw.lines:
        first = raw.rejects.row(0, named=True)
        excerpt = bytes(first["record"][:60]).decode("utf-8", "backslashreplace")
        raise SourceError(
            "too many of its lines are no records",
            where=where,
            got=f"{rejected:,} of {raw.lines:,} lines ({rejected / raw.lines:.0%}), first line {first['record_no']} "
            f"({first['rule']}): {excerpt!r}",
            expected=f"at most {max_reject_share:.0%}, the others {written.example}",
            do="Check that the file is whole and of this format; --max-reject-share allows more.",
        )
    if raw.rows.select(FIELDS.names()).null_count().min_horizontal().item() == raw.rows.height:
        counted = sorted(raw.unknown_fields.items(), key=lambda item: (-item[1], item[0]))
        seen = ", ".join(field for field, _ in counted[:8]) or "none"
        raise SourceError(
            "no record has a field that a game catalogue has",
            where=where,
            got=f"the fields {seen}",
            expected=f"some of {', '.join(FIELDS.names())}",
            do="Check that the file is a game catalogue.",
        )
