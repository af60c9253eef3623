"""tasador recommend"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tasador.cli import console, options, similar_options
from tasador.errors import SourceError

__all__ = ["recommend"]

Owned = Annotated[
    str,
    typer.Option("--owned", metavar="FILE|-", help="What is owned: an app id or a name a line; - for standard input."),
]


def recommend(
    owned: Owned,
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
    """Find games that somebody may like who owns some, and say which of those speak for each. Nothing is kept.

    Lines that the catalogue does not know are told and left out.
    """
    similar_options.check(price_min, price_max, year_min, year_max)
    from tasador.similar.asked import Asked
    from tasador.similar.games import Missing
    from tasador.workflows import similar as workflow

    asked = Asked(
        limit, kind, price_min, price_max, year_min, year_max, other_series=other_series,
        other_developer=other_developer, diverse=diverse,
    )  # fmt: skip
    lines = _lines(owned)
    place = options.open_workspace(workspace)
    games = workflow.load(place, options.champion(place) if model is None else model)
    found = [games.find(line) for line in lines]
    unknown = [one for one in found if isinstance(one, Missing)]
    records = list({one["app_id"]: one for one in found if not isinstance(one, Missing)}.values())
    if not records:
        raise SourceError(
            "the catalogue has none of the games",
            where=owned,
            got=", ".join(map(repr, lines[:5])),
            expected="an app id or a name a line",
            do=f"Did you mean {unknown[0].suggestions[0]}?" if unknown and unknown[0].suggestions else None,
        )
    liked = games.recommend(records, asked)
    for one in unknown:
        near = f"; did you mean {one.suggestions[0]}?" if one.suggestions else ""
        print(f"not in the catalogue: {one.given}{near}", file=sys.stderr)
    if json:
        items = [one.to_dict() for one in liked]
        console.print_json({"items": items, "n_owned": len(records), "unknown": [one.to_dict() for one in unknown]})
        return
    similar_options.tell([one.alike for one in liked])
    print()
    for recommended in liked:
        for game in recommended.because:
            print(f"{recommended.alike.name}, for {game.name}: {game.reason}")


def _lines(file: str) -> list[str]:
    """Read what is owned, each once.

    Raises:
        SourceError: There is no such file, it is no text, or it is empty.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError("no such file", where=file, expected="an app id or a name a line") from error
    except UnicodeDecodeError as error:
        raise SourceError("the file is no UTF-8 text", where=file, got=error, expected="a name a line") from error
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not lines:
        raise SourceError("the file names no game", where=file, expected="an app id or a name a line")
    return lines
