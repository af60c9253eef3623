"""Exhibits of words: genres, tags and the words of names as clouds."""

from __future__ import annotations

from typing import Any

from tasador.profiling.cloud import word_cloud
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, percent

__all__ = ["word_exhibits"]

Profile = dict[str, Any]


def word_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the clouds that have words to show, in the order of the page."""
    made = [
        _words(profile, "genres", "Genres, by the entries that carry them", largest=76, height=220),
        _words(profile, "tags", "Tags by users, by the entries that carry them", largest=60, height=290),
        _words(profile, "titles", "Words of names, by the entries that have them", largest=60, height=290),
    ]
    return [exhibit for exhibit in made if exhibit is not None]


def _words(profile: Profile, key: str, title: str, *, largest: int, height: int) -> Exhibit | None:
    words = profile["words"][key]
    if not words:
        return None
    rows = profile["overview"]["n"]
    return Exhibit(
        id=f"words-{key}",
        section="words",
        title=title,
        takeaway=f"“{words[0]['word']}” is the most frequent: {count(words[0]['n'])} entries, "
        f"{percent(words[0]['n'] / rows)}.",
        n=rows,
        spec=word_cloud(words, largest=largest, height=height),
        headers=(Header("word", "Word", "text"), Header("n", "Entries", "count")),
        rows=words,
    )
