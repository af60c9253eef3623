"""Similar games as answers have them: found, looked up, and told why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from tasador.features.game import Game, from_row
from tasador.features.title import words
from tasador.similar.asked import Asked
from tasador.similar.reasons import Shared
from tasador.similar.table import Table, shown
from tasador.similar.terms import FAMILIES, Term, terms

if TYPE_CHECKING:
    from tasador.similar.entries import Entries
    from tasador.similar.recommending import Liked

__all__ = ["Alike", "Because", "Missing", "Recommended", "SimilarGames"]

#: The family of the labels in each field of the catalogue.
_FAMILIES: Final = {"genres": "genre", "specs": "spec", "tags": "tag"}

#: Where nobody says, of which kind what is recommended is.
_RECOMMENDED_KIND: Final = "game"

#: So many names are proposed for one that is not known.
_PROPOSED: Final = 5

#: What is said of an entry that has something else in common with each of several games.
_APART: Final = "It shares something else with each of them."

Record = Mapping[str, Any]


class Counted(Protocol):
    """A label of the catalogue."""

    @property
    def name(self) -> str:
        """As the catalogue spells it."""

    @property
    def n_games(self) -> int:
        """How many games have it."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An entry that is like another one.

    Attributes:
        app_id: The store's number.
        name: Its name.
        kind: What it is.
        similarity: How alike, 0 to 1.
        price: Its list price as a decimal text; None where it is not known.
        currency: Of the price.
        release_year: When it came out.
        shared: What both have, that which tells most first.
        reason: The same in a sentence.
    """

    app_id: int
    name: str
    kind: str
    similarity: float
    price: str | None
    currency: str | None
    release_year: int
    shared: tuple[str, ...]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**asdict(self), "shared": list(self.shared)}


@dataclass(frozen=True, slots=True)
class Because:
    """A game owned that speaks for an entry.

    Attributes:
        app_id: The store's number.
        name: Its name.
        shared: What both have, that which tells most first.
        reason: The same in a sentence.
    """

    app_id: int
    name: str
    shared: tuple[str, ...]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**asdict(self), "shared": list(self.shared)}


@dataclass(frozen=True, slots=True)
class Recommended:
    """An entry that somebody may like.

    Attributes:
        alike: What it is; its similarity is that to all games owned, and what is shared is so with each of those in
            `because`.
        because: The games owned that it is most like.
    """

    alike: Alike
    because: tuple[Because, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**self.alike.to_dict(), "because": [one.to_dict() for one in self.because]}


@dataclass(frozen=True, slots=True)
class Missing:
    """A game that the catalogue does not have.

    Attributes:
        given: What was given: an app id or a name.
        suggestions: Names that are like it, with their app ids.
    """

    given: int | str
    suggestions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {"given": self.given, "suggestions": list(self.suggestions)}


class SimilarGames:
    """Finds similar games. Threads may share one.

    Args:
        table: The nearest of each entry, found beforehand.
        entries: Gives the entries by kind, when they are needed: for what the table does not say.
        record: Gives a game's record as JSON by its app id, or None.
        search: Finds records by what was typed of a name, the most alike first.
        labels: The genres, specs and tags of the catalogue, by field.
    """

    def __init__(
        self,
        table: Table,
        entries: Callable[[], Mapping[str, Entries]],
        *,
        record: Callable[[int], bytes | None],
        search: Callable[[str], Sequence[bytes]],
        labels: Mapping[str, Iterable[Counted]],
    ) -> None:
        self._table: Final = table
        self._entries: Final = entries
        self._record: Final = record
        self._search: Final = search
        self._holders: Final = {
            Term(_FAMILIES[field], label.name): label.n_games for field, known in labels.items() for label in known
        }

    def find(self, given: int | str) -> Record | Missing:
        """Find a game by its app id, or by its name whatever its case and signs."""
        text = str(given)
        if text.isascii() and text.isdigit() and (found := self._record(int(text))) is not None:
            read: Record = json.loads(found)
            return read
        records = [json.loads(one) for one in self._search(text)] if words(text) else []
        named = [one for one in records if words(one["name"]) == words(text)]
        if named:
            chosen: Record = next((one for one in named if one["kind"] == "game"), named[0])
            return chosen
        return Missing(given, tuple(f"{one['app_id']} {one['name']}" for one in records[:_PROPOSED]))

    def of(self, record: Record, asked: Asked) -> list[Alike]:
        """Find the games most like one, the most alike first.

        Args:
            record: The record of the one.
            asked: Which may be found.
        """
        game = from_row(record)
        found = None
        if not asked.chooses and asked.kind in {None, game.kind}:
            found = self._table.nearest(record["app_id"], asked.limit)
        if found is None:
            # NOTE: loads numpy.
            from tasador.similar.searching import search

            found = search(self._entries(), game, asked)
        return [self._alike(self._read(app_id), similarity, [game]) for app_id, similarity in found]

    def recommend(self, owned: Sequence[Record], asked: Asked) -> list[Recommended]:
        """Find what somebody may like, by the records of the games owned; the most alike to all of them first."""
        # NOTE: loads numpy.
        from tasador.similar.recommending import recommend

        games = {record["app_id"]: from_row(record) for record in owned}
        liked = recommend(self._entries(), games, replace(asked, kind=asked.kind or _RECOMMENDED_KIND))
        return [self._recommended(one, games) for one in liked]

    def _recommended(self, liked: Liked, games: Mapping[int, Game]) -> Recommended:
        record = self._read(liked.app_id)
        entry = from_row(record)
        because = {app_id: self._shared(entry, [games[app_id]]) for app_id in liked.because}
        return Recommended(
            self._alike(record, shown(liked.similarity), [games[app_id] for app_id in because]),
            tuple(
                Because(app_id, games[app_id].name, shared.listed(), shared.sentence())
                for app_id, shared in because.items()
            ),
        )

    def _alike(self, record: Record, similarity: float, games: Sequence[Game]) -> Alike:
        """Tell what an entry is, and what it shares with each of some games."""
        shared = self._shared(from_row(record), games)
        return Alike(
            record["app_id"],
            record["name"],
            record["kind"],
            similarity,
            record["price"],
            record["currency"],
            record["release_year"],
            shared.listed(),
            shared.sentence() if shared.listed() or len(games) == 1 else _APART,
        )

    def _read(self, app_id: int) -> Record:
        found = self._record(app_id)
        if found is None:
            raise LookupError(f"the catalogue has no {app_id}, which its table of similar games names")
        read: Record = json.loads(found)
        return read

    def _shared(self, entry: Game, games: Sequence[Game]) -> Shared:
        """Tell what an entry shares with each of some games, the rarest labels first."""
        common = set(terms(entry)).intersection(*map(terms, games))

        def rarest(term: Term) -> tuple[int, int, str]:
            return self._holders.get(term, 0), FAMILIES.index(term.family), term.label

        return Shared.of(sorted(common, key=rarest), games[0])
