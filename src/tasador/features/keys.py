"""What releases are looked up by: a key is a text that releases which belong together share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from tasador.features.game import Game
from tasador.features.title import series, studios

__all__ = [
    "developer",
    "full_title",
    "labels",
    "named",
    "of",
    "publisher",
    "word",
]


def of(game: Game, title: Sequence[str]) -> list[str]:
    """List the keys under which a release is found.

    Args:
        title: The words of its name.
    """
    genres, specs = labels(game)
    found = [key for name in studios(game.developer) for key in developer(name, game.kind)]
    for name in studios(game.publisher):
        found += publisher(name, game.kind)
    # NOTE: names without a word, such as "???", are no series of each other.
    if name := series(game.name):
        found += named(name, game.kind)
    found += (genres, specs, genres + specs)
    if game.kind == "game":
        found.append(full_title(title))
    found += [word(one, game.kind) for one in dict.fromkeys(title)]
    return found


def labels(game: Game) -> tuple[str, str]:
    """Make the keys of what has the same kind and genres, and the same kind and specs."""
    return f"genres {game.kind} {_short(game.genres)}", f"specs {game.kind} {_short(game.specs)}"


def developer(name: str, kind: str) -> tuple[str, str]:
    """Make the keys of a developer: alone, and by kind."""
    return f"developer {name}", f"developer {name} {kind}"


def publisher(name: str, kind: str) -> tuple[str, str]:
    """Make the keys of a publisher: alone, and by kind."""
    return f"publisher {name}", f"publisher {name} {kind}"


def named(name: str, kind: str) -> tuple[str, str]:
    """Make the keys of a series: alone, and by kind."""
    return f"series {name}", f"series {name} {kind}"


def full_title(title: Sequence[str]) -> str:
    """Make the key of a game's whole name, by which a DLC finds it."""
    return f"title {' '.join(title)}"


def word(one: str, kind: str) -> str:
    """Make the key of a word in names of a kind."""
    return f"word {one} {kind}"


def _short(labels: Iterable[str]) -> str:
    """Name a set of labels shortly: two of a million sets share such a name once in some hundred catalogues."""
    return blake2b("|".join(sorted(labels)).encode(), digest_size=6).hexdigest()
