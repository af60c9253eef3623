"""The fields of a request: how each value is read, or what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from tasador.appraisal.said import Said
from tasador.appraisal.vocabulary import fold, nearest
from tasador.contracts.vocabulary import KINDS

__all__ = [
    "LISTS",
    "READERS",
    "ROW_READERS",
    "Reader",
    "RequestError",
    "control_characters",
    "label_list",
    "row_list",
    "shown",
]

#: Years outside these bounds are not release years: the same bounds as the catalogue's.
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2049

_MAX_APP_ID: Final = 2**32 - 1
_MAX_AGE: Final = 255
_MAX_NAME: Final = 300
_MAX_COMPANY: Final = 500
_MAX_LABEL: Final = 100
_MAX_LABELS: Final = 100
_SHOWN: Final = 60

#: Fields that hold several labels.
LISTS: Final = ("genres", "specs", "tags", "platforms", "languages")

#: What separates labels where a row holds them as one text.
SEPARATOR: Final = ";"

#: NOTE: U+0080 to U+009F are not here: names of a real catalogue have them, where a trademark sign was lost.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class RequestError:
    """What is wrong with one field of a request: a value, since all of them are told at once.

    Attributes:
        pointer: Where, as a JSON pointer (RFC 6901).
        what: What is wrong.
        got: What came, cut when it is long.
        expected: What should have come.
        do: What to do.
    """

    pointer: str
    what: str
    got: str
    expected: str
    do: str

    def __str__(self) -> str:
        where = self.pointer or "the request"
        return f"{where}: {self.what}; got {self.got}; expected {self.expected}. {self.do}"

    def to_dict(self) -> dict[str, str]:
        """Turn it into what JSON can hold."""
        return asdict(self)


#: Reads the value of a field: gives what the game holds, None when nothing was given, or what is wrong.
Reader: TypeAlias = Callable[[str, Any], Any]


def control_characters(pointer: str, text: str) -> RequestError | None:
    """Refuse characters that no name has, such as a line end or half of a surrogate pair."""
    found = _CONTROL.search(text)
    if found is None:
        return None
    return RequestError(
        pointer,
        Said("a control character, or bytes that are no UTF-8"),
        Said("U+{code} at character {place}", code=f"{ord(found.group()):04X}", place=found.start() + 1),
        Said("printable text"),
        Said("Take it out."),
    )


def shown(value: object) -> str:
    """Show what came: a text as it is, anything else as JSON, cut when it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else Said("{start}… ({n} characters)", start=text[:_SHOWN], n=len(text))


def _characters(text: str) -> Said:
    return Said("{n} characters", n=len(text))


def _text(limit: int) -> Reader:
    def read(field: str, value: Any) -> str | RequestError | None:
        if type(value) is not str:
            is_list = isinstance(value, list | tuple)
            do = Said("Write them as one text, separated by commas.") if is_list else Said("Put it in quotes.")
            return RequestError(f"/{field}", Said("not a text"), shown(value), Said("a text"), do)
        text = value.strip()
        if len(text) > limit:
            expected, do = Said("at most {n}", n=limit), Said("Shorten it.")
            return RequestError(f"/{field}", Said("the text is too long"), _characters(text), expected, do)
        return control_characters(f"/{field}", text) or text or None

    return read


def _kind(field: str, value: Any) -> str | RequestError | None:
    if value in KINDS:
        return str(value)
    text = fold(value) if isinstance(value, str) else ""
    if text in KINDS:
        return text
    if isinstance(value, str) and not text:
        return None
    close = nearest(text, KINDS)
    if close:
        do = Said("Did you mean {nearest}?", nearest=close[0])
    else:
        do = Said("Leave it out if none of them fits: then it is a game.")
    expected = Said("one of {valid}", valid=", ".join(KINDS))
    return RequestError(f"/{field}", Said("there is no such kind"), shown(value), expected, do)


def _day(field: str, value: Any) -> date | RequestError | None:
    found = value
    if isinstance(value, datetime):
        found = value.date()
    elif type(value) is str:
        text = value.strip()
        if not text:
            return None
        try:
            # NOTE: 2017-W48-4 and 20171130 are ISO dates as well, but nobody means them.
            found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            found = None
    if not isinstance(found, date):
        expected, do = (
            Said("a day that exists, such as 2017-11-30"),
            Said("Write it as year, month and day: YYYY-MM-DD."),
        )
        return RequestError(f"/{field}", Said("the date cannot be read"), shown(value), expected, do)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        years = Said("a year from {first_year} to {last_year}", first_year=FIRST_YEAR, last_year=LAST_YEAR)
        do = Said("Mend the year, or leave the date out: then it is today.")
        return RequestError(f"/{field}", Said("no release date of a PC game"), found.isoformat(), years, do)
    return found


def _flag(field: str, value: Any) -> bool | RequestError:
    if value is True or value is False:
        return bool(value)
    do = Said("Send one of the two, without quotes; leave it out for false.")
    return RequestError(f"/{field}", Said("neither true nor false"), shown(value), Said("true or false"), do)


def _row_flag(field: str, value: Any) -> bool | RequestError | None:
    text = str(value).strip().casefold()
    return None if not text else _FLAGS.get(text, _flag(field, value))


def _whole(low: int, high: int) -> Reader:
    expected = Said("a whole number from {low} to {high}", low=low, high=high)

    def read(field: str, value: Any) -> int | RequestError:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        if type(whole) is not int or not low <= whole <= high:
            do = Said("Send a number, without quotes, or leave it out.")
            return RequestError(f"/{field}", Said("not such a number"), shown(value), expected, do)
        return whole

    return read


def _row_whole(low: int, high: int) -> Reader:
    strict = _whole(low, high)

    def read(field: str, value: Any) -> int | RequestError | None:
        if not isinstance(value, str):
            return strict(field, value)  # type: ignore[no-any-return]
        text = value.strip()
        if not text:
            return None
        try:
            # NOTE: tools that keep a column with gaps as floats write 440 as 440.0.
            return strict(field, float(text) if text.endswith(".0") else int(text))  # type: ignore[no-any-return]
        except ValueError:
            return strict(field, value)  # type: ignore[no-any-return]

    return read


def label_list(field: str, value: Any) -> list[Any] | tuple[Any, ...] | RequestError:
    """Take a list of labels, not yet looked at one by one."""
    if not isinstance(value, list | tuple):
        expected = Said('a list of texts, such as ["Action", "Indie"]')
        do = Said("Put it in brackets, also a single one.")
        return RequestError(f"/{field}", Said("not a list"), shown(value), expected, do)
    if len(value) > _MAX_LABELS:
        n, expected = Said("{n} labels", n=len(value)), Said("at most {n}", n=_MAX_LABELS)
        return RequestError(f"/{field}", Said("too many labels"), n, expected, Said("Leave some out."))
    return value


def row_list(field: str, value: Any) -> list[Any] | tuple[Any, ...] | RequestError:
    """Take a list of labels from a cell: a list, labels separated by semicolons, or a JSON array."""
    if not isinstance(value, str):
        return label_list(field, value)
    text = value.strip()
    if not text.startswith("["):
        return label_list(field, [label for label in text.split(SEPARATOR) if label.strip()])
    try:
        return label_list(field, json.loads(text))
    except (ValueError, RecursionError):
        expected, do = Said('such as ["Action", "Indie"], or Action;Indie'), Said("Separate labels by semicolons.")
        return RequestError(f"/{field}", Said("not a JSON array"), shown(value), expected, do)


def label(pointer: str, value: Any) -> str | RequestError:
    """Read one label."""
    if type(value) is not str or not value.strip():
        expected = Said("a text that is not empty")
        return RequestError(pointer, Said("not a label"), shown(value), expected, Said("Take it out."))
    text = value.strip()
    if len(text) > _MAX_LABEL:
        expected = Said("at most {n}", n=_MAX_LABEL)
        return RequestError(pointer, Said("the label is too long"), _characters(text), expected, Said("Shorten it."))
    return control_characters(pointer, text) or text


#: How each field of a JSON object is read.
READERS: Final[dict[str, Reader]] = {
    "name": _text(_MAX_NAME),
    "kind": _kind,
    **dict.fromkeys(("genres", "specs", "tags"), label_list),
    "developer": _text(_MAX_COMPANY),
    "publisher": _text(_MAX_COMPANY),
    "release_date": _day,
    "early_access": _flag,
    "base_app_id": _whole(1, _MAX_APP_ID),
    "app_id": _whole(1, _MAX_APP_ID),
    "required_age": _whole(0, _MAX_AGE),
    **dict.fromkeys(("platforms", "languages"), label_list),
}

#: How each field of a table's row is read: the same, and texts where a table has nothing else.
ROW_READERS: Final[dict[str, Reader]] = {
    **READERS,
    "early_access": _row_flag,
    "base_app_id": _row_whole(1, _MAX_APP_ID),
    "app_id": _row_whole(1, _MAX_APP_ID),
    "required_age": _row_whole(0, _MAX_AGE),
    **dict.fromkeys(LISTS, row_list),
}
