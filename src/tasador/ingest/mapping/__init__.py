"""What the columns of a table mean: mapping files, read, applied and proposed."""

from __future__ import annotations

from tasador.ingest.mapping.mapping import Mapping
from tasador.ingest.mapping.suggest import suggest

__all__ = ["Mapping", "suggest"]
