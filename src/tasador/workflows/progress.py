"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "silent"]


class Progress(Protocol):
    """Told how far a step is; called often, so it must be quick."""

    def __call__(self, step: str, done: int, total: int, note: str = "", /) -> None:
        """Say that `done` of `total` units of the step are done, and what else is to be told of it."""


def silent(step: str, done: int, total: int, note: str = "", /) -> None:
    """Tell nobody."""
