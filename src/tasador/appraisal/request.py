"""A request, from JSON, a row of a table or options, read into a game: what was given, assumed and not known.

Whatever is wrong is told as values, all of it at once. A label that the model has not learned is not wrong: it is
listed, with the nearest known ones, and stays in the game, as a rare label of a catalogue's row does: inputs count
labels, and look up what has the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tasador.appraisal.fields import LISTS, READERS, ROW_READERS, Reader, RequestError, label, shown
from tasador.appraisal.said import Said
from tasador.appraisal.vocabulary import Vocabulary, nearest
from tasador.errors import TasadorError
from tasador.features.game import Game

__all__ = ["FIELDS", "Given", "Request", "RequestRefusedError", "UnknownLabel", "read", "read_row"]

#: The fields of a request.
FIELDS: Final = tuple(READERS)

_LISTS: Final = frozenset(LISTS)

#: Unknown labels of one request for which known ones are proposed: comparing is slow, and a request may be hostile.
_EXPLAINED: Final = 10


class RequestRefusedError(TasadorError, ValueError):
    """A request that cannot be answered.

    Attributes:
        errors: Everything that is wrong with it.
    """

    def __init__(self, errors: tuple[RequestError, ...]) -> None:
        super().__init__("the request is wrong", got=" ".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A label that the model has not learned: it counts as a label, and says nothing by itself.

    Attributes:
        field: The list it came in, such as `genres`.
        label: The label as it came.
        suggestions: Known ones that are like it, the most alike first.
    """

    field: str
    label: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        near = f" (nearest: {', '.join(self.suggestions)})" if self.suggestions else ""
        return f"{self.label!r} in {self.field}{near}"


#: What a field names of which there may be an earlier release.
_NAMED: Final = {"developer": "developer", "base_app_id": "base game"}


@dataclass(frozen=True, slots=True)
class Given:
    """What a request gave, by field.

    Attributes:
        used: Fields that were given and that the model reads.
        defaulted: Fields that were not given and for which a value was assumed, with it.
        absent: Fields that were not given: unknown to the model.
        ignored: Fields that were given and that the model does not read.
        unknown: Labels that the model has not learned.
        unheard: Fields that name something of which the model knows no earlier release: a developer, a base game.
    """

    used: tuple[str, ...]
    defaulted: tuple[tuple[str, Any], ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]
    unknown: tuple[UnknownLabel, ...]
    unheard: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before the answer is used: what of it says less than it seems to."""
        unheard = (f"the model knows no earlier priced release of this {_NAMED[field]}" for field in self.unheard)
        return (*unheard, *self._labels())

    def _labels(self) -> tuple[str, ...]:
        """Tell the first of the unknown labels, and what they were taken as."""
        if not self.unknown:
            return ()
        more = len(self.unknown) - _EXPLAINED
        first = "; ".join(map(str, self.unknown[:_EXPLAINED])) + (f"; and {more} more" if more > 0 else "")
        return (f"labels that the model has not learned count as labels, and say nothing themselves: {first}",)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "used": list(self.used),
            "defaulted": {
                field: value.isoformat() if isinstance(value, date) else value for field, value in self.defaulted
            },
            "absent": list(self.absent),
            "ignored": list(self.ignored),
            "unknown": [
                {"field": one.field, "label": one.label, "suggestions": list(one.suggestions)} for one in self.unknown
            ],
        }


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be answered.

    Attributes:
        game: The game as features read it, the labels that the model has learned spelled as the catalogue spells them.
        given: What of it was given.
        pinned: App ids of entries that are to be among its comparables, if they were known then.
        dropped: App ids of entries that are not to be among them.
    """

    game: Game
    given: Given
    pinned: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()


def read(fields: object, vocabulary: Vocabulary, *, today: date) -> Request | tuple[RequestError, ...]:
    """Read a request from a JSON object or options; a field of another name is wrong.

    Args:
        fields: The fields by name; null is as good as absent.
        vocabulary: The labels that the model knows.
        today: The release date that is assumed when none is given.

    Returns:
        The request, or everything that is wrong with it.
    """
    if not isinstance(fields, Mapping):
        expected, do = Said('an object such as {{"name": "…"}}'), Said("Send the game as an object of its fields.")
        return (RequestError("", Said("not an object"), shown(fields), expected, do),)
    wrong = [_unknown_field(field) for field in fields if field not in READERS]
    return _read(fields, vocabulary, today, READERS, wrong)


def read_row(
    row: Mapping[str, Any], vocabulary: Vocabulary, *, today: date, may_be_untitled: bool = False
) -> Request | tuple[RequestError, ...]:
    """Read a request from a row of a table; columns of other names, such as the true price, are no inputs.

    Args:
        row: Cells by column. Numbers, flags and dates may be texts, and lists texts with semicolons in between or JSON
            arrays; an empty cell and NaN are as good as absent.
        vocabulary: The labels that the model knows.
        today: The release date that is assumed when none is given.
        may_be_untitled: Whether a game that nobody has named yet is a game: its name is empty, and tells nothing.

    Returns:
        The request, or everything that is wrong with it.
    """
    # NOTE: NaN, which is not itself, stands for a gap in tables that other tools wrote.
    cells = {
        field: value for field in FIELDS if (value := row.get(field)) is not None and value == value and value != ""
    }
    return _read(cells, vocabulary, today, ROW_READERS, [], may_be_untitled=may_be_untitled)


def _read(
    fields: Mapping[str, Any],
    vocabulary: Vocabulary,
    today: date,
    readers: Mapping[str, Reader],
    wrong: list[RequestError],
    *,
    may_be_untitled: bool = False,
) -> Request | tuple[RequestError, ...]:
    values: dict[str, Any] = {}
    unknown: list[UnknownLabel] = []
    for field, value in fields.items():
        if value is None or (reader := readers.get(field)) is None:
            continue
        found = reader(field, value)
        if type(found) is RequestError:
            wrong.append(found)
        elif field in _LISTS:
            if labels := _labels(field, found, vocabulary, wrong, unknown):
                values[field] = labels
        elif found is not None:
            values[field] = found
    if "name" not in values and not may_be_untitled and not any(error.pointer == "/name" for error in wrong):
        expected = Said("the game's name in the store")
        wrong.append(RequestError("/name", Said("the name is missing"), Said("nothing"), expected, Said("Give it.")))
    if wrong:
        return tuple(wrong)
    return _request(values, vocabulary, today, unknown)


def _labels(
    field: str, labels: list[Any], vocabulary: Vocabulary, wrong: list[RequestError], unknown: list[UnknownLabel]
) -> tuple[str, ...]:
    """Spell labels as the vocabulary does, each once; those it lacks stay as they came, and go to `unknown` too."""
    kept: dict[str, None] = {}
    strict = vocabulary.knows(field)
    for at, value in enumerate(labels):
        if strict and type(value) is str and (found := vocabulary.match(field, value)) is not None:
            kept[found] = None
            continue
        read_label = label(f"/{field}/{at}", value)
        if isinstance(read_label, RequestError):
            wrong.append(read_label)
            continue
        if strict and read_label not in kept:
            close = vocabulary.nearest(field, read_label) if len(unknown) < _EXPLAINED else ()
            unknown.append(UnknownLabel(field, read_label, close))
        kept[read_label] = None
    return tuple(kept)


def _request(values: dict[str, Any], vocabulary: Vocabulary, today: date, unknown: list[UnknownLabel]) -> Request:
    defaults: dict[str, Any] = {"kind": "game", "release_date": today, "early_access": False}
    defaulted = tuple((field, value) for field, value in defaults.items() if field not in values)
    read_by_model = FIELDS if vocabulary.fields is None else vocabulary.fields
    given = Given(
        used=tuple(field for field in values if field in read_by_model),
        defaulted=defaulted,
        absent=tuple(field for field in FIELDS if field not in values and field not in defaults),
        ignored=tuple(field for field in values if field not in read_by_model),
        unknown=tuple(unknown),
    )
    return Request(Game(**{"name": "", **values, **dict(defaulted)}), given)


def _unknown_field(field: object) -> RequestError:
    pointer = "/" + str(field).replace("~", "~0").replace("/", "~1")
    expected = Said("one of {valid}", valid=", ".join(FIELDS))
    if field == "price_usd":
        do = Said("Leave it out: it is the answer.")
        return RequestError(pointer, Said("the price is no input"), Said("a price"), expected, do)
    close = nearest(str(field), FIELDS)
    do = Said("Did you mean {nearest}?", nearest=close[0]) if close else Said("Leave it out.")
    return RequestError(pointer, Said("there is no such field"), shown(field), expected, do)
