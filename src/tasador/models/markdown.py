"""Markdown tables: how figures are written in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

__all__ = ["NONE", "Measures", "heads", "percent", "plain", "table", "usd", "written"]

#: What stands where there is no figure.
NONE: Final = "–"

#: Measures by name: the heads of their columns, and what writes them.
Measures: TypeAlias = Mapping[str, tuple[str, Callable[[Any], str]]]


def usd(value: float | None) -> str:
    """Write an amount of dollars, or a ratio."""
    return NONE if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    """Write a share."""
    return NONE if value is None else f"{value:.1%}"


def plain(value: float | None) -> str:
    """Write a figure without a unit."""
    return NONE if value is None else f"{value:.3f}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table.

    Args:
        columns: The heads; the first may be empty.
        rows: The cells of each line.
    """
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def heads(measures: Measures) -> list[str]:
    """List the heads of the columns of measures."""
    return [head for head, _ in measures.values()]


def written(figures: Mapping[str, Any], measures: Measures) -> list[str]:
    """Write the figures of measures, in the order of their columns."""
    return [write(figures.get(name)) for name, (_, write) in measures.items()]
