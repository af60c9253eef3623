"""Counts of what becomes of a source's records, block by block."""

from __future__ import annotations

from collections import Counter
from typing import Final

import polars as pl

from tasador.contracts.games import FIRST_YEAR, LAST_YEAR, USED_COLUMNS, Games
from tasador.ingest.raw import RawRows
from tasador.ingest.raw_fields import FIELDS
from tasador.ingest.seen import Seen

__all__ = ["Tally"]

#: How many records are named as examples of a rule.
_EXAMPLES: Final = 5

#: Columns of games of which each value is counted.
_COUNTED: Final = {
    "kinds": "kind",
    "price_bases": "price_basis",
    "price_texts": "price_text",
    "currencies": "currency",
    "release_precisions": "release_precision",
}


class Tally:
    """What became of the records of a source.

    Attributes:
        outcomes: Records by outcome: game, duplicate, quarantine, reject.
        rules: Records by outcome and rule; one record may break several.
        examples: The numbers of the first records of each.
        counts: Games by the values of some columns, values by field that could not be read, unknown fields.
        nulls: Games by columns that are null.
        steps: Records left after each of the course project's steps, by its own conditions.
        first_reject: Number, rule and bytes of the first reject.
        known_fields: Whether any record had a field that the contract knows.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.rules: Counter[tuple[str, str]] = Counter()
        self.examples: dict[tuple[str, str], list[int]] = {}
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in (*_COUNTED, "unreadable", "unknown_fields")}
        self.nulls: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.first_reject = (0, "", b"")
        self.known_fields = False
        self._ids = Seen()
        self._odd_ids: set[str | None] = set()

    def add(self, raw: RawRows, candidates: pl.DataFrame, games: pl.DataFrame, set_aside: pl.DataFrame) -> None:
        """Count a block.

        Args:
            raw: The block.
            candidates: The rows of `normalise`.
            games: Those of them that became games.
            set_aside: The other records.
        """
        if not self.outcomes["reject"] and not raw.refused.is_empty():
            rejects = set_aside.filter(outcome="reject")
            if not rejects.is_empty():
                number, (rule, *_), record = rejects.select("record_no", "rules", "record").row(0)
                self.first_reject = (number, rule, record)
        if not self.known_fields:
            self.known_fields = any(raw.rows[name].null_count() < raw.rows.height for name in FIELDS)
        self.counts["unknown_fields"].update(raw.unknown_fields)
        self._count_steps(candidates)
        self.take(games, set_aside)

    def take(self, games: pl.DataFrame, set_aside: pl.DataFrame) -> None:
        """Count games and records set aside, of which no more is known."""
        self.outcomes["game"] += games.height
        self.outcomes.update(_values(set_aside["outcome"]))
        broken = set_aside.select("record_no", "outcome", rule="rules").explode("rule", empty_as_null=False)
        for outcome, rule, rows, examples in (
            broken.group_by("outcome", "rule")
            .agg(rows=pl.len(), examples=pl.col("record_no").sort().head(_EXAMPLES))
            .iter_rows()
        ):
            self.rules[outcome, rule] += rows
            self.examples[outcome, rule] = [*self.examples.get((outcome, rule), []), *examples][:_EXAMPLES]
        for name, column in _COUNTED.items():
            self.counts[name].update(_values(games[column]))
        self.counts["unreadable"].update(_values(games["unreadable"].explode(empty_as_null=False)))
        self.nulls.update({name: games[name].null_count() for name in Games.column_names()})

    def _count_steps(self, candidates: pl.DataFrame) -> None:
        """Count the course project's six steps, in its order and by its own conditions."""
        dated = pl.col("first") & pl.col("release_year").is_not_null()
        plausible = dated & pl.col("release_year").is_between(FIRST_YEAR, LAST_YEAR)
        usable = plausible & pl.col("name").is_not_null() & pl.any_horizontal(pl.col(USED_COLUMNS).is_not_null())
        left = {
            "first": pl.col("first"),
            "not_iso": pl.col("first") & ~pl.col("date_is_iso"),
            "dated": dated,
            "plausible": plausible,
            "usable": usable,
            "priced": usable & (pl.col("price_basis") == "listed"),
        }
        counted = candidates.with_columns(self._first(candidates).alias("first")).select(
            flag.sum().alias(name) for name, flag in left.items()
        )
        self.steps.update({**counted.row(0, named=True), "candidates": candidates.height})

    def _first(self, candidates: pl.DataFrame) -> pl.Series:
        """Whether a record's own id comes for the first time; a missing id counts as one id here."""
        texts = candidates["id_text"]
        numbers = texts.cast(pl.UInt32, strict=False)
        first = numbers.is_first_distinct() & ~self._ids.contains(numbers)
        self._ids.add(numbers)
        odd = numbers.is_null().arg_true()
        new = []
        for text in texts.gather(odd):
            new.append(text not in self._odd_ids)
            self._odd_ids.add(text)
        return first.scatter(odd, new) if new else first


def _values(column: pl.Series) -> dict[str, int]:
    """Count the values of a column; nulls are left out."""
    values = column.drop_nulls().cast(pl.String)
    return dict(values.value_counts().iter_rows())
