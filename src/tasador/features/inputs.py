"""The inputs of the price models: one function makes them for a batch and for one request."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from tasador.errors import UnknownValueError
from tasador.features import earlier, entry
from tasador.features.definition import Feature
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.labels import Labels

__all__ = ["BLIND_GROUPS", "VARIANTS", "Inputs", "Variant"]

#: What the inputs are made from: what is known at launch; that and the users' tags; those and the reception.
Variant = Literal["launch", "launch+tags", "full"]
VARIANTS: Final[tuple[Variant, ...]] = get_args(Variant)

#: Groups that the model for games of developers without earlier releases does not learn from. It keeps the publisher's:
#: a known publisher tells much of a new developer's price, and without it the error is 1 to 3 % larger.
BLIND_GROUPS: Final = frozenset({"developer"})


@dataclass(frozen=True, slots=True)
class Inputs:
    """How a game becomes a row of numbers.

    Attributes:
        variant: What the inputs are made from.
        labels: The labels that have an input of their own.
        definitions: The inputs, in the order of a row.
    """

    variant: Variant
    labels: Labels
    definitions: tuple[Feature, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise UnknownValueError("variant", self.variant, VARIANTS)
        object.__setattr__(self, "definitions", (*entry.definitions(self.labels), *earlier.definitions()))

    @classmethod
    def fit(cls, games: Sequence[Game], variant: Variant = "launch") -> Inputs:
        """Choose the labels that have an input of their own.

        Args:
            games: Training rows only, at least one.
            variant: What the inputs are made from.

        Raises:
            UnknownValueError: There is no such variant.
        """
        return cls(variant, Labels.fit(games, tags=variant != "launch", reception=variant == "full"))

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs' names, in the order of a row."""
        return tuple(feature.name for feature in self.definitions)

    @property
    def blind(self) -> tuple[bool, ...]:
        """For each input, whether the model for developers without earlier releases learns from it."""
        return tuple(feature.group not in BLIND_GROUPS for feature in self.definitions)

    def row(self, game: Game, history: History, *, days_behind: int = 0) -> array[float]:
        """Make the inputs of one game, for training and for a request alike; NaN is unknown.

        Args:
            game: Its own price is not looked at.
            history: Only releases strictly before the game's date are looked at.
            days_behind: How many days before that date the history ends; 0 for a request, whose history is as old as
                the model.
        """
        return self.entry_row(game) + earlier.row(game, history, days_behind=days_behind)

    def entry_row(self, game: Game) -> array[float]:
        """Make the first part of `row`, which needs no history and is the same in all splits with these labels."""
        return entry.row(game, self.labels)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {"variant": self.variant, "labels": self.labels.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Inputs:
        """Read what `to_dict` wrote."""
        return cls(data["variant"], Labels.from_dict(data["labels"]))
