"""Columns of records that hold records: a path such as `data.price.final`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["at", "columns_of"]

#: Records deeper than this hold no columns.
_DEPTH: Final = 4


def at(record: Mapping[str, Any], path: str) -> Any:
    """Find the value of a column; None where there is none.

    A name that has dots in it goes before a path. On the way through a list each item is followed, and the values that
    are found make a list.
    """
    if path in record:
        return record[path]
    found: Any = record
    for step in path.split("."):
        if isinstance(found, list):
            found = [item[step] for item in found if isinstance(item, dict) and step in item]
        elif isinstance(found, Mapping) and step in found:
            found = found[step]
        else:
            return None
    return found


def columns_of(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name all columns that some records have, paths too, in the order in which they come."""
    names: dict[str, None] = {}
    for record in records:
        _add(names, record, "", 1)
    return list(names)


def _add(names: dict[str, None], value: Any, before: str, depth: int) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            names[before + key] = None
            if depth < _DEPTH:
                _add(names, inner, f"{before}{key}.", depth + 1)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                _add(names, item, before, depth)
