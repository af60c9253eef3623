"""Whose data a snapshot is: the sources it goes back to, their licences, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["UNKNOWN", "citation", "licences", "published"]

#: What is written where nobody says.
UNKNOWN: Final = "unknown"


def published(sources: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """List the sources as they were published, each once: an earlier snapshot's own sources take its place.

    Args:
        sources: What identifies each source of a snapshot, with `licence` where it is known; that of an earlier
            snapshot has its own `sources`.
    """
    return list({source["sha256"]: source for source in _walk(sources)}.values())


def licences(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """List under which terms the sources were published, each once; `unknown` for those of which nobody says."""
    return list(dict.fromkeys(source.get("licence") or UNKNOWN for source in published(sources)))


def citation(snapshot: str, *, sources: Sequence[Mapping[str, Any]], made_by: Mapping[str, str]) -> str:
    """Write a BibTeX entry for a snapshot; it names no year, since a snapshot does not know when it was made.

    Args:
        snapshot: Its id.
        sources: As in `published`.
        made_by: `version` of the code that made it.
    """
    hashes = ", ".join(source["sha256"] for source in published(sources))
    return "\n".join(
        [
            f"@misc{{tasador-{snapshot},",
            f"  title = {{Games of the Steam store, snapshot {snapshot}}},",
            f"  note = {{Made with Tasador {made_by['version']} from sources of sha256 {hashes}}}",
            "}",
        ]
    )


def _walk(sources: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for source in sources:
        if "sources" in source:
            yield from _walk(source["sources"])
        else:
            yield source
