"""Numbers on the command line: one that is none, or out of bounds, is told with what came and what may come."""

from __future__ import annotations

import math
from collections.abc import Callable

import typer

__all__ = ["amount", "share", "whole_number"]


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds, both included."""
    expected = f"a whole number from {low}" + ("" if high is None else f" to {high}")

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError as error:
            raise typer.BadParameter(f"got {text!r}, expected {expected}.") from error
        if value < low or (high is not None and value > high):
            raise typer.BadParameter(f"got {text}, expected {expected}.")
        return value

    read.__name__ = "whole number"
    return read


def share(text: str) -> float:
    """Read a share, from 0 to 1."""
    try:
        value = float(text)
    except ValueError as error:
        raise typer.BadParameter(f"got {text!r}, expected a share from 0 to 1, such as 0.1.") from error
    if not 0 <= value <= 1:
        raise typer.BadParameter(f"got {text}, expected a share from 0 to 1, such as 0.1.")
    return value


def amount(text: str) -> float:
    """Read an amount of money, 0 or more."""
    try:
        value = float(text)
    except ValueError as error:
        raise typer.BadParameter(f"got {text!r}, expected an amount such as 9.99.") from error
    if not 0 <= value < math.inf:
        raise typer.BadParameter(f"got {text}, expected an amount such as 9.99.")
    return value
