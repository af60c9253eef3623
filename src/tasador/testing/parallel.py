"""A made-up catalogue of any size and its prices, made by several processes: the bytes do not depend on how many."""

from __future__ import annotations

import functools
import gzip
import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from tasador.testing.catalogue import make_part, part_sizes
from tasador.testing.price_feed import HEADER, make_price_part
from tasador.testing.python2_repr import render

__all__ = ["make_price_parts", "make_raw_parts"]


def make_raw_parts(n: int, *, seed: int = 0, packed: bool = False, workers: int = 1) -> Iterator[bytes]:
    """Make the lines of `make_raw_lines`, 40,000 at a time, in order.

    Args:
        n: How many lines.
        seed: Same seed and `n`, same bytes.
        packed: Pack each part with gzip; parts one after the other are an archive too.
        workers: How many processes make them. Each holds one part, and as many wait here.
    """
    return _made(functools.partial(_raw_part, seed=seed, packed=packed), n, workers)


def make_price_parts(
    n: int, *, seed: int = 0, packed: bool = False, headed: bool = False, workers: int = 1
) -> Iterator[bytes]:
    """Make the feed of price changes of the catalogue of `make_raw_lines`, 40,000 entries at a time, in order.

    An entry has some 25 changes on average, each a line.

    Args:
        n: How many entries the catalogue has.
        seed: The catalogue's.
        packed: Pack each part with gzip.
        headed: Begin each part with the line of column names, as a file of its own; else the first alone.
        workers: How many processes make them.
    """
    return _made(functools.partial(_price_part, seed=seed, packed=packed, headed=headed), n, workers)


def _made(make: Callable[[int, int], bytes], n: int, workers: int) -> Iterator[bytes]:
    parts = list(enumerate(part_sizes(n)))
    if workers == 1 or len(parts) <= 1:
        yield from itertools.starmap(make, parts)
        return
    waiting: deque[Future[bytes]] = deque()
    # NOTE: a process that is forked while others' threads run may never begin.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in parts:
            waiting.append(pool.submit(make, *part))
            if len(waiting) == 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _raw_part(number: int, size: int, *, seed: int, packed: bool) -> bytes:
    lines = (render(record).encode() + b"\n" for record in make_part(number, size, seed=seed))
    return _joined(lines, packed=packed)


def _price_part(number: int, size: int, *, seed: int, packed: bool, headed: bool) -> bytes:
    head = [HEADER] if headed or number == 0 else []
    return _joined(itertools.chain(head, make_price_part(number, size, seed=seed)), packed=packed)


def _joined(lines: Iterator[bytes], *, packed: bool) -> bytes:
    data = b"".join(lines)
    # NOTE: a time stamp in the archive would make the same seed give other bytes.
    return gzip.compress(data, mtime=0) if packed else data
