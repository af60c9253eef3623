"""What people call the parts of the accuracy tables: splits, candidates, scopes and groups."""

from __future__ import annotations

import re
from typing import Any, Final

from tasador.web.pages.language import Language
from tasador.web.pages.names import KINDS, message
from tasador.web.pages.retelling import retold

__all__ = ["candidate_name", "group_name", "parted", "scope_name", "split_name"]

#: The splits: `tasador.models.splits`.
_SPLITS: Final = {
    "random": message("A random fifth: flatters"),
    "out_of_time": message("Released after all that it learned from"),
    "walking_forward": message("The same, learning anew each month"),
    "unseen_developers": message("By developers and publishers that it has never seen"),
}
_ROLLING: Final = re.compile(r"rolling_(\d{4})H([12])")
_HALVES: Final = {"1": message("First half of {year}"), "2": message("Second half of {year}")}

#: The candidates: `tasador.models.accuracy_scopes`.
_CANDIDATES: Final = {
    "model": message("The model"),
    "without_app_id": message("The model, not told the number in the store"),
    "suggested": message("Its suggested price"),
    "constant_median": message("The median price, whatever the game"),
    "genre_median": message("The median price of the genres"),
    "comparables_25": message("The median of 25 comparables"),
    "bagging": message("The course project’s model"),
    "hedonic": message("A linear model"),
}

_SCOPES: Final = {
    **KINDS,
    "all": message("All kinds"),
    "game_up_to_100": message("Games of at most 100 dollars"),
    "all_without_twins": message("All kinds, without near twins"),
    "near_twins": message("Near twins of what it learned from"),
}

_DEVELOPERS: Final = {
    "known": message("Developer known from earlier releases"),
    "unseen": message("Developer never seen"),
}
_UP_TO: Final = message("up to {high}")
_ABOVE: Final = message("above {low}")
_BETWEEN: Final = message("{low} to {high}")
_BAND: Final = re.compile(r"(?:(\d+) to |up to )(\d+)|above (\d+)")

#: How rows were parted, as `tasador.models.splits` says it.
_SAYS: Final = (
    message("Trained on releases before {start}, tested on those from then on."),
    message("Trained on releases before {start}, tested on those of the half-year from then on."),
    message("Trained anew each month on all releases before it, and tested on those of the month."),
    message(
        "About a fifth is held out so that no developer's nor publisher's name is on both sides, alone or among "
        "several. Drawn from the {share} of the rows whose studios are not linked, over games they share, to a family "
        "with more than {most} of all."
    ),
    message("A random fifth is held out, as in the course project. Flatters: near-twins are on both sides."),
)


def split_name(language: Language, split: str) -> str:
    """Name a split."""
    rolling = _ROLLING.fullmatch(split)
    if rolling:
        return language.say(_HALVES[rolling[2]], year=rolling[1])
    return language.say(_SPLITS[split]) if split in _SPLITS else split


def candidate_name(language: Language, candidate: str) -> str:
    """Name a candidate."""
    return language.say(_CANDIDATES[candidate]) if candidate in _CANDIDATES else candidate


def scope_name(language: Language, scope: str) -> str:
    """Name a scope: a kind, or several."""
    return language.say(_SCOPES[scope]) if scope in _SCOPES else scope


def group_name(language: Language, name: str, value: Any) -> str:
    """Name what the rows of a group have in common, beside their kind."""
    if name == "developer":
        return language.say(_DEVELOPERS[value])
    band = _BAND.fullmatch(value) if name == "price_band" else None
    if band is None:
        return str(value)
    low, high, above = (amount and language.money(amount) for amount in band.groups())
    if above:
        return language.say(_ABOVE, low=above)
    return language.say(_BETWEEN, low=low, high=high) if low else language.say(_UP_TO, high=high)


def parted(language: Language, text: str) -> str:
    """Tell how rows were parted."""
    return retold(language, text, _SAYS)
