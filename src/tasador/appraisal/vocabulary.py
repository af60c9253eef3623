"""The labels that a model has learned, and the nearest of them to one that it has not."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["Vocabulary", "fold", "nearest"]

#: How many labels are proposed for an unknown one.
_PROPOSED: Final = 3

#: How alike a proposed label must be, 0 to 1.
_ALIKE: Final = 0.6

#: How many unknown labels are remembered with what was proposed for them.
_REMEMBERED: Final = 1_000


class Vocabulary:
    """The labels of each list field that a model knows, as the catalogue spells them.

    Args:
        labels: By field, such as `genres`. Labels of a field that is not here are taken as they come.
        fields: The fields of a request that the model reads; None when it reads all.
    """

    __slots__ = ("_folded", "_nearest", "_spelled", "fields", "labels")

    def __init__(self, labels: Mapping[str, Iterable[str]], fields: Iterable[str] | None = None) -> None:
        self.labels: Final = {field: tuple(known) for field, known in labels.items()}
        self.fields: Final = None if fields is None else frozenset(fields)
        self._spelled: Final = {field: frozenset(known) for field, known in self.labels.items()}
        # NOTE: the first of labels that fold alike wins, so the order of the vocabulary decides.
        self._folded: Final = {
            field: {fold(label): label for label in reversed(known)} for field, known in self.labels.items()
        }
        self._nearest: Final[dict[tuple[str, str], tuple[str, ...]]] = {}

    def knows(self, field: str) -> bool:
        """Tell whether the field has a vocabulary."""
        return field in self._spelled

    def match(self, field: str, label: str) -> str | None:
        """Find a label as the catalogue spells it, whatever its case and accents; None when it is unknown."""
        if label in self._spelled[field]:
            return label
        return self._folded[field].get(fold(label))

    def nearest(self, field: str, label: str) -> tuple[str, ...]:
        """Propose known labels for an unknown one, the most alike first; none when none is alike."""
        found = self._nearest.get((field, label))
        if found is None:
            found = _nearest(label, self._folded[field])
            # NOTE: a batch repeats its mistakes, and a comparison with hundreds of labels takes half a millisecond.
            if len(self._nearest) < _REMEMBERED:
                self._nearest[field, label] = found
        return found


def fold(text: str) -> str:
    """Drop what should not tell two labels apart: case, accents, and how they are spaced."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(text.casefold().split())


def nearest(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Propose known texts for an unknown one, the most alike first; none when none is alike."""
    return _nearest(text, {fold(one): one for one in known})


def _nearest(text: str, folded: Mapping[str, str]) -> tuple[str, ...]:
    wanted = fold(text)
    found = difflib.get_close_matches(wanted, folded, n=_PROPOSED, cutoff=_ALIKE)
    # NOTE: a word of a label, such as "strategy" of "Real-Time Strategy", is close in no other way.
    part = [one for one in folded if len(wanted) > 3 and wanted in one and one not in found]
    return tuple(folded[one] for one in [*found, *sorted(part, key=len)][:_PROPOSED])
