"""How long one appraisal takes in this process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

__all__ = ["median_ms"]

Request = TypeVar("Request")

#: Calls before the clock runs: the first ones pay for caches.
_WARM_UP: Final = 10


def median_ms(answer: Callable[[Request], object], requests: Sequence[Request]) -> float:
    """Measure the median time of answering one request, in milliseconds of this thread's processor time.

    Not by the clock on the wall: a machine that is busy with other things would hold a version that is fast.

    Args:
        answer: Answers one request.
        requests: What to ask, one call each.

    Raises:
        ValueError: There is nothing to ask.
    """
    if not requests:
        raise ValueError("no request to measure with")
    for request in requests[:_WARM_UP]:
        answer(request)
    times = []
    for request in requests:
        begin = time.thread_time()
        answer(request)
        times.append(time.thread_time() - begin)
    return statistics.median(times) * 1_000
