"""Whether similar games are those that people bought: the tables of docs/similar.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.similar import purchases
from benchmarks.similar.choosing import choose
from benchmarks.similar.figures import Gains, Interval, difference, gains, interval, shown
from benchmarks.similar.purchases import HeldOut
from benchmarks.similar.ways import JOINED, OURS, by_terms, vectors, ways
from tasador.features.game import from_row
from tasador.models import markdown
from tasador.similar import making
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.owned import Ownership

__all__ = ["evaluate"]

_OTHERWISE = "ours, families weighed as the other half of the people would have it"

_HEADS = (
    "way",
    "recall@10",
    "recall@20",
    "NDCG@20",
    "recall@10 less ours'",
    "recall@10 less the joined one's",
    "games in anybody's list",
    "owners of the median game",
    "spread of prices",
)

Floats = npt.NDArray[np.float64]


def evaluate(workspace: Workspace, snapshot: str, table: Path) -> Iterator[str]:
    """Measure all ways, and give the paragraphs and tables of what came of it."""
    games = snapshots.load_games(workspace, snapshot)
    bought = purchases.read(table, games)
    rows = [from_row(row) for row in games.iter_rows(named=True)]
    entries = making.entries(rows, [None] * len(rows), {})["game"]
    found = (map(entries.row, library) for library in bought.libraries)
    libraries = [[row for row in library if row is not None] for library in found]
    libraries = [library for library in libraries if library]
    yield _joined(bought, libraries)
    tasks = [purchases.any_game(libraries, entries.index.n_entries), purchases.new_studio(libraries, entries)]
    chosen = choose(entries, tasks)
    for task in tasks:
        people = np.flatnonzero(task.half == 1)
        for single in (False, True):
            yield f"### Held out: {task.says}; known: {'one other game' if single else 'the others'}"
            yield f"{len(people):,} people."
            tried = ways(entries, task, chosen.factors, single=single)
            tried[_OTHERWISE] = by_terms(vectors(entries, chosen.weights), single=single)
            got = {name: gains(task, people, score) for name, score in tried.items()}
            yield markdown.table(_HEADS, _lines(task, got, entries.arrays["prices_usd"]))
    yield chosen.told()


def _joined(bought: Ownership, libraries: Sequence[Sequence[int]]) -> str:
    def share(found: int, n: int) -> str:
        return f"{found:,} of {n:,} ({found / n:.1%})"

    kept = [len(library) for library in libraries if len(library) >= purchases.LEAST_GAMES]
    return (
        f"Joined by names without case, accents, signs and spaces: {share(bought.n_games_found, bought.n_games)} "
        f"titles, {share(bought.n_owned_found, bought.n_owned)} purchases, "
        f"{share(len(bought.libraries), bought.n_people)} people. The rest are titles that the catalogue does not "
        f"have, such as games that were taken off the store, or has under another name. {len(kept):,} people have "
        f"{purchases.LEAST_GAMES} games or more of the catalogue's, {sum(kept):,} in all: they are asked for."
    )


def _lines(task: HeldOut, found: Mapping[str, Gains], prices_usd: Floats) -> Iterator[list[str]]:
    for name, one in found.items():
        held = shown(task, one.lists, prices_usd)
        yield [
            name,
            *(_told(interval(values)) for values in (one.recall_10, one.recall_20, one.ndcg_20)),
            *(
                "" if other is one else _told(difference(one.recall_10, other.recall_10), sign="+")
                for other in (found[OURS], found[JOINED])
            ),
            f"{held.coverage:.1%}",
            f"{held.owners:.0f}",
            f"${held.price_spread_usd:.2f}",
        ]


def _told(found: Interval, sign: str = "") -> str:
    mean, low, high = (f"{value:{sign}.3f}".replace("-", "−") for value in found)
    return f"{mean} ({low} to {high})"
