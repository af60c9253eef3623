"""Asking within a limit: the same row is asked once, and no more is asked than was allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tasador.audit.answer import Answer, Ask

__all__ = ["Asking"]


class Asking:
    """Asks a model, remembers its answers, and counts the requests.

    Args:
        ask: Asks for one row.
        limit: The most requests there may be.
        tell: Told how many there were after each.
    """

    def __init__(self, ask: Ask, *, limit: int, tell: Callable[[int], None] | None = None) -> None:
        self._ask = ask
        self._limit = limit
        self._tell = tell
        self._known: dict[str, tuple[Mapping[str, Any], Answer]] = {}
        self.n_asked = 0

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return self._limit - self.n_asked

    def answer(self, inputs: Mapping[str, Any]) -> Answer | None:
        """Give the answer to a row; None where it is not known and no request is left."""
        key = _key(inputs)
        if key not in self._known:
            fresh = self.anew(inputs)
            if fresh is None:
                return None
            self._known[key] = (inputs, fresh)
        return self._known[key][1]

    def anew(self, inputs: Mapping[str, Any]) -> Answer | None:
        """Ask for a row even if its answer is known; None where no request is left."""
        if self.left <= 0:
            return None
        self.n_asked += 1
        answer = self._ask(inputs)
        if self._tell is not None:
            self._tell(self.n_asked)
        return answer

    def known(self) -> Iterable[tuple[Mapping[str, Any], Answer]]:
        """The rows that were asked for, and their answers."""
        return self._known.values()


def _key(inputs: Mapping[str, Any]) -> str:
    return json.dumps(inputs, sort_keys=True, default=str)
