"""An exhibit: a chart with the words and the numbers it needs to be read without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from tasador.profiling.figures import count

__all__ = ["Exhibit", "Header", "Unit"]

#: How the values of a table's column are written.
Unit = Literal["text", "count", "money", "share", "number", "year"]


_FIRST_PART: Final = re.compile(r"\s*[:(,]")


@dataclass(frozen=True, slots=True)
class Header:
    """A column of a table: the key of its rows, what stands above it, and how values are written."""

    key: str
    label: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart of the profile, for any page that can draw Vega or Vega-Lite.

    Attributes:
        id: Name of the chart, unique in the profile; a page may link to it.
        section: The section of the profile it belongs to.
        title: What it shows.
        takeaway: What it says, in a sentence computed from the profile.
        n: Rows of the table that it is drawn from; of two groups side by side, those of each.
        spec: A Vega-Lite or Vega specification with its data inline and without colours of its own, so that it takes
            those of the page.
        headers: The columns of the table that holds the same numbers.
        rows: The rows of that table.
        wide: It cannot shrink to a telephone's width, and is scrolled there.
    """

    id: str
    section: str
    title: str
    takeaway: str
    n: int | tuple[int, int]
    spec: dict[str, Any]
    headers: tuple[Header, ...]
    rows: list[dict[str, Any]]
    wide: bool = False

    @property
    def size(self) -> str:
        """How many rows it is drawn from, as it is read: 29,959; or 26,072 and 3,887."""
        return count(self.n) if isinstance(self.n, int) else " and ".join(map(count, self.n))

    @property
    def short(self) -> str:
        """The title's first part, for a table of contents."""
        return _FIRST_PART.split(self.title, maxsplit=1)[0]
