"""The tables in Markdown of what a price model goes by, and of the effects of its linear twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tasador.models import markdown

__all__ = ["effects_table", "groups_table", "inputs_table"]

#: Inputs that are listed, the weightiest first.
_INPUTS: Final = 20

Figures = Mapping[str, Any]


def groups_table(explanation: Figures) -> str:
    """Write what each group of inputs does to estimates and to their error."""
    rows = (
        [group["group"], str(group["n_inputs"]), _factor(group["mean_abs_log"]), f"{group['mae_increase_usd']:+.2f}"]
        for group in explanation["groups"]
    )
    return markdown.table(["group", "inputs", "moves estimates by", "MAE without it"], rows)


def inputs_table(explanation: Figures) -> str:
    """Write what the weightiest inputs do to estimates."""
    rows = ([f"`{one['name']}`", one["group"], _factor(one["mean_abs_log"])] for one in explanation["inputs"][:_INPUTS])
    return markdown.table(["input", "group", "moves estimates by"], rows)


def effects_table(effects: Sequence[Figures]) -> str:
    """Write the effects of the linear twin, with their 95 % intervals."""
    rows = (
        [
            one["group"].replace("_", " "),
            one["term"],
            f"{one['n']:,}",
            f"{one['percent']:+.0f} % ({one['low']:+.0f} to {one['high']:+.0f})",
        ]
        for one in effects
    )
    return markdown.table(["group", "term", "rows", "goes with a price that differs by"], rows)


def _factor(mean_abs_log: float) -> str:
    return f"{np.expm1(mean_abs_log):.0%}"
