"""Search for a line that the compiled reader of Python literals reads otherwise than `ast.literal_eval`.

Run it with `python -m tests.fuzz.literals --seconds 3600 [--seed S]`; it ends with 1 at the first such line.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from tasador.ingest.formats.python_literals import read_block, read_record
from tasador.ingest.raw_fields import PUBLISHED_FIELDS
from tasador.testing import make_raw_lines

#: What a row says: the fields in their order.
Row = tuple[str | bool | list[str] | None, ...]

#: Lines read in one block.
BLOCK_LINES: Final = 500

_FIELDS: Final = tuple((name.encode(), dtype) for name, dtype in PUBLISHED_FIELDS.items())
_NAMES: Final = tuple(name for name, _ in _FIELDS)

#: What may stand in a line, also where it should not.
QUOTES: Final = (b"'", b'"', b"\\", b"u'", b'u"', b"U'", b"b'", b"r'", b"f'", b"bu'", b"'''", b"u")
SIGNS: Final = (
    *(b"{", b"}", b"[", b"]", b"(", b")", b",", b":", b", ", b": ", b" ", b"  ", b"+", b"-", b";", b"#", b"..."),
    *(b"\t", b"\r", b"\n", b"\x0c", b"\x00"),
)
NUMBERS: Final = (
    *(b"0", b"-0", b"0.0", b"-0.0", b"00", b"007", b"7", b"9.99", b"1.10", b".5", b"5.", b"1e5", b"1e-5", b"1_000"),
    *(b"0.0001", b"0.00001", b"0.1e1", b"1j", b"1L", b"0x10", b"0b1", b"1e400", b"9" * 5000, b"123456789012345"),
    *(b"1234567890123456", b"12345678901234.5", b"0.1234567890123456", b"99999999.99999999", b"0.30000000000000004"),
)
ESCAPES: Final = (
    *(b"\\'", b'\\"', b"\\\\", b"\\n", b"\\t", b"\\r", b"\\a", b"\\b", b"\\f", b"\\v", b"\\x41", b"\\xe9", b"\\x00"),
    *(b"\\u00e9", b"\\u5F39", b"\\uD7FF", b"\\ud83c\\udfae", b"\\ud83c\\U0000dfae", b"\\U0000d83c\\udfae", b"\\ue000"),
    *(b"\\ufeff", b"\\uffff", b"\\U0001f3ae", b"\\U0010ffff"),
)
ODD_ESCAPES: Final = (
    *(b"\\0", b"\\12", b"\\777", b"\\N{DIGIT ONE}", b"\\q", b"\\ ", b"\\x", b"\\x4", b"\\xG0", b"\\u", b"\\u00g9"),
    *(b"\\ud83c", b"\\udfae", b"\\ud83c\\ud83c\\udfae", b"\\U00110000", b"\\Uffffffff", b"\\U0001f3a"),
)
CHARACTERS: Final = (
    *("é".encode(), "弹".encode(), "🎮".encode(), "\u2028".encode(), "\u0085".encode(), "\ufeff".encode(), b"\x7f"),
    *(b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xf0\x90\x80\x80", b"\xf4\x8f\xbf\xbf"),
)
NO_CHARACTERS: Final = (
    *(b"\xff", b"\xc0\x80", b"\xc1\xbf", b"\xc2", b"\xe0\x9f\xbf", b"\xed\xa0\xbc", b"\xf0\x8f\xbf\xbf"),
    *(b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe5\xbc", b"\x80"),
)
VALUES: Final = (
    *(b"True", b"False", b"None", b"true", b"null", b"nan", b"inf", b"[]", b"{}", b"()", b"[u'']", b"u''", b'"it\'s"'),
    *(b"u'a' u'b'", b"'a' 'b'", b"'x'", b"[u'a', u'b']", b"['a', None]", b"[1]", b"[['a']]", b"('a',)", b"'''a'''"),
)
#: What may stand in a text.
INNER: Final = (*ESCAPES, *CHARACTERS, *VALUES[:7], b"u", b", ", b": ", b"{", b"}", b"[", b"]", b"#")
TOKENS: Final = (
    *(*QUOTES, *SIGNS, *NUMBERS, *ESCAPES, *ODD_ESCAPES, *CHARACTERS, *NO_CHARACTERS, *VALUES),
    *_NAMES,
    *(b"'" + name + b"': " for name in _NAMES),
)

_LINES: Final = tuple(make_raw_lines(2_000, seed=11))


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a block.

    Attributes:
        lines: Lines in it.
        read: Those that the compiled reader read.
        difference: What it read otherwise than `ast.literal_eval`; None where that is nothing.
    """

    lines: int
    read: int
    difference: str | None


def try_block(block: bytes) -> Tried:
    """Read a block with the compiled reader, and each line that it read with `ast.literal_eval` too."""
    found, others = read_block(block)
    places = sorted([*found.select("start", "stop").rows(), *others.rows()])
    rows = found.select(PUBLISHED_FIELDS.names()).rows()
    return Tried(len(places), len(rows), misplaced(block, places) or misread(block, found, rows))


def meaning(line: bytes) -> Row | None:
    """Say what columns a line gives by `ast.literal_eval`; None where it is no record or needs a closer look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = read_record(line)
    if isinstance(record, str) or not record.keys() <= PUBLISHED_FIELDS.keys():
        return None
    row: list[str | bool | list[str] | None] = []
    for name, dtype in PUBLISHED_FIELDS.items():
        value = record.get(name)
        match value:
            case None:
                row.append(None)
            case bool() if dtype == pl.Boolean:
                row.append(value)
            case str() if dtype == pl.String:
                row.append(_well_formed(value))
            case int() | float() if dtype == pl.String and not isinstance(value, bool):
                row.append(repr(value))
            case list() if dtype == pl.List(pl.String) and all(isinstance(item, str) for item in value):
                row.append([_well_formed(item) for item in value])
            case _:
                return None
    return tuple(row)


def _well_formed(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def misplaced(block: bytes, places: list[tuple[int, int]]) -> str | None:
    lines = block.removesuffix(b"\n").split(b"\n") if block else []
    ends = list(itertools.accumulate(len(line) + 1 for line in lines))
    expected = [(end - 1 - len(line), end - 1) for line, end in zip(lines, ends, strict=True)]
    return None if places == expected else f"lines are at {expected}, were found at {places}, in {block!r}"


def misread(block: bytes, found: pl.DataFrame, rows: Iterable[Row]) -> str | None:
    for (start, stop), row in zip(found.select("start", "stop").iter_rows(), rows, strict=True):
        line = block[start:stop]
        expected = meaning(line)
        if row != expected:
            return f"{line!r}\nwas read as  {row!r}\nbut means    {expected!r}"
    return None


def make_line(rng: random.Random) -> bytes:
    """Make a line that is nearly a record."""
    line = rng.choice(_LINES) if rng.random() < 0.3 else _make_short(rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        line = rng.choice(_MUTATIONS)(line, rng)
    return line


def _make_short(rng: random.Random) -> bytes:
    pairs = []
    for name, dtype in rng.sample(_FIELDS, rng.randrange(1, 4)):
        value = rng.choice(_MAKERS[dtype])(rng) if rng.random() < 0.9 else rng.choice(TOKENS)
        pairs.append(b"u'" + name + b"': " + value)
    return b"{" + b", ".join(pairs) + b"}"


def _text(rng: random.Random) -> bytes:
    quote = rng.choice((b"'", b"'", b'"'))
    inner = [rng.choice(INNER if rng.random() < 0.95 else TOKENS) for _ in range(rng.randrange(4))]
    if rng.random() < 0.1:
        inner.append(b'"' if quote == b"'" else b"'")
    return rng.choice((b"u", b"u", b"", b"U")) + quote + b"".join(inner) + rng.choice((b"", b"z")) + quote


def _texts(rng: random.Random) -> bytes:
    return b"[" + b", ".join(_text(rng) for _ in range(rng.randrange(4))) + b"]"


def _number(rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return rng.choice(NUMBERS)
    digits = str(rng.randrange(10 ** rng.randrange(1, 18)))
    at = rng.randrange(len(digits) + 1)
    return rng.choice((digits, f"{digits[:at]}.{digits[at:]}", f"0.{'0' * at}{digits}")).encode()


def _truth(rng: random.Random) -> bytes:
    return rng.choice((b"True", b"False"))


_MAKERS: Final[dict[pl.DataType, tuple[Callable[[random.Random], bytes], ...]]] = {
    pl.String(): (_text, _text, _number),
    pl.List(pl.String()): (_texts,),
    pl.Boolean(): (_truth,),
}


def _flip(line: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + rng.randbytes(1) + line[at + 1 :]


def _insert(line: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + rng.choice(TOKENS) + line[at:]


def _delete(line: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + line[at + rng.randrange(1, 6) :]


def _repeat(line: bytes, rng: random.Random) -> bytes:
    at, start = rng.randrange(len(line) + 1), rng.randrange(len(line) + 1)
    return line[:at] + line[start : start + rng.randrange(1, 40)] + line[at:]


def _splice(line: bytes, rng: random.Random) -> bytes:
    other = rng.choice(_LINES)
    return line[: rng.randrange(len(line) + 1)] + other[rng.randrange(len(other)) :]


def _swap(line: bytes, rng: random.Random) -> bytes:
    """Put a token in the place of another."""
    old = [token for token in rng.sample(TOKENS, 20) if token in line]
    return line.replace(rng.choice(old), rng.choice(TOKENS), rng.choice((1, -1))) if old else line


def _exchange(line: bytes, rng: random.Random) -> bytes:
    """Exchange two of the parts between commas."""
    parts = line.split(b", ")
    one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return b", ".join(parts)


def _truncate(line: bytes, rng: random.Random) -> bytes:
    return line[: rng.randrange(len(line) + 1)]


_MUTATIONS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    *(_flip, _insert, _insert, _delete, _repeat, _splice, _swap, _swap, _exchange, _truncate),
)


def make_block(seed: int) -> bytes:
    """Make a block of lines that are nearly records: the same for the same seed."""
    rng = random.Random(seed)
    block = b"\n".join(make_line(rng) for _ in range(BLOCK_LINES))
    return block + b"\n" if rng.random() < 0.5 else block


def search(seed: int, *, seconds: float, blocks: int | None = None) -> tuple[int, Tried]:
    """Try blocks until something differs or the time or their number is over; print what was done.

    Returns:
        The seed of the last block, and what came of all: lines, lines read, the first difference.
    """
    began = said = time.monotonic()
    lines = read = 0
    for block_seed in itertools.count(seed):
        tried = try_block(make_block(block_seed))
        lines += tried.lines
        read += tried.read
        now = time.monotonic()
        over = now - began >= seconds or block_seed - seed + 1 == blocks or tried.difference is not None
        if over or now - said >= 60:
            said = now
            print(
                f"{lines:,} lines, {read:,} read ({read / lines:.0%}), {lines / (now - began):,.0f} a second, "
                f"blocks {seed} to {block_seed}",
                flush=True,
            )
        if over:
            break
    return block_seed, Tried(lines, read, tried.difference)


def main() -> int:
    """Search as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long to search; default %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the first block; the next has the next")
    asked = parser.parse_args()
    seed, tried = search(asked.seed, seconds=asked.seconds)
    if tried.difference is None:
        print("no difference")
        return 0
    print(f"DIFFERENCE, block {seed}:\n{tried.difference}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
