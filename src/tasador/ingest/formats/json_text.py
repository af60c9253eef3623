"""A stream of JSON text, of which only the part that is being read is held."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.ingest.formats.piece import Piece

__all__ = ["JsonText"]

_SPACE: Final = re.compile(r"\s*")

_IN_NUMBERS: Final = "0123456789.eE+-"


class JsonText:
    """A place in the text of a piece, which goes forward only.

    Args:
        piece: UTF-8, with or without a byte-order mark.
    """

    def __init__(self, piece: Piece) -> None:
        self._blocks = piece.blocks()
        self._where = piece.where
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self._values = json.JSONDecoder()
        self._ended = False
        self._held = ""
        self._at = 0
        self._mark = 0

    def value(self) -> tuple[Any, str] | None:
        """Go past a value: what it is, and its text. None where there is no whole one.

        Raises:
            SourceError: The text is not UTF-8.
        """
        while True:
            try:
                value, end = self._values.raw_decode(self._held, self._at)
            except (ValueError, RecursionError):
                if len(self._held) - self._at > BLOCK_BYTES or not self._fill():
                    return None
                continue
            # NOTE: a number that touches the end of what is held, or has its point there, may go on in the next part.
            may_go_on = end == len(self._held) or (isinstance(value, int | float) and self._held[end] in _IN_NUMBERS)
            if not may_go_on or not self._fill():
                text = self._held[self._at : end]
                self._at = end
                return value, text

    def skip(self) -> None:
        """Go past white space."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._held) or not self._fill():
                return

    def take(self, character: str) -> bool:
        """Go past a character and the white space behind it, if it comes next."""
        if not self._held.startswith(character, self._at):
            return False
        self._at += 1
        self.skip()
        return True

    def mark(self) -> None:
        """Remember this place."""
        self._mark = self._at

    def marked(self) -> str:
        """The text from the remembered place to this one."""
        return self._held[self._mark : self._at]

    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._held) and not self._fill()

    def rest(self) -> str:
        """Show what comes next."""
        return self._held[self._at : self._at + 60]

    def _fill(self) -> bool:
        """Hold more; False at the end of the stream."""
        if self._ended:
            return False
        part = next(self._blocks, None)
        try:
            more = self._bytes.decode(part or b"", final=part is None)
        except UnicodeDecodeError as error:
            raise SourceError("not UTF-8 text", where=self._where, got=error, do="Convert it to UTF-8.") from error
        self._ended = part is None
        self._held = self._held[self._mark :] + more
        self._at, self._mark = self._at - self._mark, 0
        return not self._ended
