"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["Progress", "of_bytes", "silent"]


class Progress(Protocol):
    """Told how far a step is; called often, so it must be quick."""

    def __call__(self, step: str, done: int, total: int, note: str = "", /) -> None:
        """Say that `done` of `total` units of the step are done, and what else is to be told of it.

        A total of 0 is one that nobody knows.
        """


def silent(step: str, done: int, total: int, note: str = "", /) -> None:
    """Tell nobody."""


def of_bytes(progress: Progress, step: str) -> Callable[[int, int | None], None]:
    """Tell how far a download is; the server may not say how large it is."""

    def tell(done: int, total: int | None) -> None:
        progress(step, done, total or 0, f"{done / 1e6:,.1f} MB")

    return tell
