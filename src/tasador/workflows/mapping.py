"""Mapping files: one read, and one proposed."""

from __future__ import annotations

from pathlib import Path

from tasador.errors import SourceError
from tasador.ingest.formats.format import Format
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping import Mapping, suggest
from tasador.storage.sources import open_source
from tasador.storage.workspace import Workspace

__all__ = ["read_mapping", "suggest_mapping"]


def read_mapping(path: Path) -> Format:
    """Read a mapping file.

    Raises:
        SourceError: It cannot be read, or says something that a mapping cannot say.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(
            "the mapping cannot be read", where=path, got=error.strerror, expected="a TOML file", do="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8 text", where=path, got=error, do="Convert it to UTF-8.") from error
    return Mapping.read(text, where=str(path)).format()


def suggest_mapping(workspace: Workspace, source: str) -> str:
    """Propose a mapping for a source by what its columns are called and hold.

    Returns:
        The mapping file, with the evidence for each line in a comment.

    Raises:
        SourceError: The source cannot be read, or has no columns.
    """
    file = open_source(source, downloads=workspace.downloads).files[0]
    return suggest(Piece(file.where, file.blocks))
