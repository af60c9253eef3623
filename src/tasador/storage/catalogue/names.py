"""Finds names by what somebody typed: accents and case folded, words in any order and unfinished, typos tolerated.

A name is kept under the trigrams of its folded text, as PostgreSQL's pg_trgm does: the names that share trigrams with
what is searched are the few that are looked at. Where no name has every word of it, the names that are closest to it
letter by letter are found: all of what was typed, such as two words that are written as one, or word by word.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, Final, Literal, TypeAlias

from tasador.storage.catalogue.edits import fewest_edits

__all__ = ["NameIndex", "Names", "Run", "fold", "write"]

#: Runs a statement with parameters, and gives all of its rows.
Run: TypeAlias = Callable[[str, Sequence[Any]], list[Any]]

#: The lists of names that are kept.
Names: TypeAlias = Literal["game", "developer"]

#: A name has a number within its list, from 0 on, and is folded, with a space on either side; a trigram is held by the
#: names of such numbers.
_TABLES: Final = """
CREATE TABLE {list}_names (no INTEGER PRIMARY KEY, spaced TEXT NOT NULL);
CREATE TABLE {list}_trigrams (trigram TEXT PRIMARY KEY, holders BLOB NOT NULL) WITHOUT ROWID;
"""

_TRADEMARKS: Final = re.compile("[™®©]")
_APOSTROPHES: Final = re.compile("['’‘`´]")
_INITIALS: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD: Final = re.compile(r"[^\W_]+")

#: Chinese and Japanese put no space between words: each character counts as one.
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")

#: With so few candidates left, the names themselves are looked at instead of further trigrams.
_FEW: Final = 50

#: Where typos are sought, trigrams are counted rarest first, while they have so many holders in all: that bounds what a
#: search may cost. Of the names that share most, so many are compared with what is searched, while they have so many
#: letters in all.
_MOST_HOLDERS: Final = 20_000
_MOST_COMPARED: Final = 120
_MOST_LETTERS: Final = 2_000

#: How many typos there may be, in a word or in the whole: one in 4 letters, two in 7, three in 10 and more.
_TYPOS_A_LETTER: Final = 0.3
_MOST_TYPOS: Final = 3

#: A typo spoils so many trigrams at most, as two swapped letters do. A text with fewer than twice as many is also
#: looked up as if two of its letters were swapped.
_SPOILT: Final = 4

#: Numbers of names are kept in two bytes each while they fit.
_SHORT: Final = 2**16


class NameIndex:
    """A list of names that can be searched. Threads may share one if they may share `run`.

    Args:
        run: Reads the file.
        named: Which list.
    """

    def __init__(self, run: Run, named: Names) -> None:
        self._run: Final = run
        self._named: Final = named
        lengths = run(f"SELECT length(spaced) FROM {named}_names ORDER BY no", ())  # noqa: S608
        self._lengths: Final = array("I", chain.from_iterable(lengths))

    def search(self, text: str) -> list[int]:
        """Find the names that have every word of a text, or its beginning; where none has, those with typos in words.

        Args:
            text: What was typed. Without a letter or digit nothing is found.

        Returns:
            Their numbers in the list, the most alike first: fewest typos, then the words in their order, then whole
            words, then shorter names.
        """
        wanted = fold(text)
        return (self._with_every_word(wanted) or self._with_typos(wanted)) if wanted else []

    def number(self, text: str) -> int | None:
        """Give the number of a name, whatever its case and accents; None where there is none."""
        rows = self._run(f"SELECT no FROM {self._named}_names WHERE spaced = ?", (f" {fold(text)} ",))  # noqa: S608
        return rows[0][0] if rows else None

    def name(self, no: int) -> str:
        """Give a name, folded."""
        ((spaced,),) = self._run(f"SELECT spaced FROM {self._named}_names WHERE no = ?", (no,))  # noqa: S608
        return str(spaced).strip()

    def _with_every_word(self, wanted: str) -> list[int]:
        words = wanted.split()
        trigrams = _trigrams_of(words)
        holders = sorted(self._holders(trigrams), key=len)
        if len(holders) < len(trigrams):
            return []
        # NOTE: where all words have one letter, each name is looked at, which takes milliseconds.
        candidates = set(holders[0] if holders else range(len(self._lengths)))
        for others in holders[1:]:
            if len(candidates) <= _FEW:
                break
            candidates.intersection_update(others)
        likest = [f" {wanted} "] if len(words) == 1 else [f" {wanted}", f" {wanted} "]
        found = self._run(
            f"SELECT no FROM json_each(?) AS candidate CROSS JOIN {self._named}_names ON no = candidate.value "  # noqa: S608
            f"WHERE {' AND '.join(['instr(spaced, ?)'] * len(words))} "
            f"ORDER BY {'NOT instr(spaced, ?), ' * len(likest)}length(spaced), no",
            (json.dumps(list(candidates)), *(f" {word}" for word in words), *likest),
        )
        return [no for (no,) in found]

    def _with_typos(self, wanted: str) -> list[int]:
        words = wanted.split()
        together, apart = _most_typos(wanted), sum(map(_most_typos, words))
        if together == 0:
            return []
        trigrams = _trigrams_of(words)
        spoilt = max(together, apart) * _SPOILT
        if len(trigrams) < 2 * _SPOILT:
            trigrams |= _trigrams_of(word for swapped in _swapped(wanted) for word in swapped.split())
            spoilt = len(trigrams)
        holders = sorted(self._holders(trigrams), key=len)
        shared, n_taken = _counted(holders)
        # NOTE: trigrams that no name has are spoilt already.
        least = max(n_taken + len(trigrams) - len(holders) - spoilt, 1)
        rows = self._run(
            f"SELECT no, spaced FROM json_each(?) AS likely CROSS JOIN {self._named}_names ON no = likely.value",  # noqa: S608
            (json.dumps(self._likeliest(shared, least)),),
        )
        typos = _Typos(wanted)
        found = ((typos.in_name(spaced), len(spaced), no) for no, spaced in rows)
        return [no for _, _, no in sorted((n, length, no) for n, length, no in found if n is not None)]

    def _likeliest(self, shared: Counter[int], least: int) -> list[int]:
        """Choose names that share many trigrams; of those that share equally many, the shortest.

        Args:
            shared: How many each name shares.
            least: With fewer it has too many typos.
        """
        # NOTE: thousands of names share a few; finding how many the first share is faster than sorting all.
        room = _MOST_COMPARED
        for n, n_names in sorted(Counter(shared.values()).items(), reverse=True):
            room -= n_names
            if room <= 0:
                least = max(least, n)
                break
        found = sorted((-n, self._lengths[no], no) for no, n in shared.items() if n >= least)[:_MOST_COMPARED]
        letters = accumulate(length for _, length, _ in found)
        return [no for (_, _, no), total in zip(found, letters, strict=True) if total <= _MOST_LETTERS]

    def _holders(self, trigrams: Iterable[str]) -> list[array[int]]:
        """Look up who holds each of the trigrams that anybody holds."""
        rows = self._run(
            f"SELECT holders FROM {self._named}_trigrams WHERE trigram IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(sorted(trigrams)),),
        )
        code = _code(len(self._lengths))
        return [array(code, holders) for (holders,) in rows]


class _Typos:
    """Counts the typos between what was typed and names: in all of it, or word by word, in whatever order.

    Args:
        wanted: What was typed, folded.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted: Final = wanted
        self._most: Final = _most_typos(wanted)
        self._words: Final = [(word, _most_typos(word)) for word in sorted(wanted.split(), key=len, reverse=True)]
        self._known: Final[dict[tuple[str, str], int]] = {}

    def in_name(self, spaced: str) -> int | None:
        """Count those of a name, a space on either side; None where there are too many."""
        fewest = fewest_edits(f" {self._wanted}", spaced)
        if fewest > 1 and len(self._words) > 1 and (apart := self._apart(spaced.split())) is not None:
            return min(fewest, apart)
        return fewest if fewest <= self._most else None

    def _apart(self, names: Sequence[str]) -> int | None:
        total = 0
        for word, most in self._words:
            fewest = min(self._of_word(word, most, name) for name in names)
            if fewest > most:
                return None
            total += fewest
        return total

    def _of_word(self, word: str, most: int, name: str) -> int:
        known = self._known.get((word, name))
        if known is None:
            # NOTE: each letter that a name lacks is a typo at least; most words lack too many.
            known = len(set(word).difference(name))
            if known <= most and not name.startswith(word):
                known = fewest_edits(f" {word}", f" {name} ")
            self._known[word, name] = known
        return known


def fold(name: str) -> str:
    """Drop what should not tell two names apart: case, accents, trademark signs and all that is no letter or digit."""
    text = _APOSTROPHES.sub("", _TRADEMARKS.sub(" ", name))
    text = _INITIALS.sub(lambda found: found.group().replace(".", ""), text)
    if not text.isascii():
        text = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
        text = _UNSPACED.sub(r" \g<0> ", text)
    return " ".join(_WORD.findall(text.casefold()))


def write(connection: sqlite3.Connection, named: Names, names: Sequence[str]) -> None:
    """Write a list of folded names."""
    connection.executescript(_TABLES.format(list=named))
    rows = ((no, f" {name} ") for no, name in enumerate(names))
    connection.executemany(f"INSERT INTO {named}_names VALUES (?, ?)", rows)  # noqa: S608
    holders: defaultdict[str, array[int]] = defaultdict(lambda: array(_code(len(names))))
    for no, name in enumerate(names):
        for trigram in _trigrams(f" {name} "):
            holders[trigram].append(no)
    packed = ((trigram, holders[trigram].tobytes()) for trigram in sorted(holders))
    connection.executemany(f"INSERT INTO {named}_trigrams VALUES (?, ?)", packed)  # noqa: S608


def _counted(holders: Iterable[Sequence[int]]) -> tuple[Counter[int], int]:
    """Count how many trigrams each name holds, the rarest first; tell also how many were counted."""
    shared = Counter[int]()
    room = _MOST_HOLDERS
    n_taken = 0
    for names in holders:
        room -= len(names)
        if room < 0 and n_taken:
            break
        shared.update(names)
        n_taken += 1
    return shared, n_taken


def _trigrams_of(words: Iterable[str]) -> set[str]:
    """Cut the trigrams of words that may be unfinished, which gives none of those that have one letter."""
    return set().union(*(_trigrams(f" {word} " if _UNSPACED.fullmatch(word) else f" {word}") for word in words))


def _trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _swapped(text: str) -> list[str]:
    """Swap each two neighbours."""
    return [f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}" for at in range(len(text) - 1)]


def _most_typos(text: str) -> int:
    return min(int(_TYPOS_A_LETTER * len(text)), _MOST_TYPOS)


def _code(n_names: int) -> str:
    return "H" if n_names <= _SHORT else "I"
