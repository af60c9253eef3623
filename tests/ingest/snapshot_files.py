"""The files of a snapshot, written where a test wants them, and what is told of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ingest.records import Catalogue

SNAPSHOT = "0123456789ab"
MADE_BY = {"version": "1.2.3", "fingerprint": "fedcba987654"}

#: What is known of a source besides what identifies it.
PROVENANCE: dict[str, Any] = {"retrieved_at": None, "licence": None, "ignored": []}


@dataclass(frozen=True, slots=True)
class SnapshotFiles:
    """The tables and the quality report in a directory, laid out as in a snapshot.

    Attributes:
        directory: Where they lie.
        quality: The quality report, as JSON can hold it.
        sources: The sources, with what is known of them.
        files: `sha256` and `size_bytes` of each file, by its path in the directory.
    """

    directory: Path
    quality: dict[str, Any]
    sources: list[dict[str, Any]]
    files: dict[str, dict[str, Any]]


def write(directory: Path, found: Catalogue, **provenance: Any) -> SnapshotFiles:
    """Write the games in two parts, the records set aside, and a stand-in for the quality report."""
    (directory / "games.parquet").mkdir(parents=True)
    games = found.parts.games
    half = games.height // 2
    for number, part in enumerate((games[:half], games[half:])):
        part.write_parquet(directory / "games.parquet" / f"part-{number:05}.parquet")
    found.parts.set_aside.write_parquet(directory / "quarantine.parquet")
    (directory / "quality.json").write_text("{}\n", encoding="utf-8")
    quality = found.quality.to_dict()
    return SnapshotFiles(
        directory,
        quality,
        [{**source, **PROVENANCE, **provenance} for source in quality["sources"]],
        {
            path.relative_to(directory).as_posix(): {
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "size_bytes": path.stat().st_size,
            }
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        },
    )
