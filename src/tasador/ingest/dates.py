"""Release dates: the year by pattern from any text, and how exactly the date is known."""

from __future__ import annotations

from typing import Final

import polars as pl

from tasador.contracts.vocabulary import RELEASE_PRECISIONS

__all__ = ["release_dates"]

#: How month names begin in the languages that catalogues are written in: English, Spanish, German, French, Russian.
_MONTHS: Final[dict[int, tuple[str, ...]]] = {
    1: ("jan", "ene", "янв"),
    2: ("feb", "fév", "фев"),
    3: ("mar", "mär", "мар"),
    4: ("apr", "abr", "avr", "апр"),
    5: ("may", "mai", "май", "мая"),
    6: ("jun", "juin", "июн"),
    7: ("jul", "juil", "июл"),
    8: ("aug", "ago", "aoû", "авг"),
    9: ("sep", "сен"),
    10: ("oct", "okt", "окт"),
    11: ("nov", "ноя"),
    12: ("dec", "dic", "dez", "déc", "дек"),
}
_STEMS: Final = {stem: month for month, stems in _MONTHS.items() for stem in stems}
_STEM: Final = "|".join(sorted(_STEMS, key=len, reverse=True))
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}

_PRECISION: Final = pl.Enum(RELEASE_PRECISIONS)
_ISO: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_YEAR: Final = r"([0-9]{4})"
_COLUMNS: Final = ("at", "release_year", "release_date", "release_precision", "is_iso")
_DAY_THEN_MONTH: Final = rf"^([0-9]{{1,2}})\.? (?:{_STEM})\w*\.?,? [0-9]{{4}}$"
_MONTH_THEN_DAY: Final = rf"^(?:{_STEM})\w*\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? [0-9]{{4}}$"


def release_dates(texts: pl.Series) -> pl.DataFrame:
    """Read release dates from free text.

    The year is the first run of four digits, wherever it stands. Month and quarter are read only where they are
    written beside a year; seasons and halves are not, since they do not mean the same everywhere.

    Args:
        texts: Dates as published; null stays null.

    Returns:
        One row a text, in their order: `release_year` (Int16), `release_date`, the first day of the period,
        `release_precision` (one of `RELEASE_PRECISIONS`) and `is_iso`, whether the text is yyyy-mm-dd. The first
        three are null where there is no year; a day that does not exist, such as 2017-02-30, lowers the precision to
        its month.
    """
    rows = texts.alias("text").to_frame().with_columns(is_iso=pl.col("text").str.contains(_ISO).fill_null(value=False))
    date = pl.col("text").str.to_date("%Y-%m-%d", strict=False)
    rows = rows.with_columns(release_date=pl.when("is_iso").then(date)).with_row_index("at")
    # NOTE: most dates are ISO dates, and the patterns for all others take a hundred times as long.
    plain = rows.filter(pl.col("release_date").is_not_null()).with_columns(
        release_year=pl.col("release_date").dt.year().cast(pl.Int16), release_precision=pl.lit("day", dtype=_PRECISION)
    )
    others = rows.filter(pl.col("release_date").is_null()).select("at", "is_iso", *_parts(pl.col("text")))
    return pl.concat([plain.select(_COLUMNS), _dated(others).select(_COLUMNS)]).sort("at").drop("at")


def _parts(text: pl.Expr) -> list[pl.Expr]:
    """Read `year`, `month`, `day` and `quarter` as far as they are written."""
    lower = text.str.strip_chars().str.to_lowercase()
    year = lower.str.extract(_YEAR)
    month = pl.coalesce(
        lower.str.extract(rf"\b({_STEM})\w*\.?,? (?:[0-9]{{1,2}}(?:st|nd|rd|th)?,? )?[0-9]{{4}}").replace_strict(
            _STEMS, default=None, return_dtype=pl.Int8
        ),
        lower.str.extract(r"^[0-9]{4}-([0-9]{2})(?:-[0-9]{2})?$").cast(pl.Int8),
        lower.str.extract(r"^[0-9]{1,2}\.([0-9]{1,2})\.[0-9]{4}$").cast(pl.Int8),
        lower.str.extract(r"[0-9]{4}年 ?([0-9]{1,2})月").cast(pl.Int8),
    )
    day = pl.coalesce(
        lower.str.extract(r"^[0-9]{4}-[0-9]{2}-([0-9]{2})$"),
        lower.str.extract(r"^([0-9]{1,2})\.[0-9]{1,2}\.[0-9]{4}$"),
        lower.str.extract(r"^[0-9]{4}年 ?[0-9]{1,2}月 ?([0-9]{1,2})日"),
        lower.str.extract(_DAY_THEN_MONTH),
        lower.str.extract(_MONTH_THEN_DAY),
    )
    quarter = pl.coalesce(
        lower.str.extract(r"\bq([1-4])\b").cast(pl.Int8),
        lower.str.extract(r"\b(first|second|third|fourth|1st|2nd|3rd|4th) quarter\b").replace_strict(
            _ORDINALS, default=None, return_dtype=pl.Int8
        ),
    )
    return [year.alias("year"), month.alias("month"), day.alias("day"), quarter.alias("quarter")]


def _dated(parts: pl.DataFrame) -> pl.DataFrame:
    """Take the most exact date that the parts give."""
    year = pl.col("year")
    dates = parts.with_columns(
        by_day=_date(year, pl.col("month"), pl.col("day")),
        by_month=_date(year, pl.col("month"), pl.lit("1")),
        by_quarter=_date(year, pl.col("quarter") * 3 - 2, pl.lit("1")),
        by_year=_date(year, pl.lit(1), pl.lit("1")),
    )
    return dates.with_columns(
        release_year=year.cast(pl.Int16),
        release_date=pl.coalesce(f"by_{precision}" for precision in RELEASE_PRECISIONS),
        release_precision=pl.coalesce(
            pl.when(pl.col(f"by_{precision}").is_not_null()).then(pl.lit(precision, dtype=_PRECISION))
            for precision in RELEASE_PRECISIONS
        ),
    )


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    parts = pl.concat_str([year, month.cast(pl.String), day], separator="-")
    return parts.str.to_date("%Y-%m-%d", strict=False)
