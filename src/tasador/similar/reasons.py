"""Why two entries are alike, in words: what both have, that which tells most first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tasador.features.game import Game
from tasador.similar.terms import DEVELOPER, GENRE, PUBLISHER, SERIES, SPEC, TAG, WORD, Term

__all__ = ["Shared", "spelled"]

#: How many of them a sentence names.
_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class Shared:
    """What two entries have in common.

    Attributes:
        series: The series that both are of.
        developers: Who made both.
        publishers: Who else sells both.
        labels: Genres, tags and specs, the rarest first, each once however it is spelled.
        words: Words of both names that are none of the series'.
    """

    series: tuple[str, ...]
    developers: tuple[str, ...]
    publishers: tuple[str, ...]
    labels: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, terms: Iterable[Term], game: Game) -> Shared:
        """Sort out the terms that two entries share.

        Args:
            terms: The terms, the rarest first.
            game: One of the two; studios are spelled as it spells them.
        """
        found = list(terms)
        series = tuple(_labels(found, SERIES))
        developers = [spelled(one, game.developer) for one in _labels(found, DEVELOPER)]
        publishers = [spelled(one, game.publisher) for one in _labels(found, PUBLISHER)]
        made = {name.casefold() for name in developers}
        of_series = {word for name in series for word in name.split()}
        return cls(
            series,
            tuple(developers),
            tuple(name for name in publishers if name.casefold() not in made),
            _once(_labels(found, GENRE, TAG, SPEC)),
            tuple(word for word in _labels(found, WORD) if word not in of_series),
        )

    def listed(self) -> tuple[str, ...]:
        """List all of it: series and studios, labels, words of the names in quotes."""
        return (
            *(f"the series “{name}”" for name in self.series),
            *(f"the developer {name}" for name in self.developers),
            *(f"the publisher {name}" for name in self.publishers),
            *self.labels,
            *(f"“{word}”" for word in self.words),
        )

    def sentence(self) -> str:
        """Say it in a sentence."""
        found = self.listed()
        named = [*found[:_NAMED], *([f"{len(found) - _NAMED} more"] if len(found) > _NAMED else [])]
        if not named:
            return "They share nothing that describes them."
        return f"They share {' and '.join([', '.join(named[:-1]), named[-1]] if len(named) > 1 else named)}."


def _labels(terms: Sequence[Term], *families: str) -> list[str]:
    return [term.label for term in terms if term.family in families]


def _once(labels: Iterable[str]) -> tuple[str, ...]:
    """Leave out labels that were there with other signs or cases: Singleplayer says what Single-player says."""
    found: dict[str, str] = {}
    for label in labels:
        found.setdefault("".join(filter(str.isalnum, label.casefold())) or label, label)
    return tuple(found.values())


def spelled(studio: str, field: str | None) -> str:
    """Find a studio, which is in lower case, as a field spells it."""
    text = field or ""
    place = text.lower().find(studio)
    # NOTE: in lower case a few letters are two.
    return text[place : place + len(studio)] if place >= 0 and len(text.lower()) == len(text) else studio
