"""The form that asks for an appraisal: read from an address, so that the address says all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.fields import LISTS, RequestError
from tasador.appraisal.request import FIELDS, Request, read_row
from tasador.appraisal.said import Said
from tasador.web.pages.visit import Pairs

__all__ = ["BEFORE", "MODEL", "Form", "read_form"]

#: The parameter that holds the question before, to tell what changed.
BEFORE: Final = "before"

#: The parameter that holds the version that answered when a link was made.
MODEL: Final = "model"
_LONGEST_MODEL: Final = 80

#: Parameters that choose comparables, by their app ids.
_CHOICES: Final = ("pin", "drop")

#: So many comparables may be chosen.
_MOST_CHOSEN: Final = 100
_MOST_DIGITS: Final = 11

#: Lists that are typed as one text.
_TYPED: Final = frozenset({"languages", "tags"})
_YES: Final = frozenset({"true", "yes", "1"})
_BETWEEN: Final = re.compile("[;,]")


@dataclass(frozen=True, slots=True)
class Form:
    """What an address asks.

    Attributes:
        values: What was given of each field; of a list all of its labels.
        pinned: App ids of entries that are to be among the comparables.
        dropped: App ids of those that are not.
        before: The query of the question before; empty where there was none.
        model: The version that answered when the link was made; empty where it does not say.
        assumed: What is asked of fields that were not given.
        wrong: What is wrong with the chosen comparables.
    """

    values: Mapping[str, tuple[str, ...]]
    pinned: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    before: str = ""
    model: str = ""
    assumed: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[RequestError, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (self.values or self.wrong)

    @property
    def pairs(self) -> Pairs:
        """The query that asks this, and nothing else; on another day it asks the same."""
        return (
            *((name, value) for name in FIELDS for value in self.told(name)),
            *(("pin", str(app_id)) for app_id in self.pinned),
            *(("drop", str(app_id)) for app_id in self.dropped),
        )

    @property
    def early_access(self) -> bool:
        """Whether it is asked about a game in early access."""
        return self.first("early_access").casefold() in _YES

    def first(self, name: str) -> str:
        """Give what was given of a field that holds one value; empty where nothing was."""
        return next(iter(self.values.get(name, ())), "")

    def told(self, name: str) -> tuple[str, ...]:
        """Give what is asked of a field: what was given of it, or else assumed; where nothing is asked, nothing is."""
        assumed = (self.assumed[name],) if name in self.assumed and not self.is_empty else ()
        return self.values.get(name, assumed)

    def with_values(self, name: str, values: Iterable[str]) -> Form:
        """Give another value to a field, and leave the others."""
        kept = {**self.values, name: tuple(values)}
        return replace(self, values={name: values for name, values in kept.items() if values})

    def choosing(self, *, pinned: Iterable[int], dropped: Iterable[int]) -> Form:
        """Choose other comparables."""
        return replace(self, pinned=tuple(pinned), dropped=tuple(dropped))

    def read(self, appraiser: Appraiser) -> Request | tuple[RequestError, ...]:
        """Read it as a request, or say everything that is wrong with it."""
        row = {name: list(values) if name in LISTS else values[0] for name, values in self.values.items()}
        today = appraiser.day_assumed()
        found = read_row({**self.assumed, **row}, appraiser.vocabulary, today=today, may_be_untitled=True)
        if not isinstance(found, Request):
            return (*found, *self.wrong)
        if self.wrong:
            return self.wrong
        return replace(found, pinned=frozenset(self.pinned), dropped=frozenset(self.dropped))


def read_form(pairs: Pairs, appraiser: Appraiser) -> Form:
    """Read a form from a query; parameters that are none of its are left alone."""
    values: dict[str, dict[str, None]] = {}
    for name, text in pairs:
        if name in FIELDS:
            for value in _BETWEEN.split(text) if name in _TYPED else (text,):
                if told := value.strip():
                    values.setdefault(name, {})[told] = None
    chosen, wrong = _chosen(pairs)
    assumed = {} if "release_date" in values else {"release_date": appraiser.day_assumed().isoformat()}
    return Form(
        {name: tuple(found) for name, found in values.items()},
        chosen["pin"],
        tuple(one for one in chosen["drop"] if one not in chosen["pin"]),
        next((value for name, value in pairs if name == BEFORE), ""),
        next((value.strip()[:_LONGEST_MODEL] for name, value in pairs if name == MODEL), ""),
        assumed,
        wrong,
    )


def _chosen(pairs: Pairs) -> tuple[dict[str, tuple[int, ...]], tuple[RequestError, ...]]:
    found: dict[str, dict[int, None]] = {name: {} for name in _CHOICES}
    wrong: list[RequestError] = []
    for name, text in pairs:
        if name not in _CHOICES:
            continue
        for told in filter(None, map(str.strip, _BETWEEN.split(text))):
            _choose(found[name], told, wrong)
    return {name: tuple(ids) for name, ids in found.items()}, tuple(wrong)


def _choose(chosen: dict[int, None], told: str, wrong: list[RequestError]) -> None:
    if told.isascii() and told.isdigit() and len(told) < _MOST_DIGITS and len(chosen) < _MOST_CHOSEN:
        chosen[int(told)] = None
    elif not wrong:
        expected = Said("the number of a game in the store, at most {n} of them", n=_MOST_CHOSEN)
        do = Said("Choose among the games that are shown.")
        wrong.append(RequestError("/pin", Said("not such a number"), repr(told[:60]), expected, do))
