"""What an entry is described by: the terms that similar games, comparables and a described game all go by."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

from tasador.features.game import Game
from tasador.features.title import series, studios, words

__all__ = ["DEVELOPER", "FAMILIES", "GENRE", "PUBLISHER", "SERIES", "SPEC", "TAG", "WORD", "Term", "key", "terms"]

GENRE: Final = "genre"
SPEC: Final = "spec"
TAG: Final = "tag"
WORD: Final = "word"
DEVELOPER: Final = "developer"
PUBLISHER: Final = "publisher"
SERIES: Final = "series"

#: What a term may be, in the order of their codes. Tags alone are not known at launch.
FAMILIES: Final = (GENRE, SPEC, TAG, WORD, DEVELOPER, PUBLISHER, SERIES)


class Term(NamedTuple):
    """One thing that an entry is described by.

    Attributes:
        family: One of `FAMILIES`: Action is a genre, a tag and a word.
        label: What it says.
    """

    family: str
    label: str


def terms(game: Game) -> list[Term]:
    """List the terms of an entry, each once."""
    return list(dict.fromkeys(_listed(game)))


def key(term: Term) -> int:
    """Number a term: two of a million share a number once in 37 million catalogues."""
    text = f"{term.family} {term.label}"
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def _listed(game: Game) -> Iterator[Term]:
    for family, labels in (
        (GENRE, game.genres),
        (SPEC, game.specs),
        (TAG, game.tags),
        (WORD, words(game.name)),
        (DEVELOPER, studios(game.developer)),
        (PUBLISHER, studios(game.publisher)),
    ):
        for label in labels:
            yield Term(family, label)
    name = series(game.name)
    if name:
        yield Term(SERIES, name)
