"""Which code made a thing: the version, and a fingerprint of the sources for those who change them."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from pathlib import Path
from typing import Final

__all__ = ["code", "version"]

_SUFFIXES: Final = frozenset({".c", ".css", ".html", ".j2", ".js", ".py", ".toml"})


def version() -> str:
    """The version of Tasador."""
    return importlib.metadata.version("tasador")


@functools.cache
def code() -> dict[str, str]:
    """Identify the code that runs.

    Returns:
        `version`, and `fingerprint`, the first 12 digits of the sha256 over its Python and C files,
        mappings, templates, styles and scripts.
    """
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(item for item in root.rglob("*") if item.suffix in _SUFFIXES):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return {"version": version(), "fingerprint": digest.hexdigest()[:12]}
