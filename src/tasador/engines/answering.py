"""The answers to a block of a table: what each engine does with one, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.columns import EMPTY, cells
from tasador.appraisal.request import Request, read_row
from tasador.appraisal.vocabulary import Vocabulary
from tasador.storage.tables import Block, Row

__all__ = ["Answer", "Answering", "Appraises", "answers", "here"]

#: The cells that a row gets.
Answer: TypeAlias = dict[str, Any]

#: Gives blocks as they came, in their order, each with the answers to its rows.
Answering: TypeAlias = Callable[[Iterator[Block], date], Iterator[tuple[Block, list[Answer]]]]


class Appraises(Protocol):
    """Answers requests."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels that it knows."""

    def answer(self, request: Request) -> Appraisal:
        """Answer one request, with reasons."""

    def appraise_many(self, requests: Sequence[Request]) -> Iterable[Appraisal]:
        """Answer requests, in their order."""


def here(appraiser: Appraises) -> Answering:
    """Answer in this process, block by block."""

    def answering(blocks: Iterator[Block], today: date) -> Iterator[tuple[Block, list[Answer]]]:
        for block in blocks:
            yield block, answers(appraiser, block.rows, today)

    return answering


def answers(appraiser: Appraises, rows: Sequence[Row], today: date) -> list[Answer]:
    """Answer rows in their order; one that is wrong gets its `error`.

    Args:
        today: The release date that is assumed where a row has none.
    """
    found: list[Answer] = []
    requests: list[Request] = []
    waiting: list[int] = []
    for at, row in enumerate(rows):
        read = _read(row, appraiser.vocabulary, today)
        if isinstance(read, Request):
            requests.append(read)
            waiting.append(at)
            found.append(EMPTY)
        else:
            found.append({**EMPTY, "error": read})
    for at, appraisal in zip(waiting, appraiser.appraise_many(requests), strict=True):
        found[at] = cells(appraisal)
    return found


def _read(row: Row, vocabulary: Vocabulary, today: date) -> Request | str:
    if row.wrong is not None:
        return row.wrong
    found = read_row(row.cells, vocabulary, today=today)
    return found if isinstance(found, Request) else " ".join(map(str, found))
