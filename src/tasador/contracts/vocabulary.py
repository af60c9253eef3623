"""The closed sets of values that columns may take."""

from __future__ import annotations

from typing import Final

#: What a catalogue entry is, as its source says or by specs, genres, tags and the name: see `tasador.ingest.kinds`.
KINDS: Final = ("game", "dlc", "soundtrack", "software", "video", "hardware", "demo", "mod", "advertising")

#: How exactly the release date is known.
RELEASE_PRECISIONS: Final = ("day", "month", "quarter", "year")

#: Where a price comes from: see `tasador.ingest.prices`.
PRICE_BASES: Final = (
    "listed",
    "free_text",
    "free_flag",
    "starting_at",
    "subscription",
    "elsewhere",
    "unreadable",
    "missing",
)

#: The store's summaries of user reviews, best first.
SENTIMENTS: Final = (
    "Overwhelmingly Positive",
    "Very Positive",
    "Positive",
    "Mostly Positive",
    "Mixed",
    "Mostly Negative",
    "Negative",
    "Very Negative",
    "Overwhelmingly Negative",
)

#: Where the app id was read: the record's own field, its store page's address, or an answer about another entry than
#: the one that was asked for.
APP_ID_SOURCES: Final = ("id", "url", "redirect")

#: What became of a source record that is not in `games`.
OUTCOMES: Final = ("duplicate", "quarantine", "reject")
