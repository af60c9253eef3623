"""Figures of a page: a table of numbers, the chart that is drawn of it, and the sentence that says what it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Column", "Figure", "Row", "Unit", "written"]

#: How the values of a column are written.
Unit: TypeAlias = Literal[
    "text", "genre", "kind", "sentiment", "game", "year", "count", "money", "share", "ratio", "range"
]

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a figure's table.

    Attributes:
        key: What the rows call it, and the head of a CSV file.
        label: What stands above it, a message.
        unit: How its values are written.
    """

    key: str
    label: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        id: Its name, unique on the page.
        title: What it shows, a message.
        says: What it says, a sentence in the reader's language; empty where there is nothing to say.
        columns: The columns of its table.
        rows: The rows of its table, with the values that the API gives.
        api: The address of the API that gives them.
        bar: The column that is drawn beside the table's rows; empty for none.
        chart: The chart, a Vega-Lite specification; None where there is too little to draw.
    """

    id: str
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    api: str
    bar: str = ""
    chart: Mapping[str, Any] | None = None

    @property
    def greatest(self) -> float:
        """The greatest value of the column that is drawn."""
        return max((row[self.bar] or 0 for row in self.rows), default=0) if self.bar else 0


def written(figure: Figure) -> bytes:
    """Write a figure's table as CSV, its values as the API gives them."""
    text = io.StringIO()
    table = csv.DictWriter(
        text, [column.key for column in figure.columns], extrasaction="ignore", lineterminator="\r\n"
    )
    table.writeheader()
    table.writerows(figure.rows)
    return text.getvalue().encode()
