"""The labels that have an input of their own: fitted on training rows, kept with a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from tasador.features.game import Game
from tasador.features.title import words

__all__ = ["Labels"]

#: Labels on fewer training rows have no input of their own.
_MIN_ROWS: Final = 20
_MIN_WORD_ROWS: Final = 60
_MIN_TAG_ROWS: Final = 50

#: The newest training rows, and all after them, are of one time: of what comes next nothing can be learnt from the
#: calendar. A few rows announced for later years do not say when that is.
_NEWEST_DAYS: Final = 365
_NEWEST_QUANTILE: Final = 0.99


@dataclass(frozen=True, slots=True)
class Labels:
    """What has an input of its own.

    Attributes:
        newest_year_from: First day of the newest training year, as an ordinal. Later dates are one to the models.
        kinds: Kinds; in alphabetical order, as all that follow.
        genres: Genres.
        specs: Specs.
        title_words: Words of names.
        platforms: Operating systems; empty where the training rows say none.
        tags: Tags; empty in the launch variant.
        has_languages: Whether the training rows say languages.
        has_age: Whether they say an age.
        has_reception: Whether sentiment, reviews and metascore are inputs.
        places: Of each label among all of these: kinds, genres, specs, words of names, platforms.
        tag_places: Of each tag among the tags.
    """

    newest_year_from: int
    kinds: tuple[str, ...]
    genres: tuple[str, ...]
    specs: tuple[str, ...]
    title_words: tuple[str, ...]
    platforms: tuple[str, ...]
    tags: tuple[str, ...]
    has_languages: bool
    has_age: bool
    has_reception: bool
    places: tuple[Mapping[str, int], ...] = field(init=False, repr=False, compare=False)
    tag_places: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places, end = [], 0
        for labels in (self.kinds, self.genres, self.specs, self.title_words, self.platforms):
            places.append({label: place for place, label in enumerate(labels, end)})
            end += len(labels)
        object.__setattr__(self, "places", tuple(places))
        object.__setattr__(self, "tag_places", {label: place for place, label in enumerate(self.tags)})

    @classmethod
    def fit(cls, games: Sequence[Game], *, tags: bool = False, reception: bool = False) -> Labels:
        """Choose the labels.

        Args:
            games: Training rows only, at least one.
            tags: Whether tags are inputs.
            reception: Whether sentiment, reviews and metascore are.
        """
        days = sorted(game.release_date.toordinal() for game in games)
        return cls(
            newest_year_from=days[int((len(days) - 1) * _NEWEST_QUANTILE)] - _NEWEST_DAYS,
            kinds=_frequent(((game.kind,) for game in games), _MIN_ROWS),
            genres=_frequent((game.genres for game in games), _MIN_ROWS),
            specs=_frequent((game.specs for game in games), _MIN_ROWS),
            title_words=_frequent((words(game.name) for game in games), _MIN_WORD_ROWS),
            platforms=_frequent((game.platforms or () for game in games), _MIN_ROWS),
            tags=_frequent((game.tags for game in games), _MIN_TAG_ROWS) if tags else (),
            has_languages=any(game.languages is not None for game in games),
            has_age=any(game.required_age is not None for game in games),
            has_reception=reception,
        )

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Labels:
        """Read what `to_dict` wrote."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**values)


def _frequent(rows: Iterable[Iterable[str]], least: int) -> tuple[str, ...]:
    counts = Counter(label for labels in rows for label in set(labels))
    return tuple(sorted(label for label, n in counts.items() if n >= least))
