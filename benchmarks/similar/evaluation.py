"""Whether similar games are those that people bought: the tables of docs/similar.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.similar import purchases
from benchmarks.similar.figures import Figures, measure
from benchmarks.similar.purchases import HeldOut
from benchmarks.similar.ways import by_terms, vectors, ways
from tasador.features.game import from_row
from tasador.models import markdown
from tasador.similar import making
from tasador.similar.entries import Entries
from tasador.similar.terms import FAMILIES
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.owned import Ownership

__all__ = ["evaluate"]

#: What the terms of a family are tried to weigh, times what they weigh.
_TRIED = (0.5, 1.5, 2.0)

_HEADS = (
    "way",
    "recall@10",
    "recall@20",
    "NDCG@20",
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
    weights = _tuned(entries, tasks)
    told = ", ".join(f"{family} {weights[family]:g}" for family in FAMILIES)
    for task in tasks:
        people = np.flatnonzero(task.half == 1)
        for single in (False, True):
            yield f"### Held out: {task.says}; known: {'one other game' if single else 'the others'}"
            yield f"{len(people):,} people."
            tried = ways(entries, task, single=single)
            tried["ours, families weighed as the other half of the people would have it"] = by_terms(
                vectors(entries, weights), single=single
            )
            lines = []
            for name, score in tried.items():
                figures = measure(task, people, score, entries.arrays["prices_usd"])
                lines.append(_line(name, figures))
                print(*lines[-1], sep=" | ", flush=True)
            yield markdown.table(_HEADS, lines)
    yield f"What the other half of the people would have the families weigh: {told}. In ours each weighs 1."


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


def _tuned(entries: Entries, tasks: Sequence[HeldOut]) -> Mapping[str, float]:
    """Weigh families so that they would have served the first half of the people best, one after the other."""
    weights = dict.fromkeys(FAMILIES, 1.0)

    def gain(tried: Mapping[str, float]) -> float:
        score = by_terms(vectors(entries, tried))
        none = np.zeros(entries.index.n_entries)
        return sum(measure(task, np.flatnonzero(task.half == 0), score, none).ndcg_20[0] for task in tasks)

    best = gain(weights)
    for family in FAMILIES:
        for factor in _TRIED:
            tried = {**weights, family: factor}
            if (found := gain(tried)) > best:
                best, weights = found, tried
    return weights


def _line(name: str, found: Figures) -> list[str]:
    return [
        name,
        *(
            f"{mean:.3f} ({low:.3f}–{high:.3f})"
            for mean, low, high in (found.recall_10, found.recall_20, found.ndcg_20)
        ),
        f"{found.coverage:.1%}",
        f"{found.owners:.0f}",
        f"${found.price_spread_usd:.2f}",
    ]
