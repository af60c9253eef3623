"""Market: what a year was like, and how years differ, as charts that have their numbers below them."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from tasador.web.pages.answer import kinds
from tasador.web.pages.figures import Figure, written
from tasador.web.pages.frame import show
from tasador.web.pages.market_asked import Market
from tasador.web.pages.market_year import year_figures
from tasador.web.pages.market_years import FEWEST, figures_over_years
from tasador.web.pages.names import KINDS, SENTIMENT
from tasador.web.pages.visit import Visit, visit_of
from tasador.web.problems import Problem

__all__ = ["add_to"]

#: The kind that is shown where none is chosen; where it is chosen to be nothing, all kinds are.
_FIRST_KIND: Final = "game"


def add_to(router: APIRouter) -> None:
    """Add the routes."""

    def show_market(request: Request) -> Response:
        visit = visit_of(request)
        market = _asked(visit)
        years = visit.served.statistics.years
        number = years.index(market.year)
        return show(
            visit,
            "market.html",
            headers=visit.pushed("/market", _pairs(market)),
            market=market,
            summary=market.asked(),
            before=next((one for one in market.of_all() if one["year"] == market.year - 1), None),
            of_year=year_figures(market),
            over_years=figures_over_years(market),
            years=years,
            around=(years[number - 1] if number else None, years[number + 1] if number + 1 < len(years) else None),
            kinds=kinds(visit.served),
            fewest=FEWEST,
            pairs=_pairs,
            names={"kinds": KINDS, "sentiment": SENTIMENT},
        )

    def as_csv(request: Request, figure: str) -> Response:
        market = _asked(visit_of(request))
        found = next((one for one in _figures(market) if one.id == figure), None)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "no-such-figure", "No such figure", figure)
        named = f'attachment; filename="tasador-{figure}-{market.year}.csv"'
        return Response(written(found), headers={"content-disposition": named}, media_type="text/csv; charset=utf-8")

    router.add_api_route("/market", show_market)
    router.add_api_route("/market/{figure}.csv", as_csv)


def _figures(market: Market) -> list[Figure]:
    return [*year_figures(market), *figures_over_years(market)]


def _asked(visit: Visit) -> Market:
    """Read which year and kind are asked for.

    Raises:
        Problem: The catalogue has no such year or kind.
    """
    given, statistics, known = dict(visit.asked), visit.served.statistics, kinds(visit.served)
    kind = given.get("kind", _FIRST_KIND if _FIRST_KIND in known else "")
    year = given.get("year")
    years = {str(one): one for one in statistics.years}
    if (year and year not in years) or (kind and kind not in known):
        raise Problem(HTTPStatus.NOT_FOUND, "not-in-catalogue", "Not in the catalogue", year or kind)
    newest = visit.served.appraiser.calibration.abstention.learned_until
    market = Market(statistics, visit.language, max(years.values()), kind or None, newest)
    return replace(market, year=years[year] if year else _busiest(market))


def _busiest(market: Market) -> int:
    """Choose the year with the most entries of a kind; of equals the newest."""
    counts = [(year["n"], year["year"]) for year in market.of_all()]
    return max(counts)[1] if counts else market.year


def _pairs(market: Market, year: int | None = None) -> tuple[tuple[str, str], ...]:
    return (("year", str(year or market.year)), ("kind", market.kind or ""))
