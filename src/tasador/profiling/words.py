"""Words: the genres, the tags and the words of titles, by the number of entries that carry them."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

__all__ = ["STOP_WORDS", "count_words"]

#: Words that say nothing about a game, in the languages frequent in titles.
_STOP_TEXT: Final = (
    "a an and are as at be by de del der die das des do du el en et for from go in is it la las le les los me my "
    "of on or our out the this to un up van von we with y you your no not vs ii iii iv vi vii viii"
)
STOP_WORDS: Final = frozenset(_STOP_TEXT.split())

#: Tags, and words of titles, kept, the most frequent first.
TOP_WORDS: Final = 120


def count_words(games: pl.DataFrame) -> dict[str, Any]:
    """Count words.

    Args:
        games: One row an app id.

    Returns:
        `genres`, `tags` and `titles`, lists of `word` and `n`, the number of rows that have it, most frequent first.
        Title words are runs of two or more letters in lower case, apostrophes inside kept, without stop-words.
    """
    titles = pl.col("name").str.to_lowercase().str.replace_all("’", "'").str.extract_all(r"\p{L}[\p{L}']*\p{L}")
    words = games.select(word=titles.list.unique()).explode("word").filter(~pl.col("word").is_in(sorted(STOP_WORDS)))
    genres, tags = (games.select(word=pl.col(name).list.unique()).explode("word") for name in ("genres", "tags"))
    return {
        "genres": _counts(genres),
        "tags": _counts(tags)[:TOP_WORDS],
        "titles": _counts(words)[:TOP_WORDS],
        "stop_words": sorted(STOP_WORDS),
    }


def _counts(words: pl.DataFrame) -> list[dict[str, Any]]:
    counts = words.drop_nulls("word").group_by("word").len("n")
    return counts.sort(["n", "word"], descending=[True, False]).to_dicts()
