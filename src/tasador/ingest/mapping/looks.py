"""How the values of each field's column are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from tasador.ingest.mapping import evidence
from tasador.ingest.mapping.evidence import Finding

__all__ = ["LOOKS"]


def _texts(values: Sequence[Any]) -> Finding:
    return evidence.share(values, lambda value: isinstance(value, str), "are texts")


def _pages(values: Sequence[Any]) -> Finding:
    return evidence.share(values, lambda value: re.search(r"/app/[0-9]+", str(value)), "lead to a store page")


def _ranges(values: Sequence[Any]) -> Finding:
    return evidence.share(
        values,
        lambda value: re.fullmatch(r"[0-9,]+(?: ?(?:-|\.\.) ?[0-9,]+)?", str(value).strip()),
        "are numbers or ranges",
    )


#: By the keys of `[columns]`, in the order in which they are proposed.
LOOKS: Final[dict[str, Callable[[Sequence[Any]], Finding]]] = {
    "id": evidence.app_ids,
    "name": _texts,
    "title": _texts,
    "url": _pages,
    "release_date": evidence.dates,
    "observed_on": evidence.dates,
    "developer": evidence.names,
    "publisher": evidence.names,
    "genres": evidence.lists,
    "categories": evidence.lists,
    "tags": evidence.lists,
    "platforms": evidence.lists,
    "languages": evidence.lists,
    "early_access": evidence.truths,
    "free": evidence.truths,
    "sentiment": evidence.sentiments,
    "metascore": evidence.scores,
    "positive_reviews": evidence.whole_numbers,
    "negative_reviews": evidence.whole_numbers,
    "owners": _ranges,
    "required_age": evidence.whole_numbers,
    "base_app_id": evidence.whole_numbers,
}
