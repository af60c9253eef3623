"""Answers of the store's `appdetails` call, as `tasador fetch` and others keep them.

A file is one answer, `{"10": {"success": true, "data": {…}}}`, on one line or over many; or one a line, perhaps with
the time at which it came beside the id; or one object with the answers for many ids, of any size. Each id is a record.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from tasador.ingest.formats import line as one_line
from tasador.ingest.formats import store_answer
from tasador.ingest.formats.batches import batches
from tasador.ingest.formats.json_object import members
from tasador.ingest.formats.lines import BLOCK_BYTES, blocks_of_lines, split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows

__all__ = ["looks_like_answers", "read"]

_Read: TypeAlias = tuple[bytes, dict[str, Any] | str]

#: The key that may stand beside the ids.
_RETRIEVED_AT: Final = "retrieved_at"

#: How an answer begins, at the start of a file or line.
_START: Final = re.compile(
    rb'^(?:\xef\xbb\xbf)?\{\s*(?:"retrieved_at"\s*:\s*"[^"]*"\s*,\s*)?"[0-9]+"\s*:\s*\{\s*"(?:success|data)"\s*:',
    re.MULTILINE,
)

#: Lines that are tried to find whether a file has an answer a line.
_TRIED: Final = 50

_NOT_READ: Final = "answer_not_read"
_NO_JSON: Final = (ValueError, RecursionError)


def looks_like_answers(head: bytes) -> bool:
    """Whether a source that begins so holds answers of the store."""
    return _START.search(head) is not None


def read(pieces: Iterable[Piece]) -> Iterator[RawRows]:
    """Read pieces, many small ones at once.

    What is no answer is refused by the rule `answer_not_read`: a line, or a file that is not larger than a block.

    Raises:
        SourceError: A larger file is damaged.
    """
    return batches(itertools.chain.from_iterable(map(_answers, pieces)))


def _answers(piece: Piece) -> Iterator[_Read]:
    blocks = piece.blocks()
    head = b""
    for block in blocks:
        head += block
        if len(head) > BLOCK_BYTES:
            break
    whole = Piece(piece.where, lambda: itertools.chain((head,), blocks))
    if _is_lines(head):
        for lines in map(split, blocks_of_lines(whole)):
            for line in lines:
                yield from _of_line(line)
    elif len(head) <= BLOCK_BYTES:
        yield from _of_document(head)
    else:
        yield from _of_large_document(whole)


def _is_lines(head: bytes) -> bool:
    """Whether any of the first lines, of several, is an answer by itself."""
    lines = (line for line in io.BytesIO(head) if line.strip())
    first = list(itertools.islice(lines, _TRIED))
    return len(first) > 1 and any(isinstance(_of_text(line), dict) for line in first if line.startswith(b"{"))


def _of_text(text: bytes) -> dict[str, Any] | str:
    """Read an object with app ids as keys, or the name of the rule by which it is refused."""
    try:
        value = json.loads(text.decode("utf-8-sig"))
    except _NO_JSON:
        return _NOT_READ
    return value if isinstance(value, dict) and any(map(_is_id, value)) else _NOT_READ


def _of_line(line: bytes) -> Iterator[_Read]:
    if len(line) <= one_line.MAX_LINE_BYTES and line.strip():
        yield from _of_document(line)
    else:
        yield line, "line_too_long" if line.strip() else "line_blank"


def _of_document(text: bytes) -> Iterator[_Read]:
    value = _of_text(text)
    if isinstance(value, str):
        yield text, value
        return
    retrieved_at = value.pop(_RETRIEVED_AT, None)
    ids = [key for key in value if _is_id(key)]
    if len(ids) == 1:
        yield text, store_answer.read(ids[0], value[ids[0]], retrieved_at)
        return
    for member in members(Piece("", lambda: iter((text,)))):
        if _is_id(member.key):
            yield b"{%b}" % member.text, store_answer.read(member.key, member.value, retrieved_at)


def _of_large_document(piece: Piece) -> Iterator[_Read]:
    retrieved_at = None
    for member in members(piece):
        if _is_id(member.key):
            yield b"{%b}" % member.text, store_answer.read(member.key, member.value, retrieved_at)
        elif member.key == _RETRIEVED_AT:
            retrieved_at = member.value


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit()
