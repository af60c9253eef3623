"""What people call the codes and columns of the core: kinds, fields, groups of inputs, inputs.

Each is a message to be translated; `message` marks it as one for those who collect them.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tasador.appraisal.fields import RequestError
    from tasador.web.pages.language import Language

__all__ = [
    "CONFIDENCE",
    "FIELDS",
    "GROUPS",
    "INPUTS",
    "KINDS",
    "LABELLED",
    "MONTHS",
    "SENTIMENT",
    "error_told",
    "field_value",
    "input_name",
    "input_value",
]


def message(text: str) -> str:
    """Mark a text as a message."""
    return text


MONTHS: Final = (
    message("January"),
    message("February"),
    message("March"),
    message("April"),
    message("May"),
    message("June"),
    message("July"),
    message("August"),
    message("September"),
    message("October"),
    message("November"),
    message("December"),
)

_WEEKDAYS: Final = (
    message("Monday"),
    message("Tuesday"),
    message("Wednesday"),
    message("Thursday"),
    message("Friday"),
    message("Saturday"),
    message("Sunday"),
)

#: The kinds of entries: `tasador.contracts.vocabulary.KINDS`.
KINDS: Final = {
    "game": message("Game"),
    "dlc": message("Downloadable content (DLC)"),
    "soundtrack": message("Soundtrack"),
    "software": message("Software"),
    "video": message("Video"),
    "hardware": message("Hardware"),
    "demo": message("Demo"),
    "mod": message("Mod"),
    "advertising": message("Advertising"),
}

#: The store's summaries of user reviews: `tasador.contracts.vocabulary.SENTIMENTS`.
SENTIMENT: Final = {
    "Overwhelmingly Positive": message("Overwhelmingly positive"),
    "Very Positive": message("Very positive"),
    "Positive": message("Positive"),
    "Mostly Positive": message("Mostly positive"),
    "Mixed": message("Mixed"),
    "Mostly Negative": message("Mostly negative"),
    "Negative": message("Negative"),
    "Very Negative": message("Very negative"),
    "Overwhelmingly Negative": message("Overwhelmingly negative"),
}

#: The fields of a request: `tasador.appraisal.request.FIELDS`.
FIELDS: Final = {
    "name": message("Title"),
    "kind": message("Kind"),
    "genres": message("Genres"),
    "specs": message("Features"),
    "tags": message("Tags by users"),
    "developer": message("Developer"),
    "publisher": message("Publisher"),
    "release_date": message("Release date"),
    "early_access": message("Early access"),
    "base_app_id": message("Belongs to the game number"),
    "app_id": message("Own store number"),
    "required_age": message("Required age"),
    "platforms": message("Platforms"),
    "languages": message("Languages"),
}

#: The words for how far an answer can be trusted.
CONFIDENCE: Final = {
    "high": message("High confidence"),
    "medium": message("Medium confidence"),
    "low": message("Low confidence"),
}

#: The groups of inputs that an estimate is explained with.
GROUPS: Final = {
    "kind": message("Kind"),
    "genres": message("Genres"),
    "specs": message("Features"),
    "title": message("Title"),
    "platforms": message("Platforms"),
    "date": message("Release date"),
    "early access": message("Early access"),
    "languages": message("Languages"),
    "age": message("Required age"),
    "tags": message("Tags by users"),
    "reception": message("Reception"),
    "developer": message("Developer’s earlier prices"),
    "publisher": message("Publisher’s earlier prices"),
    "series": message("Prices in the series"),
    "app id": message("Neighbours in the store’s numbering"),
}

#: Inputs that say whether an entry has a label: what stands before it.
LABELLED: Final = {
    "kind": message("Kind {label}"),
    "genre": message("Genre {label}"),
    "spec": message("Feature {label}"),
    "word": message("Word “{label}” in the title"),
    "platform": message("Platform {label}"),
    "tag": message("Tag {label}"),
}

_STATISTICS: Final = {
    "earlier releases": message("{who}: earlier releases"),
    "mean": message("{who}: usual price"),
    "above the level": message("{who}: price against the market of its day"),
    "newest weigh most": message("{who}: recent prices"),
    "highest": message("{who}: highest price"),
    "lowest": message("{who}: lowest price"),
    "last": message("{who}: last price"),
}

_WHO: Final = {
    "developer": message("Developer"),
    "developer and kind": message("Developer, same kind"),
    "publisher": message("Publisher"),
    "publisher and kind": message("Publisher, same kind"),
    "series": message("Series"),
    "series and kind": message("Series, same kind"),
}

#: The other inputs.
INPUTS: Final = {
    "genres: number": message("Number of genres"),
    "specs: number": message("Number of features"),
    "kind and genres: above the level": message("Games of the same genres: price against the market of their day"),
    "kind and specs: above the level": message("Games with the same features: price against the market of their day"),
    "kind, genres and specs: above the level": message(
        "Games of the same genres and features: price against the market of their day"
    ),
    "title: characters": message("Length of the title"),
    "title: words": message("Words in the title"),
    "title: numbers": message("Numbers in the title"),
    "title: last number": message("Last number in the title"),
    "title: has a colon": message("Colon in the title"),
    "title: has a dash": message("Dash in the title"),
    "title: has a trademark sign": message("Trademark sign in the title"),
    "title: share beyond ASCII": message("Share of letters beyond A to Z in the title"),
    "title: share of capitals": message("Share of capitals in the title"),
    "words: mean above the level": message("Titles with such words: usual price against the market"),
    "words: highest above the level": message("Titles with such words: highest price against the market"),
    "words: lowest above the level": message("Titles with such words: lowest price against the market"),
    "years before the newest training year": message("Years before the newest year learned"),
    "month": message("Month"),
    "weekday": message("Day of the week"),
    "early access": message("In early access"),
    "languages: number": message("Number of languages"),
    "required age": message("Required age"),
    "sentiment": message("Summary of the reviews, 1 (worst) to 9 (best)"),
    "user reviews": message("User reviews"),
    "reviews": message("Reviews"),
    "positive reviews": message("Share of positive reviews"),
    "metascore": message("Critics’ score"),
    "publisher: is the developer": message("Publisher is the developer"),
    "developer's closest title: characters alike": message("Developer’s closest title: letters alike"),
    "developer's closest title: share alike": message("Developer’s closest title: share alike"),
    "developer's closest title: price": message("Developer’s closest title: price"),
    "publisher's closest title: characters alike": message("Publisher’s closest title: letters alike"),
    "publisher's closest title: share alike": message("Publisher’s closest title: share alike"),
    "publisher's closest title: price": message("Publisher’s closest title: price"),
    "base game: price": message("Base game: price"),
    "base game: words of its title": message("Base game: words of its title"),
    "nearest app id: price": message("Neighbour in the numbering: price"),
    "nearest app id: distance": message("Neighbour in the numbering: distance"),
    "nearest app id of the kind: price": message("Neighbour of the kind: price"),
    "nearest app id of the kind: distance": message("Neighbour of the kind: distance"),
}

_MOST_PLAIN: Final = 10_000.0


def error_told(language: Language, error: RequestError) -> str:
    """Say what is wrong with a request, and with which field."""
    field = error.pointer.split("/")[1] if error.pointer else ""
    if not field:
        return language.told(error.what)
    return language.say(
        message("{field}: {what}; got {got}; expected {expected}."),
        field=language.say(FIELDS[field]) if field in FIELDS else field,
        what=language.told(error.what),
        got=language.told(error.got),
        expected=language.told(error.expected),
    )


def field_value(language: Language, name: str, value: Any) -> str:
    """Write the value of a field of a request."""
    if isinstance(value, bool):
        return language.say(message("yes") if value else message("no"))
    if name == "kind":
        return language.say(KINDS[value])
    if isinstance(value, date):
        return language.date(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def input_name(language: Language, name: str) -> str:
    """Name an input of the model."""
    if name in INPUTS:
        return language.say(INPUTS[name])
    start, _, rest = name.partition(": ")
    if start in _WHO and rest in _STATISTICS:
        return language.say(_STATISTICS[rest], who=language.say(_WHO[start]))
    label = language.say(KINDS[rest]) if start == "kind" and rest in KINDS else rest
    return language.say(LABELLED[start], label=label)


def input_value(language: Language, name: str, unit: str, value: float | None) -> str:
    """Write the value of an input; logarithms of prices as prices, or how many times the usual ones they are."""
    if value is None:
        return language.say(message("unknown"))
    if unit == "0 or 1":
        return language.say(message("yes") if value else message("no"))
    if unit == "log USD":
        amount = math.exp(value)
        return language.factor(amount) if name.endswith("above the level") else language.money(amount)
    if unit.startswith("share"):
        return language.percent(value)
    if name == "month":
        return language.say(MONTHS[int(value) - 1])
    if name == "weekday":
        return language.say(_WEEKDAYS[int(value)])
    return language.number(value, 0 if value == int(value) or value > _MOST_PLAIN else 1)
