"""Who bought what: the purchases of a published table, joined to a catalogue, and what is held out of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from tasador.similar.entries import Entries
from tasador.similar.terms import DEVELOPER, FAMILIES, PUBLISHER, SERIES
from tasador.workflows.owned import Ownership, read_owned

__all__ = ["HeldOut", "any_game", "new_studio", "read"]

#: With fewer games than this somebody's purchases say too little of him.
LEAST_GAMES = 5

#: With fewer left after what shares a studio or series with the held-out one was taken away, too.
LEAST_LEFT = 4

_HEAD = b"user,name,what,hours,zero\n"

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A task: find the one game that was held out, for each person.

    Attributes:
        says: What was held out.
        half: Which half each person is of: parameters are chosen on the first, figures are of the second.
        profile: What is known to be owned, shape (n_people, n_games), 0 or 1.
        single: One game of it, of the same shape.
        owned: All that is owned but the game held out: none of it may be found.
        held: The game held out.
        people: What is known of everybody, whoever he is: all purchases but those held out.
    """

    says: str
    half: Rows
    profile: sparse.csr_array
    single: sparse.csr_array
    owned: sparse.csr_array
    held: Rows
    people: sparse.csr_array

    def known(self, people: Rows, *, single: bool) -> sparse.csr_array:
        """Give what is known to be owned by some people, or one game of it."""
        return (self.single if single else self.profile)[people]


def read(path: Path, games: pl.DataFrame) -> Ownership:
    """Read the purchases: a zip of a CSV without a header, of user, title, purchase or play, hours, 0."""
    with zipfile.ZipFile(path) as file:
        data = file.read(file.namelist()[0])
    return read_owned(io.BytesIO(_HEAD + data), games)


def any_game(libraries: Sequence[Sequence[int]], n_games: int, seed: int = 7) -> HeldOut:
    """Hold out any one purchase of each person.

    Args:
        libraries: Rows of games that each person owns.
    """
    rng = np.random.default_rng(seed)
    chosen = [library for library in libraries if len(library) >= LEAST_GAMES]
    held = [int(rng.choice(library)) for library in chosen]
    known = [[game for game in library if game != out] for library, out in zip(chosen, held, strict=True)]
    return _task("any purchase", chosen, known, held, libraries, n_games, rng)


def new_studio(libraries: Sequence[Sequence[int]], entries: Entries, seed: int = 8) -> HeldOut:
    """Hold out a purchase, and of the rest take away all that is of its developer, publisher or series."""
    rng = np.random.default_rng(seed)
    index = entries.index
    starts = np.concatenate(([0], entries.arrays["ends"]))
    families = [FAMILIES.index(family) for family in (DEVELOPER, PUBLISHER, SERIES)]
    is_tie = np.isin(entries.arrays["families"], families)

    def ties(row: int) -> set[int]:
        held = entries.arrays["held"][starts[row] : starts[row + 1]]
        return set(held[is_tie[held]].tolist())

    of_game = [ties(row) for row in range(index.n_entries)]
    chosen, known, outs = [], [], []
    for library in libraries:
        for out in rng.permutation(library).tolist() if len(library) >= LEAST_GAMES else ():
            rest = [game for game in library if game != out and not of_game[game] & of_game[out]]
            if len(rest) >= LEAST_LEFT:
                chosen.append(library)
                known.append(rest)
                outs.append(out)
                break
    says = "a purchase of another developer, publisher and series than all that is known"
    return _task(says, chosen, known, outs, libraries, index.n_entries, rng)


def _task(
    says: str,
    chosen: Sequence[Sequence[int]],
    known: Sequence[Sequence[int]],
    held: Sequence[int],
    libraries: Sequence[Sequence[int]],
    n_games: int,
    rng: np.random.Generator,
) -> HeldOut:
    owned = [[game for game in library if game != out] for library, out in zip(chosen, held, strict=True)]
    others = [library for library in libraries if len(library) < LEAST_GAMES]
    return HeldOut(
        says,
        rng.integers(2, size=len(chosen)),
        _matrix(known, n_games),
        _matrix([[int(rng.choice(games))] for games in known], n_games),
        _matrix(owned, n_games),
        np.array(held),
        _matrix([*owned, *others], n_games),
    )


def _matrix(libraries: Sequence[Sequence[int]], n_games: int) -> sparse.csr_array:
    ends = np.cumsum([0, *map(len, libraries)])
    games = np.array([game for library in libraries for game in library], dtype=np.int64)
    return sparse.csr_array((np.ones(len(games)), games, ends), shape=(len(libraries), n_games))
