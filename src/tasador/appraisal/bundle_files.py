"""Reads the files of a bundle: one that is missing, or is not what it should be, is refused by its name.

Their hashes say that they are what was written, not that what was written can be used: whatever an answer relies on is
looked at when a version is opened, so that none fails at its first request.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from tasador.errors import BundleError

__all__ = ["file", "number", "parsed"]

T = TypeVar("T")

_DO: Final = "Train again; do not use this bundle."

#: What reading raises where something is absent, of another type or out of its range.
_WRONG: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


def file(files: Mapping[str, bytes], name: str) -> bytes:
    """Take a file.

    Raises:
        BundleError: There is none of that name.
    """
    if name not in files:
        raise BundleError("the bundle lacks a file", expected=name, do=_DO)
    return files[name]


def parsed(files: Mapping[str, bytes], name: str, reader: Callable[[Mapping[str, Any]], T]) -> T:
    """Read a file that holds a JSON object.

    Args:
        reader: Makes of the object what it stands for, or raises what Python raises for what is wrong.

    Raises:
        BundleError: The file is missing, no JSON object, or not what the reader expects.
    """
    data = file(files, name)
    try:
        return reader(json.loads(data))
    except _WRONG as error:
        raise BundleError("the file is not what it should be", where=name, got=repr(error), do=_DO) from error


def number(value: object, *, least: float = -math.inf) -> float:
    """Take a finite number.

    Raises:
        ValueError: It is none, or below `least`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
        raise ValueError(f"{value!r:.60} is no number{'' if least == -math.inf else f' from {least} on'}")
    return float(value)
