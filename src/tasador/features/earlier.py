"""Inputs from earlier releases: what those of the same studio, series, labels and words cost before the date.

No input counts days or grows with the catalogue: trees would learn the calendar from it, and the calendar of the test
period is none that they have seen (measured: such inputs make the error of the next half-year larger).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from operator import mul
from typing import Final

from tasador.features import keys
from tasador.features.definition import Feature
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.title import common_start, series, studios, words

__all__ = ["definitions", "knows_developer", "row"]

_NAN: Final = math.nan
_UNKNOWN: Final = (_NAN,) * 6
_STATISTICS: Final = ("mean", "above the level", "newest weigh most", "highest", "lowest", "last")

#: Weights of the newest releases, the newest first: each a little less than the one after it.
_NEWEST: Final = tuple(0.7**age for age in range(8))
_NEWEST_SUMS: Final = tuple(sum(_NEWEST[:n]) for n in range(len(_NEWEST) + 1))

#: A mean of few is drawn to the price level as if so many more releases had cost that.
_STUDIO_PRIOR: Final = 1.0
_LABELS_PRIOR: Final = 5.0

#: App ids further apart say nothing of each other.
_NEAR_IDS: Final = 300

_LOG: Final = "log USD"


def definitions() -> tuple[Feature, ...]:
    """Define the inputs, in the order of `row`."""
    price, when = "price_usd", "release_date"
    found: list[Feature] = []

    def add(group: str, name: str, unit: str, *sources: str) -> None:
        found.append(Feature(name, "float32", unit, (*sources, when, price), "launch", group))

    for who in ("developer", "publisher", "series"):
        source = "name" if who == "series" else who
        for what, sources in ((who, (source,)), (f"{who} and kind", (source, "kind"))):
            add(who, f"{what}: earlier releases", "releases", *sources)
            for statistic in _STATISTICS:
                add(who, f"{what}: {statistic}", _LOG, *sources)
    add("publisher", "publisher: is the developer", "0 or 1", "developer", "publisher")
    for studio in ("developer", "publisher"):
        add(studio, f"{studio}'s closest title: characters alike", "characters", studio, "kind", "name")
        add(studio, f"{studio}'s closest title: share alike", "share of the name", studio, "kind", "name")
        add(studio, f"{studio}'s closest title: price", _LOG, studio, "kind", "name")
    add("genres", "kind and genres: above the level", _LOG, "kind", "genres")
    add("specs", "kind and specs: above the level", _LOG, "kind", "specs")
    add("specs", "kind, genres and specs: above the level", _LOG, "kind", "genres", "specs")
    add("series", "base game: price", _LOG, "base_app_id", "kind", "name")
    add("series", "base game: words of its title", "words", "kind", "name")
    for statistic in ("mean", "highest", "lowest"):
        add("title", f"words: {statistic} above the level", _LOG, "name", "kind")
    add("app id", "nearest app id: price", _LOG, "app_id")
    add("app id", "nearest app id: distance", "ids", "app_id")
    add("app id", "nearest app id of the kind: price", _LOG, "app_id", "kind")
    add("app id", "nearest app id of the kind: distance", "ids", "app_id", "kind")
    return tuple(found)


def knows_developer(game: Game, history: History) -> bool:
    """Say whether a developer of the game has an earlier priced release."""
    before = history.before(game.release_date.toordinal())
    return any(history.look_up(keys.developer(name, "")[0], before)[0] for name in studios(game.developer))


def row(game: Game, history: History, *, days_behind: int = 0) -> array[float]:
    """Make the inputs of one game; what is unknown is NaN.

    Args:
        history: Releases before the game's date count, and no others.
        days_behind: How many days before the game's date the history ends: a training row is given one that is as old
            as that of a model that has served for so long.
    """
    before = history.before(game.release_date.toordinal() - days_behind)
    title = words(game.name)
    genres, specs = keys.labels(game)
    developers, publishers = studios(game.developer), studios(game.publisher)
    developer = keys.developer(_known(history, "developer", developers, before), game.kind)
    publisher = keys.publisher(_known(history, "publisher", publishers, before), game.kind)
    looked_up: list[tuple[int, Sequence[int]]] = []
    for alone, of_kind in (developer, publisher, keys.named(series(game.name), game.kind)):
        any_kind = history.look_up(alone, before)
        looked_up += (any_kind, history.look_up(of_kind, before) if any_kind[0] else any_kind)
    found: list[float] = []
    for n, positions in looked_up:
        found += _prices(history, n, positions)
    found.append(float(not set(developers).isdisjoint(publishers)) if publishers else _NAN)
    joined = " ".join(title)
    for _, positions in (looked_up[1], looked_up[3]):
        found += _closest(history, positions, joined)
    found += [_above(history, key, before) for key in (genres, specs, genres + specs)]
    found += _base(game, history, before, title)
    found += _words(game, history, before, title)
    found += _near(game, history, before)
    return array("d", found)


def _known(history: History, who: str, names: Sequence[str], before: int) -> str:
    """Take the first of several studios that has earlier releases."""
    if len(names) > 1:
        for name in names:
            if history.look_up(f"{who} {name}", before)[0]:
                return name
    return names[0] if names else ""


def _prices(history: History, n: int, positions: Sequence[int]) -> tuple[float, ...]:
    if not n:
        return (0.0, *_UNKNOWN)
    known, levels = history.logs, history.above_level
    logs = [known[at] for at in positions]
    above = [levels[at] for at in positions]
    newest = logs[: -len(_NEWEST) - 1 : -1]
    return (
        float(n),
        sum(logs) / len(logs),
        sum(above) / (len(above) + _STUDIO_PRIOR),
        sum(map(mul, newest, _NEWEST)) / _NEWEST_SUMS[len(newest)],
        max(logs),
        min(logs),
        logs[-1],
    )


def _above(history: History, key: str, before: int) -> float:
    n, positions = history.look_up(key, before)
    if not n:
        return _NAN
    above = history.above_level
    return sum([above[at] for at in positions]) / (len(positions) + _LABELS_PRIOR)


def _closest(history: History, positions: Sequence[int], title: str) -> tuple[float, float, float]:
    """Find the earlier release whose title begins most like this one's: in order of titles it stands next to it."""
    if not positions or not title:
        return 0.0, 0.0, _NAN
    known = history.titles
    titles = sorted([(known[at], at) for at in positions])
    place = bisect_left(titles, (title, 0))
    alike, at = max((common_start(other, title), at) for other, at in titles[max(place - 1, 0) : place + 1])
    return float(alike), alike / len(title), history.logs[at] if alike else _NAN


def _base(game: Game, history: History, before: int, title: Sequence[str]) -> tuple[float, float]:
    """Find what a DLC belongs to: the entry the source names, else the game whose whole name its own begins with."""
    if game.base_app_id is not None:
        at = history.position(game.base_app_id, before)
        if at is not None:
            return history.logs[at], float(len(history.titles[at].split()))
    if game.kind != "game":
        for n in range(len(title), 0, -1):
            found, positions = history.look_up(keys.full_title(title[:n]), before)
            if found:
                return history.logs[positions[-1]], float(n)
    return _NAN, _NAN


def _words(game: Game, history: History, before: int, title: Sequence[str]) -> tuple[float, float, float]:
    known = [
        value
        for value in (_above(history, keys.word(one, game.kind), before) for one in dict.fromkeys(title))
        if value == value
    ]
    return (sum(known) / len(known), max(known), min(known)) if known else (_NAN, _NAN, _NAN)


def _near(game: Game, history: History, before: int) -> tuple[float, ...]:
    if game.app_id is None:
        return (_NAN,) * 4
    found: list[float] = []
    for app_id, at in history.nearest_ids(game.app_id, before, _NEAR_IDS, game.kind):
        found += (_NAN, _NAN) if at < 0 else (history.logs[at], float(abs(app_id - game.app_id)))
    return tuple(found)
