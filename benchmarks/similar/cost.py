"""What similar games cost on a catalogue: memory, time and exactness beside the dense matrix and others' indexes."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics.pairwise import cosine_similarity

from benchmarks.similar.ways import vectors
from tasador.features.game import from_row
from tasador.models import markdown
from tasador.similar import entries as entries_file
from tasador.similar import making, table
from tasador.similar.entries import Entries
from tasador.similar.table import Table
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace

__all__ = ["cost", "held_bytes", "recall"]

K = 10
_ASKED = 500
_DIMENSIONS = 128
_MB = 1e6

#: Of more entries no matrix is made.
_MOST_SQUARED = 20_000

#: Similarities that differ by no more are the same.
_TIE = 2e-6

Rows = npt.NDArray[np.int64]


def cost(workspace: Workspace, snapshot: str) -> Iterator[str]:
    """Measure, and give the paragraphs and the table of what came of it."""
    games = [from_row(row) for row in snapshots.load_games(workspace, snapshot).iter_rows(named=True)]
    begun = time.process_time()
    files = making.files(games, [None] * len(games))
    built = time.process_time() - begun
    kinds = entries_file.read(files[entries_file.FILE])
    largest = max(kinds, key=lambda kind: kinds[kind].index.n_entries)
    entries = kinds[largest]
    n = entries.index.n_entries
    unit = vectors(entries)
    asked = np.random.default_rng(5).choice(n, min(_ASKED, n), replace=False)
    written = Table(files[table.FILE])
    described = [game for game in games if game.kind == largest][:_ASKED]
    yield (
        f"{len(games):,} entries of {len(kinds)} kinds; {n:,} of them are of the largest, {largest}. Built in "
        f"{built:.1f} s of one CPU, the entries of all kinds and the nearest {table.LENGTH} of each."
    )
    lines = [
        [
            "**the table**, found beforehand",
            f"{len(files[table.FILE]) / _MB:.1f}",
            "with the index",
            _microseconds(lambda row: written.nearest(int(entries.arrays["app_ids"][row]), K), asked),
            f"{recall(unit, asked, _table_rows(written, entries, asked)):.3f}",
        ],
        [
            "**the index**, an entry",
            f"{held_bytes(kinds) / _MB:.1f} ({len(files[entries_file.FILE]) / _MB:.1f} packed)",
            f"{built:.1f}",
            _microseconds(lambda row: entries.index.nearest(entries.index.entry(row), K + 1), asked),
            f"{recall(unit, asked, _index_rows(entries, asked)):.3f}",
        ],
        [
            "**the index**, a described game",
            "the same",
            "the same",
            _microseconds(
                lambda at: entries.index.nearest(entries.index.weigh(described[at], with_tags=True), K),
                np.arange(len(described)),
            ),
            "",
        ],
        *_matrix(unit, asked),
        ["the same of all entries, float64 (not made)", f"{len(games) ** 2 * 8 / _MB:,.0f}", "", "", ""],
        *_sparse(unit, asked),
        *_approximate(unit, asked),
    ]
    heads = ["what", "MB", "CPU s to build", "CPU µs a question", f"recall@{K} of the exact, counting ties"]
    yield markdown.table(heads, lines)


def recall(unit: sparse.csr_array, asked: Rows, found: npt.NDArray[np.int64]) -> float:
    """Say which share of what was found is as near as the nearest: counting ties, an exact search has 1.

    Args:
        unit: All entries, as unit vectors.
        asked: Rows of those asked for.
        found: Rows found for each, -1 for none, shape (n_asked, K).
    """
    shares = []
    for row, others in zip(asked.tolist(), found, strict=True):
        exact = (unit @ unit[[row]].T).toarray().ravel()
        exact[row] = -1
        limit = np.partition(exact, len(exact) - K)[len(exact) - K]
        shares.append(np.mean((exact[others] >= limit - _TIE) & (others >= 0)))
    return float(np.mean(shares))


def held_bytes(kinds: Mapping[str, Entries]) -> int:
    """Count the bytes of all arrays that are held in memory."""
    held = {
        id(value): value.nbytes
        for one in kinds.values()
        for owner in (one.arrays, vars(one.index), vars(one.index)["_lengths"])
        for value in owner.values()
        if isinstance(value, np.ndarray)
    }
    return sum(held.values())


def _table_rows(written: Table, entries: Entries, asked: Rows) -> npt.NDArray[np.int64]:
    found = np.full((len(asked), K), -1)
    for at, row in enumerate(asked.tolist()):
        for place, (app_id, _) in enumerate(written.nearest(int(entries.arrays["app_ids"][row]), K) or ()):
            found[at, place] = entries.row(app_id)
    return found


def _index_rows(entries: Entries, asked: Rows) -> npt.NDArray[np.int64]:
    found = np.full((len(asked), K), -1)
    for at, row in enumerate(asked.tolist()):
        rows, _ = entries.index.nearest(entries.index.entry(row), K + 1)
        others = [other for other in rows.tolist() if other != row][:K]
        found[at, : len(others)] = others
    return found


def _microseconds(ask: Callable[[int], object], asked: Rows) -> str:
    begun = time.process_time()
    for one in asked.tolist():
        ask(one)
    return f"{(time.process_time() - begun) / len(asked) * 1e6:,.0f}"


def _matrix(unit: sparse.csr_array, asked: Rows) -> Iterator[list[str]]:
    """Measure the matrix of all similarities, as the course project's relative keeps it."""
    if unit.shape[0] > _MOST_SQUARED:
        return
    begun = time.process_time()
    made = cosine_similarity(unit)
    built = time.process_time() - begun

    def nearest(row: int) -> Rows:
        return np.argsort(-made[row], kind="stable")[: K + 1]

    found = np.array([[other for other in nearest(row).tolist() if other != row][:K] for row in asked.tolist()])
    yield [
        "scikit-learn's matrix of all pairs, of this kind alone, float64",
        f"{made.nbytes / _MB:,.0f}",
        f"{built:.1f}",
        _microseconds(nearest, asked),
        f"{recall(unit, asked, found):.3f}",
    ]


def _sparse(unit: sparse.csr_array, asked: Rows) -> Iterator[list[str]]:
    """Measure the exact table of sparse_dot_topn."""
    if importlib.util.find_spec("sparse_dot_topn") is None:
        print("Left out, as it is not installed: sparse_dot_topn.\n")
        return
    import sparse_dot_topn

    begun = time.process_time()
    single = sparse.csr_matrix(unit.astype(np.float32))
    made = sparse_dot_topn.sp_matmul_topn(single, single.T.tocsr(), top_n=table.LENGTH + 1, sort=True, n_threads=1)
    built = time.process_time() - begun
    found = np.full((len(asked), K), -1)
    for at, row in enumerate(asked.tolist()):
        others = made.indices[made.indptr[row] : made.indptr[row + 1]]
        others = others[others != row][:K]
        found[at, : len(others)] = others
    size = f"{(made.data.nbytes + made.indices.nbytes) / _MB:.1f} (this kind alone)"
    yield ["sparse_dot_topn, the table of this kind", size, f"{built:.1f}", "", f"{recall(unit, asked, found):.3f}"]


def _approximate(unit: sparse.csr_array, asked: Rows) -> Iterator[list[str]]:
    """Measure a decomposition, searched exactly and by usearch's graph."""
    begun = time.process_time()
    dense = TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(unit)
    dense = (dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    decomposed = time.process_time() - begun
    scores = dense[asked] @ dense.T
    scores[np.arange(len(asked)), asked] = -1
    found = np.argpartition(-scores, K, axis=1)[:, :K]
    name = f"truncated SVD, {_DIMENSIONS} dimensions"
    yield [
        f"{name}, exact",
        f"{dense.nbytes / _MB:.1f} (this kind alone)",
        f"{decomposed:.1f}",
        "",
        f"{recall(unit, asked, found):.3f}",
    ]
    if importlib.util.find_spec("usearch") is None:
        print("Left out, as it is not installed: usearch.\n")
        return
    from usearch.index import Index as Graph

    begun = time.process_time()
    graph = Graph(ndim=_DIMENSIONS, metric="ip", dtype="f32")
    graph.add(np.arange(len(dense)), dense, threads=1)
    built = decomposed + time.process_time() - begun
    begun = time.process_time()
    keys = [[int(key) for key in graph.search(dense[row], K + 1).keys if key != row][:K] for row in asked.tolist()]
    asking = (time.process_time() - begun) / len(asked)
    yield [
        f"{name}, usearch's HNSW",
        f"{graph.memory_usage / _MB:.1f} (this kind alone)",
        f"{built:.1f}",
        f"{asking * 1e6:,.0f}",
        f"{recall(unit, asked, np.array(keys)):.3f}",
    ]
