"""What is asked: games of the catalogue as a user sends them, and the same games as rows of numbers for other servers.

Other servers get the champion's boosters and a ready row, so that they need not make one from a game; the champion's
own route makes it, and calibrates and explains what the boosters say.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tasador.appraisal.heads import FREE, LADDER, PRICE, ROUTES, Heads, price_file
from tasador.appraisal.request import Request, read
from tasador.appraisal.vocabulary import Vocabulary
from tasador.models.population import training_rows
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace

__all__ = ["BATCH", "Questions", "make"]

#: Games that are asked for one by one, in turn; games of a list, and lists in turn.
SINGLES = 64
BATCH = 100
BATCHES = 8

#: What a user sends before launch.
FIELDS = ("name", "kind", "genres", "specs", "developer", "publisher", "release_date", "early_access")

#: What other servers load.
MODEL = "model.json"


@dataclass(frozen=True, slots=True)
class Questions:
    """Where what is asked, and the boosters, were written.

    Attributes:
        directory: Holds `<form>.<number>.json` for each form of body and each number of games in it, one body a line:
            `games` for Tasador, `rows` for whoever takes rows of numbers, `frame` for MLflow; and the boosters.
        boosters: How many boosters answer one game.
    """

    directory: Path
    boosters: int

    def bodies(self, form: str, number: int) -> Path:
        """Say where bodies are."""
        return self.directory / f"{form}.{number}.json"


def make(workspace: Workspace, directory: Path) -> Questions:
    """Write what is asked of a workspace's champion.

    All games have developers with earlier releases, so that one and the same price model answers them.
    """
    champion = workspace.current().champion
    if champion is None:
        raise SystemExit("The workspace has no champion: `tasador run SOURCE` makes one.")
    found = bundles.load(workspace, champion)
    heads = Heads(found.files)
    route = json.loads(found.files[PRICE])[ROUTES[0]]["weights"]
    names = [definition.name for definition in heads.inputs.definitions]
    for at in range(len(route)):
        (directory / f"price.{at}.txt").write_bytes(found.files[price_file(ROUTES[0], at)])
    for name in (LADDER, FREE):
        (directory / name).write_bytes(found.files[name])
    (directory / MODEL).write_text(json.dumps({"weights": route, "names": names}))
    asked = _games(workspace, found.manifest["snapshot"], heads)
    for number, times in ((1, SINGLES), (BATCH, BATCHES)):
        lists = [asked[at * number : (at + 1) * number] for at in range(times)]
        games = [[fields for fields, _ in one] for one in lists]
        rows = [[row for _, row in one] for one in lists]
        forms: dict[str, list[Any]] = {
            "games": [one[0] if number == 1 else one for one in games],
            "rows": [{"rows": one} for one in rows],
            "frame": [{"dataframe_split": {"columns": names, "data": one}} for one in rows],
        }
        for form, bodies in forms.items():
            (directory / f"{form}.{number}.json").write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    return Questions(directory, len(route) + 2)


def _games(workspace: Workspace, snapshot: str, heads: Heads) -> list[tuple[dict[str, Any], list[float | None]]]:
    """Draw games of known developers: each as a user sends it, and its row; what is unknown is null."""
    labels = heads.inputs.labels
    vocabulary = Vocabulary({"genres": labels.genres, "specs": labels.specs}, FIELDS)
    table = training_rows(snapshots.load_games(workspace, snapshot)).select(FIELDS).to_dicts()
    random.Random(7).shuffle(table)
    today = datetime.now(UTC).date()
    found: list[tuple[dict[str, Any], list[float | None]]] = []
    for cells in table:
        fields = {name: value.isoformat() if isinstance(value, date) else value for name, value in cells.items()}
        request = read(fields, vocabulary, today=today)
        if isinstance(request, Request):
            (scored,) = heads.score([request.game])
            if scored.developer_known:
                found.append((fields, [None if math.isnan(value) else value for value in scored.row]))
        if len(found) == BATCH * BATCHES:
            return found
    raise SystemExit(f"The catalogue has {len(found)} games of known developers; {BATCH * BATCHES} are needed.")
