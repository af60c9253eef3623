"""One module a source format: each turns a line into a record, or says why it is none."""

from __future__ import annotations

from typing import Final

__all__ = ["NAMES"]

#: The formats' names, here for the command line: naming them must not load what reads them.
NAMES: Final = ("python-literals", "json-lines", "json-array")
