"""Studios: who makes a catalogue of entries, in which genres, at which price level."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from tasador.testing import shares
from tasador.testing.genre_shares import FRANCHISE_GENRES, GAME_GENRES, SOFTWARE_GENRES
from tasador.testing.names import name_studio
from tasador.testing.prices import STUDIO_WEIGHT, base_level, genre_level
from tasador.testing.weighted import Weighted

__all__ = ["Base", "Studio", "found_house", "found_studio"]

_GENRES: Final = {
    "game": Weighted(GAME_GENRES),
    "franchise": Weighted(FRANCHISE_GENRES),
    "software": Weighted(SOFTWARE_GENRES),
}
_SIZES: Final = Weighted(shares.CATALOGUE_SIZES)
_KINDS: Final = {size: Weighted(kinds) for size, kinds in shares.KINDS_BY_SIZE.items()}
#: Genres that the sets of genres leave out because they rarely stand in the same set twice.
_ODD_GENRES: Final = Weighted(
    {"Action": 0.3, "Adventure": 0.18, "Massively Multiplayer": 0.2, "Sports": 0.17, "Racing": 0.15}
)
_ODD_GENRE_SHARE: Final = 0.15
#: How often a studio stays with the genres of its first game.
_LOYALTY: Final = 0.6


@dataclass
class Base:
    """A game, or piece of software, that add-ons may belong to."""

    name: str
    genres: list[str]
    specs: list[str]
    level: float
    day: int


@dataclass
class Studio:
    """A developer: its name, publisher and price level, and what it has made so far."""

    name: str
    publisher: str
    size: int
    family: str
    level: float
    home: str
    bases: list[Base] = field(default_factory=list)
    wandering: bool = True

    def draw_kind(self, rng: Random) -> str:
        """The kind of the studio's next entry; software counts as a game."""
        if not self.bases and self.size >= shares.OWN_GAME_SIZE:
            return "game"
        for least, kinds in _KINDS.items():
            if self.size >= least:
                return kinds.draw(rng)
        message = "a catalogue has at least one entry"
        raise AssertionError(message)

    def draw_genres(self, rng: Random) -> list[str]:
        """Genres of the studio's next game, sorted as the store does."""
        names = self.home
        if self.wandering and self.bases and rng.random() >= _LOYALTY:
            names = _GENRES[self.family].draw(rng)
        genres = names.split(", ")
        if self.wandering and self.family != "software":
            if rng.random() < _ODD_GENRE_SHARE:
                genres.append(_ODD_GENRES.draw(rng))
            if rng.random() < (
                shares.FRANCHISE_FREE_TO_PLAY_SHARE if self.family == "franchise" else shares.FREE_TO_PLAY_SHARE
            ):
                genres.append("Free to Play")
        return sorted(set(genres))

    def base_level(self, genres: list[str]) -> float:
        """The price level of the studio's games of these genres."""
        return base_level(genre_level(genres, self.family), self.level)


def found_studio(largest: int, rng: Random) -> Studio:
    """A studio by chance, with a catalogue of at most `largest` entries."""
    size = min(_SIZES.draw(rng), largest)
    long = size >= shares.FRANCHISE_SIZE
    software = rng.random() < (shares.SOFTWARE_HOUSE_SHARE if long else shares.SOFTWARE_STUDIO_SHARE)
    family = "software" if software else "franchise" if long else "game"
    name = name_studio(rng)
    own = rng.random() < shares.SELF_PUBLISHED_SHARE
    publisher = name if own else name_studio(rng)
    return Studio(name, publisher, size, family, rng.gauss(0.0, 1.0), _GENRES[family].draw(rng))


def found_house(genres: str, size: int, level: float, rng: Random) -> Studio:
    """A studio of one franchise with a very long catalogue."""
    name = name_studio(rng)
    # Its level says where its prices lie; what the genres add is taken out again.
    family = "software" if genres in SOFTWARE_GENRES else "franchise"
    studio = Studio(name, name, max(size, 50), family, 0.0, genres, wandering=False)
    studio.level = (level - studio.base_level(genres.split(", "))) / STUDIO_WEIGHT
    return studio
