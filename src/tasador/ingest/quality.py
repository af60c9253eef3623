"""The quality report: what became of every record of a source, and how complete the games are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from tasador.contracts.games import FIRST_YEAR, LAST_YEAR, RULES, USED_COLUMNS, Games
from tasador.ingest.normalise import ISO_DATE
from tasador.ingest.partition import Partition
from tasador.ingest.raw import RawRows
from tasador.ingest.rejects import REJECT_RULES

__all__ = ["Accounting", "Quality", "RuleCount", "Step", "assess"]

#: How many records are named as examples of a rule.
_EXAMPLES: Final = 5

#: How many values of a column are listed at most: a broken source may have as many texts as rows.
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Accounting:
    """Where the records of a source went: `raw = games + duplicates + quarantine + rejects`, exactly."""

    raw: int
    games: int
    duplicates: int
    quarantine: int
    rejects: int

    @property
    def balanced(self) -> bool:
        """Whether the four parts make up the whole."""
        return self.raw == self.games + self.duplicates + self.quarantine + self.rejects


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many records broke a rule; one record may break several."""

    rule: str
    outcome: str
    says: str
    rows: int
    example_record_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the course project's cleaning, counted on this source.

    Attributes:
        rows: What the step counted.
        left: Rows left after it.
    """

    name: str
    says: str
    rows: int
    left: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality report. JSON and HTML are made from this one value."""

    source: dict[str, Any]
    accounting: Accounting
    rules: tuple[RuleCount, ...]
    steps: tuple[Step, ...]
    kinds: dict[str, int]
    price_bases: dict[str, int]
    price_texts: dict[str, int]
    release_precisions: dict[str, int]
    null_share: dict[str, float]
    unreadable: dict[str, int]
    unknown_fields: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def assess(raw: RawRows, candidates: pl.DataFrame, parts: Partition, *, source: dict[str, Any]) -> Quality:
    """Count what became of the records of a source.

    Args:
        raw: The source's raw rows and rejects.
        candidates: The rows of `normalise`.
        parts: What `partition` made of them.
        source: What identifies the source: name, sha256, size_bytes, format.
    """
    games, set_aside = parts.games, parts.set_aside
    outcomes = _counts(set_aside, "outcome")
    return Quality(
        source=source,
        accounting=Accounting(
            raw=raw.lines,
            games=games.height,
            duplicates=outcomes.get("duplicate", 0),
            quarantine=outcomes.get("quarantine", 0),
            rejects=outcomes.get("reject", 0),
        ),
        rules=_rule_counts(set_aside),
        steps=_steps(candidates),
        kinds=_counts(games, "kind"),
        price_bases=_counts(games, "price_basis"),
        price_texts=_counts(games, "price_text"),
        release_precisions=_counts(games, "release_precision"),
        null_share={
            name: round(games[name].null_count() / games.height, 6) if games.height else 0.0
            for name, column in Games.columns().items()
            if column.nullable
        },
        unreadable=_counts(games.select("unreadable").explode("unreadable", empty_as_null=False), "unreadable"),
        unknown_fields=dict(sorted(raw.unknown_fields.items())),
    )


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Count the commonest values of a column, most frequent first, ties by name; nulls are left out."""
    counted = (
        frame.select(pl.col(column).cast(pl.String))
        .drop_nulls()
        .group_by(column)
        .len()
        .sort(["len", column], descending=[True, False])
        .head(_LISTED)
    )
    return dict(counted.iter_rows())


def _rule_counts(set_aside: pl.DataFrame) -> tuple[RuleCount, ...]:
    says = {
        "app_id_repeated": "An earlier record has the same app id.",
        **REJECT_RULES,
        **dict(RULES.values()),
    }
    counted = (
        set_aside.select("record_no", "outcome", rule="rules")
        .explode("rule")
        .group_by("outcome", "rule")
        .agg(rows=pl.len(), examples=pl.col("record_no").sort().head(_EXAMPLES))
        .sort("outcome", "rows", "rule", descending=[False, True, False])
    )
    return tuple(
        RuleCount(
            rule=row["rule"],
            outcome=str(row["outcome"]),
            says=says.get(row["rule"], "The record breaks the contract of games."),
            rows=row["rows"],
            example_record_nos=tuple(row["examples"]),
        )
        for row in counted.iter_rows(named=True)
    )


def _steps(candidates: pl.DataFrame) -> tuple[Step, ...]:
    """Count the course project's six steps on this source, in its order and by its own conditions."""
    first = candidates.filter(pl.col("id").is_first_distinct())
    not_iso = first.filter(~pl.col("release_text").str.contains(ISO_DATE).fill_null(value=False)).height
    dated = first.filter(pl.col("release_year").is_not_null())
    plausible = dated.filter(pl.col("release_year").is_between(FIRST_YEAR, LAST_YEAR))
    usable = plausible.filter(pl.col("name").is_not_null(), pl.any_horizontal(pl.col(USED_COLUMNS).is_not_null()))
    priced = usable.filter(pl.col("price_basis") == "listed")
    return (
        Step(
            "duplicates_removed",
            "Records whose id repeats an earlier one's are set apart (a missing id counts as one id here), and the "
            "rest get a sequential index.",
            candidates.height - first.height,
            first.height,
        ),
        Step("dates_not_iso", "Release dates that are not yyyy-mm-dd are counted.", not_iso, first.height),
        Step("year_extracted", "The release year is read by pattern from any text.", dated.height, first.height),
        Step("without_year", "Rows without a year are set apart.", first.height - dated.height, dated.height),
        Step(
            "implausible_year",
            f"Years outside {FIRST_YEAR} to {LAST_YEAR} are set apart.",
            dated.height - plausible.height,
            plausible.height,
        ),
        Step(
            "nothing_to_use",
            "Rows empty in all the columns that statistics and model need, or without a name, are set apart.",
            plausible.height - usable.height,
            usable.height,
        ),
        Step(
            "numeric_price",
            "The course project goes on with the rows whose price is a number.",
            usable.height - priced.height,
            priced.height,
        ),
    )
