"""Labels on the command line: several may stand in one text, as in a table's cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tasador.appraisal.vocabulary import Vocabulary

__all__ = ["separate"]

_SEPARATORS: Final = re.compile("[;,]")


def separate(texts: Iterable[str], field: str, vocabulary: Vocabulary) -> list[str]:
    """Part texts into labels at semicolons and commas, but for those that the model knows as they are.

    A text without a label becomes an empty one, which is told to be none.
    """
    found: list[str] = []
    for text in texts:
        if vocabulary.knows(field) and vocabulary.match(field, text) is not None:
            found.append(text)
        else:
            found += [part.strip() for part in _SEPARATORS.split(text) if part.strip()] or [""]
    return found
