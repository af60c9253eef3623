"""tasador similar"""

from __future__ import annotations

from typing import Annotated

import typer

from tasador.cli import console, options, similar_options
from tasador.errors import TasadorError

__all__ = ["similar"]

Game = Annotated[
    str, typer.Argument(metavar="APP_ID|NAME", help="The game: its number in the store, or its name in any case.")
]


def similar(
    game: Game,
    limit: similar_options.Limit = 10,
    kind: similar_options.Kind = None,
    price_min: similar_options.PriceMin = None,
    price_max: similar_options.PriceMax = None,
    year_min: similar_options.YearMin = None,
    year_max: similar_options.YearMax = None,
    other_series: similar_options.OtherSeries = False,
    other_developer: similar_options.OtherDeveloper = False,
    diverse: similar_options.Diverse = False,
    model: similar_options.Model = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Find the games most like a game in the whole catalogue, of its kind unless another is named, and say why."""
    similar_options.check(price_min, price_max, year_min, year_max)
    from tasador.similar.asked import Asked
    from tasador.similar.games import Missing
    from tasador.workflows import similar as workflow

    asked = Asked(
        limit, kind, price_min, price_max, year_min, year_max, other_series=other_series,
        other_developer=other_developer, diverse=diverse,
    )  # fmt: skip
    place = options.open_workspace(workspace)
    games = workflow.load(place, options.champion(place) if model is None else model)
    record = games.find(game)
    if isinstance(record, Missing):
        raise TasadorError(
            "the catalogue has no such game",
            where="game",
            got=repr(game),
            expected="an app id or a whole name",
            do=f"Did you mean {' or '.join(record.suggestions)}?" if record.suggestions else "Give more of its name.",
        )
    found = games.of(record, asked)
    if json:
        named = {name: record[name] for name in ("app_id", "name", "kind")}
        console.print_json({**named, "items": [one.to_dict() for one in found]})
        return
    print(f"like {record['name']} ({record['app_id']}, {record['kind']}, {record['release_year']})\n")
    similar_options.tell(found)
