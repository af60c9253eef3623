"""A made-up catalogue of any size, made by several processes: the bytes do not depend on how many."""

from __future__ import annotations

import gzip
import itertools
import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from tasador.testing.catalogue import make_part, part_sizes
from tasador.testing.python2_repr import render

__all__ = ["make_raw_parts"]


def make_raw_parts(n: int, *, seed: int = 0, packed: bool = False, workers: int = 1) -> Iterator[bytes]:
    """Make the lines of `make_raw_lines`, 40,000 at a time, in order.

    Args:
        n: How many lines.
        seed: Same seed and `n`, same bytes.
        packed: Pack each part with gzip; parts one after the other are an archive too.
        workers: How many processes make them. Each holds one part, and as many wait here.
    """
    parts = [(number, size, seed, packed) for number, size in enumerate(part_sizes(n))]
    if workers == 1 or len(parts) <= 1:
        yield from itertools.starmap(_part, parts)
        return
    waiting: deque[Future[bytes]] = deque()
    # NOTE: a process that is forked while others' threads run may never begin.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in parts:
            waiting.append(pool.submit(_part, *part))
            if len(waiting) == 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _part(number: int, size: int, seed: int, packed: bool) -> bytes:  # noqa: FBT001 - only called by a pool
    data = b"".join(render(record).encode() + b"\n" for record in make_part(number, size, seed=seed))
    # NOTE: a time stamp in the archive would make the same seed give other bytes.
    return gzip.compress(data, mtime=0) if packed else data
