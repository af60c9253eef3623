"""What the market page asks of the statistics: the answers of the API, and what figures of them have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tasador.contracts.release_years import last_whole_year
from tasador.market.yearly import Question
from tasador.web.pages.charts import chart
from tasador.web.pages.figures import Column, Row
from tasador.web.pages.language import Language
from tasador.web.pages.names import message
from tasador.web.statistics import Statistics

__all__ = ["AMOUNTS", "MEDIAN", "QUANTILES", "Market", "drawn", "flat"]

#: The quantiles of prices.
QUANTILES: Final = (
    Column("p10", message("10% cost up to"), "money"),
    Column("p25", message("25% cost up to"), "money"),
    Column("median", message("Median"), "money"),
    Column("p75", message("75% cost up to"), "money"),
    Column("p90", message("90% cost up to"), "money"),
)
AMOUNTS: Final = tuple(column.key for column in QUANTILES)

#: What forms call the median.
MEDIAN: Final = {"p50": QUANTILES[2].label}


@dataclass(frozen=True, slots=True)
class Market:
    """What is asked: a year and a kind.

    Attributes:
        statistics: Who answers.
        language: That of the reader.
        year: The year.
        kind: The kind; None is all kinds together.
        newest: The newest release that was known: years are whole up to then.
    """

    statistics: Statistics
    language: Language
    year: int
    kind: str | None
    newest: date

    def is_whole(self, year: int) -> bool:
        """Say whether the catalogue has the whole of a year."""
        return year <= last_whole_year(self.newest)

    def of_all(self) -> list[dict[str, Any]]:
        """Sum up each year that has such entries."""
        found: list[dict[str, Any]] = self._answer(None, None)["years"]
        return found

    def asked(self, topic: str | None = None) -> dict[str, Any]:
        """Say what the year was like, in one regard or summed up."""
        return self._answer(self.year, topic)

    def api(self, *parts: str) -> str:
        """Give the address where the API says the same."""
        path = "/".join(["/v1/years", *parts])
        return f"{path}?kind={self.kind}" if self.kind else path

    def of_year(self, topic: str) -> str:
        """Give the same of something about the year."""
        return self.api(str(self.year), topic)

    def chart(
        self, form: str, rows: Sequence[Row], columns: Sequence[Column], others: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Fill a form; None where there is nothing to draw.

        Args:
            form: Its name.
            rows: What it draws.
            columns: What stands above them is what its fields are called.
            others: What its further fields are called.
        """
        if not rows:
            return None
        labels = {**{column.key: column.label for column in columns}, **(others or {})}
        return chart(form, rows, {key: self.language.say(label) for key, label in labels.items()}, self.language)

    def say(self, says: str, rows: Sequence[Row], values: Callable[[Row], dict[str, str]]) -> str:
        """Say something of the first row; nothing where there is none."""
        return self.language.say(says, **values(rows[0])) if rows else ""

    def _answer(self, year: int | None, topic: str | None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.statistics.body(Question(self.kind), year, topic))
        return found


def flat(row: Row) -> dict[str, Any]:
    """Put what a row says of its prices beside the rest."""
    others = {name: value for name, value in row.items() if name != "price"}
    return {**others, "n_paid": row["price"]["n"], **{name: row["price"][name] for name in AMOUNTS}}


def drawn(row: Row) -> dict[str, Any]:
    """Turn a row's amounts into numbers, named as the forms name them."""
    amounts = {"p50" if name == "median" else name: float(row[name]) for name in AMOUNTS}
    return {**{name: value for name, value in row.items() if name not in AMOUNTS}, **amounts}
