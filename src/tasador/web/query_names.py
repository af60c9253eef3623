"""The names in a query: one that the route does not know is refused, and one that is given twice and is one value.

What is ignored is answered as if it had been heeded: who asks for `?knd=dlc` would take the answer for one about DLC.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import Any, Final, get_origin
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tasador.appraisal.vocabulary import nearest
from tasador.web.problems import invalid
from tasador.web.wrong_values import MOST_ERRORS, of_parameter

__all__ = ["NamedRoute", "check_names"]

#: Of a name that is not known so much is compared with those that are.
_LONGEST: Final = 50


class NamedRoute(APIRoute):
    """A route that takes the parameters that it declares, and no others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look at the names before the route reads their values."""
        handle = super().get_route_handler()
        known = dict(_declared(self.dependant.query_params))

        async def answer(request: Request) -> Response:
            if request.scope["query_string"]:
                check_names(request.scope["query_string"], known)
            return await handle(request)

        return answer


def check_names(query: bytes, known: Mapping[str, bool]) -> None:
    """Refuse names that are not known, and such as are given again.

    Args:
        query: As it came.
        known: The names that there are, each with whether it may be repeated.

    Raises:
        Problem: There is such a name.
    """
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        given.setdefault(name, []).append(value)
    wrong = [name for name, values in given.items() if name not in known or (len(values) > 1 and not known[name])]
    if wrong:
        errors = [_told(name, given[name], known) for name in wrong[:MOST_ERRORS]]
        raise invalid(errors, n_errors=len(wrong))


def _told(name: str, values: list[str], known: Mapping[str, bool]) -> dict[str, Any]:
    if name in known:
        return of_parameter(
            name, "It is given more than once.", ", ".join(values), "one value", "Leave all but one out."
        )
    expected = f"one of {', '.join(known)}" if known else "no parameters"
    close = nearest(name[:_LONGEST], known)
    do = f"Did you mean {close[0]}?" if close else "Leave it out."
    return of_parameter(name, "There is no such parameter.", values[0], expected, do)


def _declared(fields: Iterable[Any]) -> Iterator[tuple[str, bool]]:
    """Name the parameters of a route, those of a model one by one; a list may be repeated."""
    for field in fields:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from ((name, get_origin(one.annotation) is list) for name, one in annotation.model_fields.items())
        else:
            yield field.alias, get_origin(annotation) is list
