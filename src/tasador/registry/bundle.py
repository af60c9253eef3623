"""What a bundle holds: the files' names, and how each is written and read. Knows no learning library."""

from __future__ import annotations

import json
from typing import Any, Final

from tasador.errors import BundleError
from tasador.storage.bundles import Bundle

__all__ = [
    "ACCURACY",
    "ANSWERS",
    "CARD",
    "FEATURES",
    "FLATTERY",
    "HELD_OUT",
    "METRICS",
    "PRICES",
    "STATISTICS",
    "read_json",
]

FEATURES: Final = "features.json"
METRICS: Final = "metrics.json"
HELD_OUT: Final = "held_out.parquet"
ANSWERS: Final = "answers.json"
PRICES: Final = "prices.json"
STATISTICS: Final = "statistics.json"
CARD: Final = "model_card.md"
ACCURACY: Final = "accuracy.md"
FLATTERY: Final = "accuracy.svg"


def read_json(bundle: Bundle, name: str) -> Any:
    """Read one of a bundle's JSON files.

    Raises:
        BundleError: The bundle has no such file, or it is no JSON.
    """
    if name not in bundle.files:
        raise BundleError("the bundle lacks a file", where=bundle.version, expected=name, do="Train again.")
    try:
        return json.loads(bundle.files[name])
    except ValueError as error:
        raise BundleError(
            "the file is no JSON", where=f"{bundle.version}/{name}", got=error, do="Train again."
        ) from error
