"""What the server answers from: a champion's bundle, checked and held as bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tasador.errors import WorkspaceError
from tasador.registry import bundle
from tasador.storage import bundles
from tasador.storage.workspace import Workspace

__all__ = ["Answers", "Price", "load"]


@dataclass(frozen=True, slots=True)
class Price:
    """What the model says of a genre and early access.

    Attributes:
        predicted_usd: Mean prediction over the catalogue's rows, two decimals.
        rmse_usd: Over held-out rows, two decimals; None where none was held out.
    """

    predicted_usd: str
    rmse_usd: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """One model version's answers.

    Attributes:
        version: The model version.
        snapshot: The snapshot that it was made from.
        by_year: `{statistic: {year: JSON bytes}}`.
        prices: By lower-case genre and early access.
    """

    version: str
    snapshot: str
    by_year: dict[str, dict[int, bytes]]
    prices: dict[tuple[str, bool], Price]

    @property
    def years(self) -> list[int]:
        """The years that have answers, in order."""
        return sorted(next(iter(self.by_year.values()), {}))

    @property
    def busiest_year(self) -> int | None:
        """The year with the longest list of games: the best example."""
        return max(self.by_year["juegos"], key=lambda year: len(self.by_year["juegos"][year]), default=None)

    @property
    def genres(self) -> list[str]:
        """The genres that have prices, in order."""
        return sorted({genre for genre, _ in self.prices})


def load(workspace: Workspace) -> Answers:
    """Read the champion's answers, after checking its bundle's hashes.

    Raises:
        WorkspaceError: There is no champion, or its bundle is damaged.
    """
    champion = workspace.current().champion
    if champion is None:
        raise WorkspaceError(
            "the workspace has no champion to answer",
            where=workspace.root,
            do="`tasador run SOURCE` makes one; `tasador models list` shows the versions there are.",
        )
    found = bundles.load(workspace, champion)
    by_year = {
        statistic: {int(year): _encode({year: answer}) for year, answer in years.items()}
        for statistic, years in bundle.read_json(found, bundle.ANSWERS).items()
    }
    prices = {
        (row["genre"], row["early_access"]): Price(
            f"{row['mean_predicted_usd']:.2f}", None if row["rmse_usd"] is None else f"{row['rmse_usd']:.2f}"
        )
        for row in bundle.read_json(found, bundle.PRICES)
    }
    return Answers(champion, found.manifest["snapshot"], by_year, prices)


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
