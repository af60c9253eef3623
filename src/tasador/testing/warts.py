"""The raw file's warts: each is put upon a few records of a catalogue, at least one when it is large."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, NamedTuple

from tasador.testing.names import coin_word
from tasador.testing.record import Record, rename
from tasador.testing.release import RELEASE_FORMS, draw_binary_nonsense, draw_long_number
from tasador.testing.shares import ENTRIES
from tasador.testing.words import EMOJI

__all__ = ["GUARANTEED_FROM", "WARTS", "Wart", "add_warts"]

#: From this many entries on, every wart occurs.
GUARANTEED_FROM: Final = 500
_ONCE: Final = 1 / ENTRIES


class Wart(NamedTuple):
    """An oddity: its share of all entries, beside those that have it by themselves, and its making."""

    name: str
    share: float
    apply: Callable[[Record, Random], None]
    #: Only for entries that are free anyway, as far as there are any.
    for_free: bool = False


def _named(template: str) -> Callable[[Record, Random], None]:
    """A name from a template; `{0}` stands for a word of no language, `{1}` for a pictogram."""

    def apply(record: Record, rng: Random) -> None:
        rename(record, template.format(coin_word(rng), rng.choice(EMOJI)))

    return apply


def _titled(template: str, entity: str, plain: str) -> Callable[[Record, Random], None]:
    """A name whose form on the store page keeps an HTML entity."""

    def apply(record: Record, rng: Random) -> None:
        name = template.format(coin_word(rng))
        rename(record, name)
        record["title"] = name.replace(plain, entity)

    return apply


def _entity_in_name(record: Record, rng: Random) -> None:
    name = f"{coin_word(rng)} &amp; {coin_word(rng)}"
    rename(record, name)


def _worded(field: str, text: str) -> Callable[[Record, Random], None]:
    def apply(record: Record, rng: Random) -> None:
        record[field] = text.format(coin_word(rng))

    return apply


def _dated(draw: Callable[[Random], str]) -> Callable[[Record, Random], None]:
    def apply(record: Record, rng: Random) -> None:
        record["release_date"] = draw(rng)

    return apply


def _without(*fields: str) -> Callable[[Record, Random], None]:
    def apply(record: Record, _rng: Random) -> None:
        for field in fields:
            record.pop(field, None)

    return apply


def _without_id(record: Record, rng: Random) -> None:
    record["url"] = f"http://store.steampowered.com/app/{record['id']}"
    _without("id", "reviews_url")(record, rng)


def _without_name(record: Record, rng: Random) -> None:
    record["url"] = f"http://store.steampowered.com/app/{record['id']}/_/"
    _without("app_name", "title", "publisher", "developer", "price", "discount_price")(record, rng)


def _nearly_empty(record: Record, _rng: Random) -> None:
    record.clear()
    record["url"] = "http://store.steampowered.com/"
    record["price"] = 19.99
    record["discount_price"] = 14.99
    record["early_access"] = False


def _useless(record: Record, _rng: Random) -> None:
    _without("genres", "specs", "tags", "price", "discount_price", "sentiment", "metascore")(record, _rng)


#: Texts in the price field that are rare; the commoner are `shares.FREE_TEXTS`.
_PRICE_TEXTS: Final[dict[str, int]] = {
    "Free": 1,
    "Free to Play": 1,
    "Free To Play": 1,
    "Free Mod": 4,
    "Free Demo": 3,
    "Play for Free!": 2,
    "Third-party": 2,
    "Play Now": 2,
    "Install Now": 1,
    "Play {0}: Tactics Demo": 1,
    "Install Theme": 1,
    "Free {0}™ Holiday Pack": 1,
    "Play the Demo": 1,
    "Starting at $499.00": 1,
    "Starting at $449.00": 1,
    "Free to Try": 1,
    "Free Movie": 1,
    "Free to Use": 1,
}

WARTS: Final[tuple[Wart, ...]] = (
    Wart("apostrophe in name", _ONCE, _named("{0}'s Lantern")),
    Wart("both quotes in name", 9 / ENTRIES, _named('{0}\'s "Paper" Armada')),
    Wart("double quotes in name", 30 / ENTRIES, _named('{0} "Night Shift" Convoy')),
    Wart("Latin-1 character in name", _ONCE, _named("{0}® Édition")),
    Wart("other script in name", _ONCE, _named("{0} 霧の灯台")),
    Wart("character beyond the BMP in name", 14 / ENTRIES, _named("{0} {1}")),
    Wart("backslash in name", 4 / ENTRIES, _named("{0}\\raft")),
    Wart("Python's words in name", 12 / ENTRIES, _named("True {0}: None or False")),
    Wart("Python's text prefix in name", 9 / ENTRIES, _named("You've Met {0}, u'Hoo")),
    Wart("a name that is a Python word", _ONCE, _worded("app_name", "None")),
    Wart("a publisher that is a Python word", 3 / ENTRIES, _worded("publisher", "None")),
    Wart("&amp; in title", 260 / ENTRIES, _titled("{0} & the Menu", "&amp;", "&")),
    Wart("&#39; in title", _ONCE, _titled("{0}'s Ledger", "&#39;", "'")),
    Wart("&quot; in title", _ONCE, _titled('{0} "Zero"', "&quot;", '"')),
    Wart("&gt; in title", 2 / ENTRIES, _titled("{0} > Ashes", "&gt;", ">")),
    Wart("entity in name", 2 / ENTRIES, _entity_in_name),
    Wart("no id, but an address with one", _ONCE, _without_id),
    Wart("no name", _ONCE, _without_name),
    Wart("nearly empty", _ONCE, _nearly_empty),
    Wart("nothing of use", 4 / ENTRIES, _useless),
    Wart("no release date", 17 / ENTRIES, _without("release_date")),
    Wart("implausible year", _ONCE, _dated(draw_long_number)),
    Wart("nonsense for a date", _ONCE, _dated(draw_binary_nonsense)),
    Wart("'NA' for a metascore", _ONCE, _worded("metascore", "NA")),
    *(
        Wart(f"date {text!r}", _ONCE / 10, _worded("release_date", text))
        # The commonest forms come by themselves at their frequency; this makes sure of each.
        for text in RELEASE_FORMS
    ),
    *(
        Wart(f"price {text!r}", count / ENTRIES, _worded("price", text), for_free=True)
        for text, count in _PRICE_TEXTS.items()
    ),
    *(Wart(f"sentiment of {count}", _ONCE, _worded("sentiment", f"{count} user reviews")) for count in range(1, 10)),
)


def add_warts(records: list[Record], rng: Random, *, sure: bool) -> None:
    """Put the warts upon records, in place; no record gets two.

    Args:
        records: A catalogue.
        rng: Where the chance comes from.
        sure: Each wart occurs at least once; else only chance decides. Needs some 150 records.
    """
    paged = [record for record in records if "title" in record]
    rng.shuffle(paged)
    free = [record for record in paged if isinstance(record.get("price"), str)]
    others = [record for record in paged if not isinstance(record.get("price"), str)]
    for wart in WARTS:
        expected = wart.share * len(records)
        count = int(expected + rng.random())
        for _ in range(max(count, 1) if sure else count):
            first, second = (free, others) if wart.for_free else (others, free)
            if first or second:
                wart.apply((first or second).pop(), rng)
    # A second record of the same entry: its address lacks the name.
    for _ in range(max(1, int(_ONCE * len(records) + rng.random())) if sure else 0):
        source, target = others.pop(), others.pop()
        target.clear()
        target.update(source)
        target["url"] = f"http://store.steampowered.com/app/{source['id']}/"
