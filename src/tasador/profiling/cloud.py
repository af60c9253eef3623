"""The specification of a word cloud, in Vega: Vega-Lite has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["word_cloud"]


def word_cloud(rows: Sequence[dict[str, Any]], *, largest: int, height: int) -> dict[str, Any]:
    """Draw words, larger and darker the more rows have them; `largest` is the size of the first in pixels."""
    # NOTE: a place that is not laid out yet has no width, and a cloud of none is an error.
    known = "containerSize()[0] > 0 ? containerSize()[0] : "
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "height": height,
        "padding": 0,
        "autosize": "none",
        "signals": [
            {"name": "width", "init": f"{known}600", "on": [{"events": "window:resize", "update": f"{known}width"}]},
            {"name": "largest", "update": f"min({largest}, width / 7)"},
        ],
        "data": [
            {
                "name": "words",
                "values": list(rows),
                "transform": [{"type": "formula", "as": "angle", "expr": "0"}],
            }
        ],
        "scales": [
            {
                "name": "ink",
                "type": "sqrt",
                "domain": {"data": "words", "field": "n"},
                "range": [0.55, 1],
                "zero": False,
            }
        ],
        "marks": [
            {
                "type": "text",
                "from": {"data": "words"},
                "encode": {
                    "enter": {
                        "text": {"field": "word"},
                        "align": {"value": "center"},
                        "baseline": {"value": "alphabetic"},
                        "fill": {"value": "currentColor"},
                        "fillOpacity": {"scale": "ink", "field": "n"},
                        "tooltip": {"signal": "datum.word + ': ' + format(datum.n, ',')"},
                    }
                },
                "transform": [
                    {
                        "type": "wordcloud",
                        "size": [{"signal": "width"}, {"signal": "height"}],
                        "text": {"field": "text"},
                        "rotate": {"field": "datum.angle"},
                        "font": "sans-serif",
                        "fontSize": {"field": "datum.n"},
                        "fontSizeRange": [11, {"signal": "largest"}],
                        "padding": 2,
                    }
                ],
            }
        ],
    }
