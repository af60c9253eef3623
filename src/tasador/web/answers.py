"""What the server answers from: one model version's bundle, checked and held as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request

from tasador import provenance
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.bundle_files import file, parsed
from tasador.errors import WorkspaceError
from tasador.registry import bundle
from tasador.registry.similar_games import similar_games
from tasador.similar.games import SimilarGames
from tasador.storage import bundles
from tasador.storage.catalogue import FILE, Catalogue
from tasador.storage.workspace import Workspace
from tasador.web.documents import Documents
from tasador.web.memory import Memory
from tasador.web.reply import Headers, Reply, Table, encode, etag_of, lines
from tasador.web.statistics import Statistics

__all__ = ["Answers", "Price", "Served", "load"]


@dataclass(frozen=True, slots=True)
class Price:
    """What the model says of a genre and early access.

    Attributes:
        predicted_usd: Mean prediction over the catalogue's rows, two decimals.
        rmse_usd: Over held-out rows, two decimals; None where none was held out.
    """

    predicted_usd: str
    rmse_usd: str | None


@dataclass(frozen=True)
class Answers:
    """What one model version, and the snapshot that it was made from, answer.

    Attributes:
        version: The model version.
        snapshot: The snapshot that it was made from.
        by_year: The classic statistics: `{statistic: {year: JSON bytes}}`.
        prices: By lower-case genre and early access.
        appraiser: Appraises games.
        games: The catalogue, to be searched.
        similar: Finds games that are alike.
        statistics: The market's statistics.
        documents: What the version says of itself.
        table: What is known beforehand.
        memory: What was computed.
    """

    version: str
    snapshot: str
    by_year: dict[str, dict[int, bytes]]
    prices: dict[tuple[str, bool], Price]
    appraiser: Appraiser = field(repr=False)
    games: Catalogue = field(repr=False)
    similar: SimilarGames = field(repr=False)
    statistics: Statistics = field(repr=False)
    documents: Documents = field(repr=False)
    table: Table = field(repr=False)
    memory: Memory = field(default_factory=Memory, repr=False)

    @cached_property
    def years(self) -> list[int]:
        """The years that have classic answers, in order."""
        return sorted(next(iter(self.by_year.values()), {}))

    @cached_property
    def genres(self) -> list[str]:
        """The genres that have prices, in order."""
        return sorted({genre for genre, _ in self.prices})

    @property
    def busiest_year(self) -> int | None:
        """The year with the longest list of games: the best example."""
        return max(self.by_year["juegos"], key=lambda year: len(self.by_year["juegos"][year]), default=None)

    @cached_property
    def made_of(self) -> bytes:
        """What an answer depends on, beside what was asked."""
        return f"{provenance.version()} {self.version} {self.snapshot}".encode()

    @cached_property
    def headers(self) -> Headers:
        """What each answer carries: the names of the model and of the snapshot."""
        return [(b"tasador-model", quote(self.version).encode()), (b"tasador-snapshot", quote(self.snapshot).encode())]

    @cached_property
    def head(self) -> bytes:
        """The same as HTTP writes it."""
        return lines(self.headers)


def champion(workspace: Workspace) -> str:
    """Say which version is to answer.

    Raises:
        WorkspaceError: There is none.
    """
    version = workspace.current().champion
    if version is None:
        raise WorkspaceError(
            "the workspace has no champion to answer",
            where=workspace.root,
            do="`tasador run SOURCE` makes one; `tasador models list` shows the versions there are.",
        )
    return version


def load(workspace: Workspace, version: str) -> Answers:
    """Read a version's answers, after checking its bundle's hashes.

    Raises:
        WorkspaceError: Its bundle is damaged.
    """
    found = bundles.load(workspace, version)
    snapshot = found.manifest["snapshot"]
    by_year = parsed(found.files, bundle.ANSWERS, _by_year)
    appraiser = Appraiser(found.files, version=version, snapshot=snapshot)
    statistics = parsed(found.files, bundle.STATISTICS, partial(Statistics, snapshot))
    documents = Documents.of(found, appraiser, statistics.found)
    games = Catalogue(file(found.files, FILE))
    made = Answers(
        version,
        snapshot,
        by_year,
        parsed(found.files, bundle.PRICES, _prices),
        appraiser,
        games,
        similar_games(found.files, games, lambda: appraiser.entries),
        statistics,
        documents,
        {},
    )
    known = {f"/{statistic}/año/{year}": body for statistic, years in by_year.items() for year, body in years.items()}
    for asked, body in {**known, **statistics.pages, **documents.pages}.items():
        path, _, query = asked.partition("?")
        made.table[path, query.encode()] = Reply(body, etag_of(made.made_of, path, query.encode()))
    return made


def _by_year(written: Mapping[str, Any]) -> dict[str, dict[int, bytes]]:
    if not written:
        raise ValueError("it holds no statistics")
    return {
        statistic: {int(year): encode({year: answer}) for year, answer in years.items()}
        for statistic, years in written.items()
    }


def _prices(written: Any) -> dict[tuple[str, bool], Price]:
    return {
        (row["genre"], row["early_access"]): Price(
            f"{row['mean_predicted_usd']:.2f}", None if row["rmse_usd"] is None else f"{row['rmse_usd']:.2f}"
        )
        for row in written
    }


async def _served(request: Request) -> Answers:
    # NOTE: asynchronous, or FastAPI would run it in a thread.
    found: Answers = request.state.served
    return found


#: What a route answers from: the same for the whole of a request.
Served = Annotated[Answers, Depends(_served)]
