"""Writes what was measured into docs/similar.md, between marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["write"]

PAGE = Path(__file__).parents[2] / "docs" / "similar.md"


def write(section: str, parts: Iterable[str]) -> None:
    """Fill a section of the page."""
    begin, end = f"<!-- benchmark: {section} -->", "<!-- end -->"
    filled = f"{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}"
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{PAGE.name} has no section {section!r}")
    PAGE.write_text(pattern.sub(lambda _: filled, text, count=1), encoding="utf-8")
