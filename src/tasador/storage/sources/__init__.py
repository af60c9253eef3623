"""Sources: catalogues as somebody published them, never changed; read in blocks, whatever their size."""

from __future__ import annotations

from tasador.storage.sources.observation_date import dated
from tasador.storage.sources.opening import is_url, open_source
from tasador.storage.sources.source import Source
from tasador.storage.sources.source_file import SourceFile

__all__ = ["Source", "SourceFile", "dated", "is_url", "open_source"]
