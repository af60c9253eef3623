"""Reading made-up and real catalogues in tests, and counting what is in them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from tasador.testing import make_raw_lines

Record = dict[str, Any]


@cache
def read_made(n: int, seed: int) -> tuple[Record, ...]:
    return tuple(ast.literal_eval(line.decode()) for line in make_raw_lines(n, seed=seed))


def keep_paid(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if isinstance(record.get("price"), float)]


def share_of(field: str, value: str, records: Iterable[Record]) -> float:
    records = list(records)
    return sum(value in record.get(field, []) for record in records) / len(records)


def missing_share(field: str, records: Iterable[Record]) -> float:
    records = list(records)
    return sum(field not in record for record in records) / len(records)


def count_prices(records: Iterable[Record]) -> Counter[float]:
    return Counter(record["price"] for record in keep_paid(records))


def count_years(records: Iterable[Record]) -> Counter[int]:
    dates = [record.get("release_date", "") for record in records]
    return Counter(int(text[:4]) for text in dates if re.fullmatch(r"\d{4}-\d\d-\d\d", text))


def count_labels(field: str, records: Iterable[Record]) -> Counter[str]:
    return Counter(label for record in records for label in record.get(field, []))


def count_sentiments(records: Iterable[Record]) -> Counter[str]:
    return Counter(record.get("sentiment", "") for record in records)


def distance(one: Counter[Any], other: Counter[Any]) -> float:
    """Total variation: the share that would have to move to make one distribution the other."""
    total, other_total = one.total(), other.total()
    return sum(abs(one[key] / total - other[key] / other_total) for key in one | other) / 2
