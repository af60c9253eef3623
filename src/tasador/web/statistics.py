"""The market's statistics as the server holds them: what is asked most as bytes, the rest made when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasador.market import yearly
from tasador.market.yearly import TOPICS, Question
from tasador.web.reply import encode

__all__ = ["Statistics"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a snapshot's statistics answer.

    Attributes:
        snapshot: The snapshot.
        found: What `tasador.market.statistics.compute` gave.
        pages: The answer of each route, and of each with each kind that there is something to say of: by path, with
            the query.

    Raises:
        LookupError: What was found is of another shape; or what else Python raises for it.
    """

    snapshot: str
    found: Mapping[str, Any] = field(repr=False)
    pages: Mapping[str, bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pages", dict(self._pages()))

    @property
    def years(self) -> list[int]:
        """The years that have entries, in order."""
        return yearly.years(self.found)

    def body(self, question: Question, year: int | None = None, topic: str | None = None) -> bytes:
        """Answer a question.

        Args:
            question: Which entries are meant.
            year: One of `years`; None is all of them.
            topic: What is asked of the year; None sums it up.
        """
        answer = (
            yearly.of_all_years(self.found, question)
            if year is None
            else yearly.of_year(self.found, year, topic, question)
        )
        return encode({"snapshot": self.snapshot, **answer})

    def _pages(self) -> Iterator[tuple[str, bytes]]:
        kinds = [kind for kind, n in self.found["vocabulary"]["kinds"] if n]
        for query, question in _asked(kinds):
            yield f"/v1/years{query}", self.body(question)
        for year in self.years:
            of_year = self.found["years"][str(year)]
            for query, question in _asked([kind for kind in kinds if kind in of_year]):
                yield f"/v1/years/{year}{query}", self.body(question, year)
                for topic in TOPICS:
                    yield f"/v1/years/{year}/{topic}{query}", self.body(question, year, topic)


def _asked(kinds: Sequence[str]) -> list[tuple[str, Question]]:
    return [("", Question()), *((f"?kind={kind}", Question(kind)) for kind in kinds)]
