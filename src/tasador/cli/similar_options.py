"""Options that `similar` and `recommend` share: which games may be found, how many, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, numbers
from tasador.contracts.vocabulary import KINDS
from tasador.similar.asked import MOST

if TYPE_CHECKING:
    from tasador.similar.games import Alike

__all__ = [
    "Diverse",
    "Kind",
    "Limit",
    "Model",
    "OtherDeveloper",
    "OtherSeries",
    "PriceMax",
    "PriceMin",
    "YearMax",
    "YearMin",
    "check",
    "tell",
]


def _kind(name: str) -> str:
    if name not in KINDS:
        raise typer.BadParameter(f"got {name!r}, expected one of {', '.join(KINDS)}.")
    return name


Limit = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", parser=numbers.whole_number(1, MOST), help="The longest list.")
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", parser=_kind, help="What to find: game, dlc, soundtrack, ..."),
]
PriceMin = Annotated[
    float | None,
    typer.Option("--price-min", metavar="USD", parser=numbers.amount, help="The lowest list price, in US dollars."),
]
PriceMax = Annotated[
    float | None, typer.Option("--price-max", metavar="USD", parser=numbers.amount, help="The highest list price.")
]
YearMin = Annotated[
    int | None,
    typer.Option("--year-min", metavar="YEAR", parser=numbers.whole_number(1, 9999), help="The first release year."),
]
YearMax = Annotated[
    int | None,
    typer.Option("--year-max", metavar="YEAR", parser=numbers.whole_number(1, 9999), help="The last release year."),
]
OtherSeries = Annotated[bool, typer.Option("--other-series", help="Leave out games of the same series.")]
OtherDeveloper = Annotated[bool, typer.Option("--other-developer", help="Leave out games by the same developers.")]
Diverse = Annotated[bool, typer.Option("--diverse", help="Find games that differ among themselves.")]
Model = Annotated[
    str | None, typer.Option("--model", metavar="VERSION", help="The version that answers. [default: the champion]")
]


def check(price_min: float | None, price_max: float | None, year_min: int | None, year_max: int | None) -> None:
    """Refuse bounds between which nothing can be."""
    if price_min is not None and price_max is not None and price_min > price_max:
        raise typer.BadParameter(
            f"got {price_min:g} to {price_max:g}: nothing is in between.", param_hint="--price-min"
        )
    if year_min is not None and year_max is not None and year_min > year_max:
        raise typer.BadParameter(f"got {year_min} to {year_max}: nothing is in between.", param_hint="--year-min")


def tell(found: Sequence[Alike]) -> None:
    """Print games for people: a table, then why each is in it."""
    if not found:
        print("No game of the catalogue is what was asked: widen the bounds, or leave some out.")
        return
    console.print_table(
        ("app id", "name", "alike", "price", "year"),
        [(one.app_id, one.name, f"{one.similarity:.3f}", _price(one), one.release_year) for one in found],
    )
    print()
    for one in found:
        print(f"{one.name}: {one.reason}")


def _price(one: Alike) -> str:
    return "-" if one.price is None else f"{one.price} {one.currency or ''}".strip()
