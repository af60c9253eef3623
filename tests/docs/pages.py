"""The project's pages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"

#: What is written for readers, and the workflows.
PAGES = tuple(
    sorted(
        [*ROOT.glob("*.md"), ROOT / "CITATION.cff", *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/workflows/*.yml")]
    )
)
MARKDOWN = tuple(page for page in PAGES if page.suffix == ".md")

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    """Name a page from the checkout."""
    return page.relative_to(ROOT).as_posix()


def read(*parts: str) -> str:
    """Read a file of the checkout."""
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def pyproject() -> dict[str, Any]:
    """Read the project's declaration."""
    return tomllib.loads(read("pyproject.toml"))


def prose(page: Path) -> str:
    """Read a page without its fenced blocks."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """List where a page's links lead."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """List the names of a page's headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def first_cells(text: str) -> list[str]:
    """List the first cell of each row of a page's tables."""
    return [line.split("|")[1].strip() for line in text.split("\n") if line.startswith("|")]
