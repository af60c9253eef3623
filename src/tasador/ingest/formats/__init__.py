"""One module a source format: each turns a source into records, or says why a part of it is none."""

from __future__ import annotations

from typing import Final

__all__ = ["NAMES"]

#: The formats' names, here for the command line: naming them must not load what reads them.
NAMES: Final = ("python-literals", "json-lines", "json-array", "appdetails", "store-csv")
