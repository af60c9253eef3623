"""What became of every record of a feed: counted block by block and part by part, wherever that is done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tasador.contracts.price_events import KEY, PRICE_RULES
from tasador.errors import SourceError
from tasador.prices.refusals import SAYS

__all__ = ["Accounting"]

_SAYS = {**dict(PRICE_RULES.values()), **SAYS}


@dataclass(slots=True)
class Accounting:
    """Counts of records; two that were counted apart can be joined.

    Attributes:
        raw: Records by source.
        outcomes: Records by source and outcome: `events`, `duplicate`, `quarantine`, `reject`.
        rules: Records by outcome and rule; one that broke several is in each.
        histories: How many entries, shops and currencies have events.
        app_ids: How many entries.
        first: When the first event began, in microseconds since 1970; None without one.
        last: When the last record was made, the same.
        shops: The shops of events.
        currencies: Their currencies.
    """

    raw: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    histories: int = 0
    app_ids: int = 0
    first: int | None = None
    last: int | None = None
    shops: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)

    def count_block(self, source: str, records: int, set_aside: pl.DataFrame) -> None:
        """Count the records of a block that was read."""
        self.raw[source] += records
        for outcome, rules in set_aside.select("outcome", "rules").iter_rows():
            self.outcomes[source, outcome] += 1
            self.rules.update((outcome, rule) for rule in rules)

    def count_part(self, events: pl.DataFrame, duplicates: pl.DataFrame) -> None:
        """Count what was made of whole entries."""
        for source, rows in events.group_by("source").len().iter_rows():
            self.outcomes[source, "events"] += rows
        for source, rule, rows in duplicates.group_by("source", "rule").len().iter_rows():
            self.outcomes[source, "duplicate"] += rows
            self.rules["duplicate", rule] += rows
        if not events.is_empty():
            self.histories += events.select(KEY).n_unique()
            self.app_ids += events["app_id"].n_unique()
            moments = events.select(low=pl.col("from").min(), high=pl.max_horizontal("from", "to").max())
            seen = duplicates.select(low=pl.lit(None, pl.Datetime("us", "UTC")), high=pl.col("at").max())
            for low, high in pl.concat([moments, seen]).select(pl.all().dt.epoch("us")).iter_rows():
                self._span(low, high)
            self.shops.update(events["shop"].unique())
            self.currencies.update(events["currency"].unique())

    def _span(self, first: int | None, last: int | None) -> None:
        self.first = min((one for one in (self.first, first) if one is not None), default=None)
        self.last = max((one for one in (self.last, last) if one is not None), default=None)

    def join(self, other: Accounting) -> None:
        """Add what was counted elsewhere."""
        self.raw.update(other.raw)
        self.outcomes.update(other.outcomes)
        self.rules.update(other.rules)
        self.histories += other.histories
        self.app_ids += other.app_ids
        self._span(other.first, other.last)
        self.shops |= other.shops
        self.currencies |= other.currencies

    def to_json(self) -> dict[str, Any]:
        """Write counts down to be sent elsewhere."""
        return {
            "raw": dict(self.raw),
            "outcomes": [[*key, rows] for key, rows in self.outcomes.items()],
            "rules": [[*key, rows] for key, rows in self.rules.items()],
            "span": [self.histories, self.app_ids, self.first, self.last],
            "named": [sorted(self.shops), sorted(self.currencies)],
        }

    @classmethod
    def from_json(cls, sent: Mapping[str, Any]) -> Accounting:
        """Read what `to_json` wrote."""
        return cls(
            Counter(sent["raw"]),
            Counter({(source, outcome): rows for source, outcome, rows in sent["outcomes"]}),
            Counter({(outcome, rule): rows for outcome, rule, rows in sent["rules"]}),
            *sent["span"],
            *map(set, sent["named"]),
        )

    def check(self, sources: list[dict[str, Any]], *, max_reject_share: float) -> None:
        """Refuse sources that are broken, once all their records are read.

        Raises:
            SourceError: Too many of a source's lines are no records, or it has none.
        """
        for source in sources:
            key = source["sha256"][:12]
            raw, rejects = self.raw[key], self.outcomes[key, "reject"]
            if raw == 0:
                raise SourceError("the feed has no record", where=source["name"], expected="lines after its first")
            if rejects > max_reject_share * raw:
                raise SourceError(
                    "too many of its lines are no records",
                    where=source["name"],
                    got=f"{rejects:,} of {raw:,}",
                    expected=f"at most {max_reject_share:.0%}",
                    do="Mend the file, or allow more with --max-reject-share.",
                )

    def check_events(self) -> None:
        """Refuse sources of which nothing is left.

        Raises:
            SourceError: There is no event.
        """
        if not self.histories:
            ruled = ", ".join(f"{rule} {rows:,}" for (_, rule), rows in sorted(self.rules.items()))
            raise SourceError(
                "no record becomes an event",
                got=ruled,
                expected="prices of games",
                do="The rules that the records broke say what to mend.",
            )

    def to_dict(self, sources: list[dict[str, Any]]) -> dict[str, Any]:
        """Write down the counts as the quality report of a price history."""
        per_source = [{**source, "accounting": self._of([source["sha256"][:12]])} for source in sources]
        return {
            "accounting": self._of(list(self.raw)),
            "app_ids": self.app_ids,
            "histories": self.histories,
            "first": _moment(self.first),
            "last": _moment(self.last),
            "shops": sorted(self.shops),
            "currencies": sorted(self.currencies),
            "rules": [
                {"outcome": outcome, "rule": rule, "rows": rows, "says": _SAYS[rule]}
                for (outcome, rule), rows in sorted(self.rules.items())
            ],
            "sources": per_source,
        }

    def _of(self, sources: list[str]) -> dict[str, int]:
        def total(outcome: str) -> int:
            return sum(self.outcomes[source, outcome] for source in sources)

        return {
            "raw": sum(self.raw[source] for source in sources),
            "events": total("events"),
            "duplicates": total("duplicate"),
            "quarantine": total("quarantine"),
            "rejects": total("reject"),
        }


def _moment(microseconds: int | None) -> str | None:
    if microseconds is None:
        return None
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=microseconds)).isoformat()
