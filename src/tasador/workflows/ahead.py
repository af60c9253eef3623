"""The next item made while the last one is used, so that reading and cleaning share the cores."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Give the same items, of which one is made in another thread meanwhile; an error of theirs comes in its turn."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(_next, items)
        while found := coming.result():
            coming = thread.submit(_next, items)
            yield found[0]


def _next(items: Iterator[Item]) -> tuple[Item] | None:
    """Take the next item, wrapped: a StopIteration cannot pass from one thread to another."""
    for item in items:
        return (item,)
    return None
