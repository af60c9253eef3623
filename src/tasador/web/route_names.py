"""What a request's route is called, for metrics and logs: as it was declared, never as the client wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from starlette.routing import compile_path
from starlette.types import Scope

__all__ = ["UNMATCHED", "RouteNames"]

#: The name of all addresses at which there is nothing.
UNMATCHED: Final = "unmatched"

#: So many addresses are remembered with their route, of those that are no longer than this.
_REMEMBERED: Final = 10_000
_LONGEST: Final = 200


class RouteNames:
    """Names routes.

    Args:
        paths: Those of the routes, as they were declared.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._patterns = [(compile_path(path)[0], path) for path in dict.fromkeys(paths)]
        self._known: dict[str, str] = {}

    def of(self, scope: Scope, status: int) -> str:
        """Name the route of a request that was answered, by the application or before it was asked."""
        if (route := scope.get("route")) is not None:
            return str(route.path)
        path = scope["path"]
        found = self._known.get(path)
        if found is None:
            if status == HTTPStatus.NOT_FOUND:
                return UNMATCHED
            found = next((name for pattern, name in self._patterns if pattern.match(path)), UNMATCHED)
            if found != UNMATCHED and len(path) <= _LONGEST and len(self._known) < _REMEMBERED:
                self._known[path] = found
        return found
