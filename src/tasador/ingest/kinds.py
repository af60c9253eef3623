"""What a catalogue entry is: a game, or what else a store sells and shows."""

from __future__ import annotations

from typing import Final

import polars as pl

from tasador.contracts.vocabulary import KINDS

__all__ = ["SOURCE_KINDS", "genre_flags", "kind_column", "spec_flags", "tag_flags"]

_KIND: Final = pl.Enum(KINDS)

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


#: What a source that names kinds calls them. Of a `game` the labels may still say that it is something else.
SOURCE_KINDS: Final = {
    "game": None,
    "dlc": "dlc",
    "music": "soundtrack",
    "soundtrack": "soundtrack",
    "demo": "demo",
    "mod": "mod",
    "software": "software",
    "application": "software",
    "tool": "software",
    "movie": "video",
    "video": "video",
    "series": "video",
    "episode": "video",
    "hardware": "hardware",
    "advertising": "advertising",
}


def genre_flags(genres: pl.Expr) -> list[pl.Expr]:
    """Say of a list of genres what kinds ask of it: `has_genre`, `software_genres`."""
    return [
        _filled(genres.list.len() > 0).alias("has_genre"),
        _filled(_any_of(genres, SOFTWARE_GENRES) & _only(genres, (*SOFTWARE_GENRES, *NEUTRAL_GENRES))).alias(
            "software_genres"
        ),
    ]


def spec_flags(specs: pl.Expr) -> list[pl.Expr]:
    """Say of a list of specs what kinds ask of it: `played`, `is_dlc`, `is_demo`."""
    return [
        _filled(_any_of(specs, PLAYED_SPECS)).alias("played"),
        _filled(specs.list.contains("Downloadable Content")).alias("is_dlc"),
        _filled(specs.list.contains("Game demo")).alias("is_demo"),
    ]


def tag_flags(tags: pl.Expr) -> list[pl.Expr]:
    """Say of a list of tags what kinds ask of it: `hardware_tags`, `video_tags`, `software_tags`."""
    groups = {"hardware_tags": HARDWARE_TAGS, "video_tags": VIDEO_TAGS, "software_tags": SOFTWARE_GENRES}
    return [_filled(_any_of(tags, values)).alias(name) for name, values in groups.items()]


def kind_column() -> pl.Expr:
    """Derive `kind` from the flags above and the columns `source_kind`, `name`, `list_price` and `price_basis`.

    What the source calls the entry holds, unless it is called a game or not named; a soundtrack may be called
    downloadable content. Else the rules are tried in order: a demo is not sold, and its features say so or its name
    ends in "Demo"; hardware is tagged so or sold "starting at" a price; a soundtrack is downloadable content by its
    name; a video has no genre, nothing to play and a film's tags; software has only genres that no game has. All else
    is a game. Null inputs count as empty.
    """
    name = pl.col("name").fill_null("")
    stated = pl.col("source_kind").replace_strict(SOURCE_KINDS, default=None, return_dtype=_KIND)
    unplayed = ~pl.col("has_genre") & ~pl.col("played")
    paid = (pl.col("list_price") > 0).fill_null(value=False)
    sounds = name.str.contains(r"(?i)\b(?:soundtracks?|ost|original score)\b")
    return (
        pl.when((stated == "dlc") & sounds)
        .then(_kind("soundtrack"))
        .when(stated.is_not_null())
        .then(stated)
        .when(~paid & (pl.col("is_demo") | name.str.contains(r"(?i)\bdemo\s*$")))
        .then(_kind("demo"))
        .when(
            (pl.col("price_basis") == "starting_at")
            | (unplayed & (pl.col("hardware_tags") | name.str.contains(r"(?i)^steam (?:controller|link)\b")))
        )
        .then(_kind("hardware"))
        .when(pl.col("is_dlc") & sounds)
        .then(_kind("soundtrack"))
        .when(pl.col("is_dlc"))
        .then(_kind("dlc"))
        .when(unplayed & pl.col("video_tags"))
        .then(_kind("video"))
        .when(pl.col("software_genres") | (unplayed & pl.col("software_tags")))
        .then(_kind("software"))
        .otherwise(_kind("game"))
        .alias("kind")
    )


def _kind(name: str) -> pl.Expr:
    return pl.lit(name, dtype=_KIND)


def _filled(flag: pl.Expr) -> pl.Expr:
    return flag.fill_null(value=False)


def _any_of(labels: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    return labels.list.eval(pl.element().is_in(values)).list.any()


def _only(labels: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    return labels.list.eval(pl.element().is_in(values)).list.all()
