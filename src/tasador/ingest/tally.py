"""Counts of what becomes of a source's records, block by block."""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

import polars as pl

from tasador.contracts.games import FIRST_YEAR, LAST_YEAR, USED_COLUMNS, Games
from tasador.ingest.raw import RawRows
from tasador.ingest.raw_fields import FIELDS
from tasador.ingest.seen import Seen

__all__ = ["STEPS", "Tally", "own_ids"]

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

_DATED: Final = pl.col("release_year").is_not_null()
_PLAUSIBLE: Final = _DATED & pl.col("release_year").is_between(FIRST_YEAR, LAST_YEAR)
_USABLE: Final = (
    _PLAUSIBLE & pl.col("name").is_not_null() & pl.any_horizontal(pl.col(one).is_not_null() for one in USED_COLUMNS)
)

#: What a candidate whose own id is new counts for in the course project's steps.
STEPS: Final = {
    "first": pl.col("record_no").is_not_null(),
    "not_iso": ~pl.col("date_is_iso"),
    "dated": _DATED,
    "plausible": _PLAUSIBLE,
    "usable": _USABLE,
    "priced": _USABLE & (pl.col("price_basis") == "listed"),
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
        self.count(raw, games, set_aside)
        self._count_steps(candidates)

    def count(self, raw: RawRows, games: pl.DataFrame, set_aside: pl.DataFrame) -> None:
        """Count a block, but for the steps: whether an id is new to them, other blocks know."""
        if not self.outcomes["reject"] and not raw.refused.is_empty():
            rejects = set_aside.filter(outcome="reject")
            if not rejects.is_empty():
                number, (rule, *_), record = rejects.select("record_no", "rules", "record").row(0)
                self.first_reject = (number, rule, record)
        if not self.known_fields:
            self.known_fields = any(raw.rows[name].null_count() < raw.rows.height for name in FIELDS)
        self.counts["unknown_fields"].update(raw.unknown_fields)
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
            self._break(outcome, rule, rows, examples)
        for name, column in _COUNTED.items():
            self.counts[name].update(_values(games[column]))
        self.counts["unreadable"].update(_values(games["unreadable"].explode(empty_as_null=False)))
        self.nulls.update({name: games[name].null_count() for name in Games.column_names()})

    def _count_steps(self, candidates: pl.DataFrame) -> None:
        """Count the course project's six steps, in its order and by its own conditions."""
        new = candidates.filter(self._first(candidates)).select(flag.sum().alias(name) for name, flag in STEPS.items())
        self.steps.update({**new.row(0, named=True), "candidates": candidates.height})

    def to_json(self) -> str:
        """Write what was counted, but for the steps and what they need to know of ids, for another process."""
        number, rule, record = self.first_reject
        return json.dumps(
            {
                "outcomes": self.outcomes,
                "rules": [[*key, rows, self.examples[key]] for key, rows in self.rules.items()],
                "counts": self.counts,
                "nulls": self.nulls,
                "first_reject": [number, rule, record.hex()],
                "known_fields": self.known_fields,
            }
        )

    def join(self, written: str) -> None:
        """Add what `to_json` wrote of the blocks that come next."""
        found = json.loads(written)
        if not self.outcomes["reject"] and found["outcomes"].get("reject"):
            number, rule, record = found["first_reject"]
            self.first_reject = (number, rule, bytes.fromhex(record))
        self.known_fields |= found["known_fields"]
        self.outcomes.update(found["outcomes"])
        for outcome, rule, rows, examples in found["rules"]:
            self._break(outcome, rule, rows, examples)
        for name, counted in found["counts"].items():
            self.counts[name].update(counted)
        self.nulls.update(found["nulls"])

    def _break(self, outcome: str, rule: str, rows: int, examples: list[int]) -> None:
        self.rules[outcome, rule] += rows
        self.examples[outcome, rule] = [*self.examples.get((outcome, rule), []), *examples][:_EXAMPLES]

    def _first(self, candidates: pl.DataFrame) -> pl.Series:
        """Whether a record's own id comes for the first time; a missing id counts as one id here."""
        texts, numbers = own_ids(candidates)
        first = numbers.is_first_distinct() & ~self._ids.contains(numbers)
        self._ids.add(numbers)
        odd = numbers.is_null().arg_true()
        new = []
        for text in texts.gather(odd):
            new.append(text not in self._odd_ids)
            self._odd_ids.add(text)
        return first.scatter(odd, new) if new else first


def own_ids(candidates: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Read the ids that records themselves have: as texts, and as numbers where they are some."""
    texts = candidates["id_text"]
    return texts, texts.cast(pl.UInt32, strict=False)


def _values(column: pl.Series) -> dict[str, int]:
    """Count the values of a column; nulls are left out."""
    values = column.drop_nulls().cast(pl.String)
    return dict(values.value_counts().iter_rows())
