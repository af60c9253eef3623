"""What a catalogue entry is: game, dlc, soundtrack, software, video, hardware or demo."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["kind_column"]

#: The store's genres that are no games'.
SOFTWARE_GENRES: Final = (
    "Accounting",
    "Animation & Modeling",
    "Audio Production",
    "Design & Illustration",
    "Education",
    "Photo Editing",
    "Software Training",
    "Utilities",
    "Video Production",
    "Web Publishing",
)
#: Genres that say nothing of whether an entry is a game.
NEUTRAL_GENRES: Final = ("Early Access", "Free to Play", "Indie")

#: Tags of films and series. Entries of this kind have no genres and nothing to play.
VIDEO_TAGS: Final = ("Movie", "Documentary", "Episodic", "Short", "Tutorial", "Anime", "Drama")

HARDWARE_TAGS: Final = ("Hardware", "Steam Machine")

#: Features of an entry that is played. One that has none of them is watched, worked with or owned.
PLAYED_SPECS: Final = (
    "Single-player",
    "Multi-player",
    "Online Multi-Player",
    "Local Multi-Player",
    "Cross-Platform Multiplayer",
    "Co-op",
    "Online Co-op",
    "Local Co-op",
    "Shared/Split Screen",
    "MMO",
)


def kind_column() -> pl.Expr:
    """Derive `kind` from the columns `specs`, `genres`, `tags`, `name`, `price_usd` and `price_basis`.

    The rules are tried in order: a demo is not sold, and its features say so or its name ends in "Demo"; hardware is
    tagged so or sold "starting at" a price; a soundtrack is downloadable content by its name; a video has no genre,
    nothing to play and a film's tags; software has only genres that no game has. All else is a game. Null inputs
    count as empty.
    """
    name = pl.col("name").fill_null("")
    specs = _filled("specs")
    genres = _filled("genres")
    tags = _filled("tags")
    no_genre = genres.list.len() == 0
    nothing_to_play = ~_any_of(specs, PLAYED_SPECS)
    paid = (pl.col("price_usd") > 0).fill_null(value=False)
    is_dlc = specs.list.contains(pl.lit("Downloadable Content"))
    software_only = (
        genres.list.set_difference(pl.lit([*SOFTWARE_GENRES, *NEUTRAL_GENRES], dtype=pl.List(pl.String))).list.len()
        == 0
    )
    return (
        pl.when(~paid & (specs.list.contains(pl.lit("Game demo")) | name.str.contains(r"(?i)\bdemo\s*$")))
        .then(pl.lit("demo"))
        .when(
            (pl.col("price_basis") == "starting_at")
            | (
                no_genre
                & nothing_to_play
                & (_any_of(tags, HARDWARE_TAGS) | name.str.contains(r"(?i)^steam (?:controller|link)\b"))
            )
        )
        .then(pl.lit("hardware"))
        .when(is_dlc & name.str.contains(r"(?i)\b(?:soundtracks?|ost|original score)\b"))
        .then(pl.lit("soundtrack"))
        .when(is_dlc)
        .then(pl.lit("dlc"))
        .when(no_genre & nothing_to_play & _any_of(tags, VIDEO_TAGS))
        .then(pl.lit("video"))
        .when(
            (_any_of(genres, SOFTWARE_GENRES) & software_only)
            | (no_genre & nothing_to_play & _any_of(tags, SOFTWARE_GENRES))
        )
        .then(pl.lit("software"))
        .otherwise(pl.lit("game"))
        .alias("kind")
    )


def _filled(column: str) -> pl.Expr:
    return pl.col(column).fill_null(pl.lit([], dtype=pl.List(pl.String)))


def _any_of(column: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    return column.list.set_intersection(pl.lit(list(values), dtype=pl.List(pl.String))).list.len() > 0
