"""The flattery gap as a figure: how much better each candidate looks on the random split than on honest ones."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from tasador.models.accuracy import ALL, all_kinds
from tasador.models.accuracy_scopes import CANDIDATES, GUISES
from tasador.models.accuracy_tables import CANDIDATE_SAYS
from tasador.models.splits import OUT_OF_TIME, RANDOM, UNSEEN_DEVELOPERS

__all__ = ["figure"]

#: What is drawn of each split: its colour, whether filled, and how the legend calls it.
_MARKS: Final = {
    RANDOM: ("#b35900", "none", "random: flatters"),
    UNSEEN_DEVELOPERS: ("#5b5b9d", "#5b5b9d", "unseen developers"),
    OUT_OF_TIME: ("#1b6e53", "#1b6e53", "out of time"),
}

_SCOPES: Final = {"game": "Games", ALL: "All kinds"}

#: In pixels: rows' labels, a panel's width, between panels, a row, above the first row.
_LABEL, _PANEL, _GAP, _ROW, _TOP = 210, 320, 50, 30, 74

#: Shares of the price that the axis marks.
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def figure(accuracy: Mapping[str, Any]) -> str:
    """Draw the median absolute percentage error of each candidate on each kind of split.

    Args:
        accuracy: What `tasador.models.accuracy.Accuracy.to_dict` gives.

    Returns:
        An SVG document with a title and a description that give the model's figures in words.
    """
    names = [name for name in CANDIDATES if name not in GUISES and _values(accuracy, "game", name)]
    height = _TOP + _ROW * len(names) + 52
    width = _LABEL + len(_SCOPES) * (_PANEL + _GAP)
    model = ", ".join(f"{_MARKS[split][2]} {value:.1%}" for split, value in _values(accuracy, "game", "model").items())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#222">',
        '<title id="title">The flattery gap: median error by candidate and split</title>',
        f'<desc id="desc">Median absolute percentage error; less is better. The model, games: {escape(model)}.</desc>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_legend(),
        *(
            f'<text x="{_LABEL - 12}" y="{_y(row) + 4}" text-anchor="end">{escape(CANDIDATE_SAYS[name])}</text>'
            for row, name in enumerate(names)
        ),
    ]
    for place, (scope, says) in enumerate(_SCOPES.items()):
        parts += _panel(accuracy, scope, says, names, _LABEL + place * (_PANEL + _GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(accuracy: Mapping[str, Any], scope: str, says: str, names: list[str], left: int) -> list[str]:
    bottom = _y(len(names)) - _ROW // 2
    parts = [f'<text x="{left}" y="{_TOP - 22}" font-weight="bold">{says}</text>']
    for tick in _TICKS:
        x = left + tick * _PANEL
        parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{_TOP - 10}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle" fill="#555">{tick:.0%}</text>')
    parts.append(
        f'<text x="{left}" y="{bottom + 40}" fill="#555">Median absolute percentage error; less is better</text>'
    )
    for row, name in enumerate(names):
        values = _values(accuracy, scope, name)
        places = {split: left + min(value, _TICKS[-1]) * _PANEL for split, value in values.items()}
        if places:
            ends = f'x1="{min(places.values()):.1f}" x2="{max(places.values()):.1f}"'
            parts.append(f'<line {ends} y1="{_y(row)}" y2="{_y(row)}" stroke="#999" stroke-width="2"/>')
        for split, x in places.items():
            told = f"{CANDIDATE_SAYS[name]}, {_MARKS[split][2]}: {values[split]:.1%}"
            parts.append(_mark(split, x, _y(row), told))
    return parts


def _legend() -> list[str]:
    parts = []
    for place, (split, (_, _, says)) in enumerate(_MARKS.items()):
        x = _LABEL + 8 + place * 165
        parts += [_mark(split, x, 20, says), f'<text x="{x + 12}" y="24">{says}</text>']
    return parts


def _mark(split: str, x: float, y: int, told: str) -> str:
    stroke, fill, _ = _MARKS[split]
    style = f'fill="{"#fff" if fill == "none" else fill}" stroke="{stroke}" stroke-width="2"'
    # NOTE: shapes differ as well as colours.
    shape = (
        f'<rect x="{x - 5:.1f}" y="{y - 5}" width="10" height="10" {style}>'
        if split == UNSEEN_DEVELOPERS
        else f'<circle cx="{x:.1f}" cy="{y}" r="{8 if fill == "none" else 6}" {style}>'
    )
    return f"{shape}<title>{escape(told)}</title></{shape[1 : shape.index(' ')]}>"


def _y(row: int) -> int:
    return _TOP + row * _ROW + _ROW // 2


def _values(accuracy: Mapping[str, Any], scope: str, candidate: str) -> dict[str, float]:
    found = {}
    for split in (name for name in _MARKS if name in accuracy["splits"]):
        scopes = accuracy["splits"][split]["scopes"]
        candidates = scopes.get(all_kinds(split, scopes) if scope == ALL else scope, {}).get("candidates", {})
        if candidate in candidates:
            found[split] = candidates[candidate]["errors"]["mdape"]
    return found
