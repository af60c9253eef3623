"""What describes a snapshot to people and to other tools: dataset card, Croissant metadata, JSON Schema."""

from __future__ import annotations

from typing import Any

from tasador.contracts.games import Games
from tasador.contracts.json_schema import table_schema
from tasador.ingest import croissant, dataset_card
from tasador.storage.workspace import encode_json

__all__ = ["documents"]


def documents(
    snapshot: str, *, quality: dict[str, Any], facts: dict[str, Any], files: dict[str, dict[str, Any]]
) -> dict[str, bytes]:
    """Make the documents of a snapshot, by file name.

    Args:
        snapshot: Its id.
        quality: Its quality report.
        facts: What its manifest says: `sources`, `made_by`, `accounting`.
        files: `sha256` and `size_bytes` of its other files, by name.
    """
    card = dataset_card.render(snapshot, quality=quality, sources=facts["sources"], made_by=facts["made_by"])
    metadata = croissant.describe(snapshot, files=files, **facts)
    return {
        "README.md": card.encode(),
        "croissant.json": encode_json(metadata),
        "games.schema.json": encode_json(table_schema(Games)),
    }
