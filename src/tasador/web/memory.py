"""Answers that were computed, remembered: who asks the same of the same model version gets the same bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from tasador.web.reply import Question, Reply

__all__ = ["Memory"]

#: What all together may take, and what one may.
_MOST_BYTES: Final = 4_000_000
_LONGEST_BYTES: Final = 1_000_000

#: What one takes beside its texts: its headers in each form, and Python's objects.
_OBJECTS_BYTES: Final = 4_000


class Memory:
    """The answers that were asked for last, as many as there is room for.

    It is of one model version, and used from one thread.

    Args:
        most_bytes: What they may take together.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._room = most_bytes
        self._found: OrderedDict[Question, Reply] = OrderedDict()

    def get(self, question: Question) -> Reply | None:
        """Give what was answered, if it is remembered."""
        reply = self._found.get(question)
        if reply is not None:
            self._found.move_to_end(question)
        return reply

    def keep(self, question: Question, reply: Reply) -> None:
        """Remember an answer, and forget those that were asked for longest ago."""
        size = _size(question, reply)
        if size > _LONGEST_BYTES or question in self._found:
            return
        self._found[question] = reply
        self._room -= size
        while self._room < 0:
            self._room += _size(*self._found.popitem(last=False))


def _size(question: Question, reply: Reply) -> int:
    """Say what an answer takes at most: it may come to be held as it is and packed in two ways."""
    path, query = question
    headers = sum(len(name) + len(value) for name, value in reply.headers)
    # NOTE: headers, such as links that repeat the query, are held as they are, and written out in each of four forms.
    return 3 * len(reply.body) + 9 * headers + 4 * len(path) + len(query) + _OBJECTS_BYTES
