"""What a client likes best: the weights of the headers `Accept`, `Accept-Encoding` and `Accept-Language`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

__all__ = ["weighted"]

#: Of a header that lists more, the rest is not read.
_MOST: Final = 100


def weighted(header: str) -> Iterator[tuple[str, float]]:
    """Read what a header lists, in its order, in lower case: each with its weight (RFC 9110, 12.4.2).

    Without a weight that is 1; with one that cannot be read, 0.
    """
    for part in islice(header.lower().split(","), _MOST):
        name, *parameters = (one.strip() for one in part.split(";"))
        yield name, next((_number(one[2:]) for one in parameters if one.startswith("q=")), 1.0)


def _number(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
