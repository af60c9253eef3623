"""What the studies of monitoring found: false alarms and power, and a year; recorded, never typed.

`python -m benchmarks.alarms SOURCE --record docs/alarms.json` and `python -m deploy.tests.year --record docs/year.json`
record; `make docs` writes the sections of docs/monitoring.md and docs/year.svg.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from scipy.stats import beta

from tasador.models import markdown
from tasador.models.markdown import NONE, percent

__all__ = ["alarms", "figure", "months", "power", "year"]

DOCS: Final = Path(__file__).parent
ALARMS: Final = DOCS / "alarms.json"
YEAR: Final = DOCS / "year.json"

_UNKNOWN_YEAR: Final = "Not recorded yet: `make year` simulates it."
_UNKNOWN: Final = "Not recorded yet: `python -m benchmarks.alarms SOURCE --record docs/alarms.json` measures it."

#: In pixels: left of a panel, its width and height, between panels, above the first.
_LEFT, _WIDTH, _HEIGHT, _GAP, _TOP = 70, 620, 170, 90, 70

_COLOURS: Final = {"watched": ("#1b6e53", "watched, trained anew"), "never": ("#b35900", "never trained anew")}
_PANELS: Final = {
    "mdape": ("Median error of the month's releases, as a share of the price", 0.0, 0.8),
    "coverage_80": ("Share of their prices that the 80 % interval holds", 0.4, 1.0),
}

#: What was promised.
_LEVEL: Final = {"coverage_80": 0.8}


def alarms(_: object = None) -> str:
    """Tell how often the monitor speaks where nothing drifted."""
    study = _read(ALARMS)
    if study is None:
        return _UNKNOWN
    rows = [
        [
            "rows, whole catalogue" if one["by"] == "rows" else "families of developers, the last half-year",
            _size(one["size"]),
            f"{one['trials']:,}",
            f"{one['judged']:,}",
            f"{one['alarms']:,}",
            percent(float(beta.ppf(0.975, one["alarms"] + 1, one["judged"] - one["alarms"]))),
            percent(one["careless"] / one["judged"]),
        ]
        for one in study["silent"]
    ]
    table = markdown.table(
        ["parted by", "window", "trials", "judged", "with an alarm", "at most, 97.5 %", "careless"], rows
    )
    of = "the course project's catalogue" if study["real"] else "the synthetic catalogue"
    return f"On {of}, {study['rows']:,} entries; {study['usual_rows']:,} of its last half-year.\n\n{table}"


def months(_: object = None) -> str:
    """Tell how many months of the catalogue have an alert, by the reference."""
    study = _read(ALARMS)
    if study is None or "months" not in study:
        return _UNKNOWN
    rows = [[one["reference"], f"{one['months']:,}", f"{one['unusual']:,}"] for one in study["months"]]
    return markdown.table(["beside releases of", "months", "with an alert"], rows)


def power(_: object = None) -> str:
    """Tell how often the monitor speaks where something drifted."""
    study = _read(ALARMS)
    if study is None or not study["speaks"]:
        return _UNKNOWN
    sizes = list(dict.fromkeys(one["size"] for one in study["speaks"]))
    found = {(one["change"], one["size"]): one["heard"] / one["trials"] for one in study["speaks"]}
    rows = [
        [name, *(percent(found[name, size]) if (name, size) in found else NONE for size in sizes)]
        for name in dict.fromkeys(one["change"] for one in study["speaks"])
    ]
    trials = study["speaks"][0]["trials"]
    heads = ["what changed", *(_size(size) for size in sizes)]
    return f"Share of {trials:,} trials in which an alert names it, by the size of the window.\n\n" + markdown.table(
        heads, rows
    )


def year(_: object = None) -> str:
    """Tell what was done in each month of the year."""
    study = _read(YEAR)
    if study is None:
        return _UNKNOWN_YEAR
    rows = []
    for month in study["months"]:
        told = [month[side].get(name) for side in ("watched", "never") for name in _PANELS]
        rows.append(
            [
                month["month"],
                f"{month['new']:,}",
                "<br>".join(f"{check}: {subjects}" for check, subjects in _alerts(month).items()) or NONE,
                _did(month),
                *(NONE if one is None else f"{one['seen']:.1%}" for one in told),
            ]
        )
    heads = [
        "month",
        "new",
        "alerts",
        "then",
        *(f"{what}, {side}" for side in _COLOURS for what in ("error", "held of 80 %")),
    ]
    events = "\n".join(f"- {event['says']}" for event in study["events"])
    return (
        f"Of {study['rows']:,} synthetic records, those of the year came month by month, and:\n\n{events}\n\n"
        f"{_counts(study['months'])}\n\n"
        f"![Realised error and coverage over the year](year.svg)\n\n{markdown.table(heads, rows)}"
    )


def _alerts(month: Mapping[str, Any]) -> dict[str, str]:
    """Tell each alert of a month once: whether of entries, of requests, of games or of all."""
    found: dict[str, list[str]] = {}
    for alert in month["alerts"]:
        subjects = found.setdefault(alert["check"].replace("_", " "), [])
        if (subject := alert["subject"].partition(",")[0]) not in subjects:
            subjects.append(subject)
    return {check: ", ".join(subjects) for check, subjects in found.items()}


def _did(month: Mapping[str, Any]) -> str:
    did = {"nothing": "not trained", "promoted": "trained, promoted", "held": "trained, held"}[month["did"]]
    failed = f" ({', '.join(month['failed'])})" if month["failed"] else ""
    return f"{did}{failed}: {month['why']}"


def _counts(found: list[Mapping[str, Any]]) -> str:
    did = [month["did"] for month in found]
    alerted = sum(bool(month["alerts"]) for month in found)
    return (
        f"Of {len(found)} months, {alerted} had an alert; in {len(did) - did.count('nothing')} a version was trained, "
        f"{did.count('promoted')} were promoted and {did.count('held')} held."
    )


def figure() -> str | None:
    """Draw the year: realised error and coverage of the champion and of the first one, with what was done."""
    study = _read(YEAR)
    if study is None:
        return None
    months = study["months"]
    height = _TOP + len(_PANELS) * (_HEIGHT + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 30} {height}" role="img" '
        'aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#222">',
        '<title id="title">Realised error and coverage over a simulated year</title>',
        f'<desc id="desc">{escape(_words(months))}</desc>',
        f'<rect width="{_LEFT + _WIDTH + 30}" height="{height}" fill="#fff"/>',
    ]
    for place, (colour, says) in enumerate(_COLOURS.values()):
        x = _LEFT + place * 190
        parts += [f'<circle cx="{x}" cy="16" r="5" fill="{colour}"/>', f'<text x="{x + 12}" y="20">{says}</text>']
    parts.append(f'<text x="{_LEFT + 380}" y="20">! alert  ▲ promoted  ▽ held  ✕ in question</text>')
    for place, name in enumerate(_PANELS):
        parts += _panel(name, study, _TOP + place * (_HEIGHT + _GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(name: str, study: Mapping[str, Any], top: int) -> Iterator[str]:
    says, low, high = _PANELS[name]
    months = study["months"]
    yield f'<text x="{_LEFT}" y="{top - 24}" font-weight="bold">{says}</text>'
    ticks = [low + (high - low) * part / 4 for part in range(5)]
    for tick in ticks:
        y = _y(tick, name, top)
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{tick:.0%}</text>'
    if name in _LEVEL:
        y = _y(_LEVEL[name], name, top)
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#888" stroke-width="1.5"/>'
    for event in study["events"]:
        x = _x(event["first"] - 1) - _WIDTH / 24
        ends = f'x1="{x:.1f}" x2="{x:.1f}" y1="{top - 4}" y2="{top + _HEIGHT}"'
        yield f'<line {ends} stroke="#888" stroke-dasharray="2 3"/>'
        yield f'<text x="{x:.1f}" y="{top - 8}" fill="#555" font-size="12">{escape(event["name"])}</text>'
    for number, month in enumerate(months):
        sign = {"promoted": "▲", "held": "▽"}.get(month["did"], "✕" if "question" in month["why"] else "")
        marks = ("! " if month["alerts"] else "") + sign
        x = _x(number)
        yield f'<text x="{x:.1f}" y="{top + _HEIGHT + 16}" text-anchor="middle" fill="#555">{month["month"][5:]}</text>'
        yield f'<text x="{x:.1f}" y="{top + _HEIGHT + 32}" text-anchor="middle">{marks}</text>'
    for side, (colour, _) in _COLOURS.items():
        yield from _line(name, side, colour, months, top)


def _line(name: str, side: str, colour: str, months: Iterable[Mapping[str, Any]], top: int) -> Iterator[str]:
    found = [(number, month["month"], month[side][name]) for number, month in enumerate(months) if name in month[side]]
    points = " ".join(f"{_x(number):.1f},{_y(one['seen'], name, top):.1f}" for number, _, one in found)
    dash = ' stroke-dasharray="6 4"' if side == "never" else ""
    yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    for number, month, one in found:
        told = (
            f"{month}, {_COLOURS[side][1]}: {one['seen']:.1%} ({one['low']:.1%} to {one['high']:.1%}) of {one['n']:,}"
        )
        y = _y(one["seen"], name, top)
        yield f'<circle cx="{_x(number):.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{escape(told)}</title></circle>'


def _words(months: list[Mapping[str, Any]]) -> str:
    last = months[-1]
    told = [
        f"{says}: {last[side]['mdape']['seen']:.1%}" for side, (_, says) in _COLOURS.items() if "mdape" in last[side]
    ]
    n = sum(month["did"] == "promoted" for month in months)
    return f"Median error in {last['month']}: {', '.join(told)}. {n} versions were promoted."


def _x(number: int) -> float:
    return _LEFT + (number + 0.5) * _WIDTH / 12


def _y(value: float, name: str, top: int) -> float:
    _, low, high = _PANELS[name]
    return top + _HEIGHT * (1 - (min(max(value, low), high) - low) / (high - low))


def _size(size: int | None) -> str:
    return "half" if size is None else f"{size:,} rows"


def _read(path: Path) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found
