"""Exhibits over release years: prices, in the money of the catalogue and in that of one year, and by genre."""

from __future__ import annotations

from typing import Any

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.exhibits_prices import GROUP_FIGURES
from tasador.profiling.figures import count, currency_name, money, percent
from tasador.profiling.over_years import ALL_GENRES
from tasador.profiling.prices import FEWEST_PAID, QUANTILES
from tasador.profiling.whole_years import whole_years

__all__ = ["year_exhibits"]

Profile = dict[str, Any]


def year_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits over years that have rows to show, in the order of the page."""
    made = [
        _years(profile),
        _real(profile),
        _genres(profile),
        _genre_medians(profile),
        _shares(profile),
    ]
    return [exhibit for exhibit in made if exhibit is not None]


def _years(profile: Profile) -> Exhibit | None:
    code = profile["currency"]["code"]
    years = [group for group in whole_years(profile, profile["price_by"]["year"]) if group["n_paid"] >= FEWEST_PAID]
    if len(years) < 2:
        return None
    first, last = years[0], years[-1]
    return Exhibit(
        id="price-by-year",
        section="over-years",
        title=f"Paid prices by release year: median and middle half, whole years with {FEWEST_PAID} paid entries "
        "or more",
        takeaway=f"The median was {money(first['p50'], code)} in {first['value']} and {money(last['p50'], code)} in "
        f"{last['value']}; the middle half of {last['value']} runs from {money(last['p25'], code)} to "
        f"{money(last['p75'], code)}.",
        n=sum(year["n_paid"] for year in years),
        spec=marks.band(
            years, x="value", x_title="Release year", y_title=f"List price ({currency_name(code)})", currency=code
        ),
        headers=(Header("value", "Year", "year"), *GROUP_FIGURES),
        rows=profile["price_by"]["year"],
    )


def _shares(profile: Profile) -> Exhibit | None:
    years = [group for group in whole_years(profile, profile["price_by"]["year"]) if group["n"] >= FEWEST_PAID]
    if len(years) < 2:
        return None
    series = {"share_free": "free, of known", "share_unknown": "unknown, of all"}
    rows = [
        {"year": year["value"], "series": name, "share": year[key], "n": year["n"]}
        for key, name in series.items()
        for year in years
    ]
    most = max(years, key=lambda year: year["share_free"] or 0)
    return Exhibit(
        id="free-by-year",
        section="over-years",
        title=f"Entries that are free, or whose price is unknown, by release year, whole years with {FEWEST_PAID} "
        "entries or more",
        takeaway=f"The share of free entries is highest in {most['value']}: {percent(most['share_free'] or 0)}.",
        n=sum(year["n"] for year in years),
        spec=marks.lines(rows, x="year", x_title="Release year", y_title="Share of entries"),
        headers=(
            Header("value", "Year", "year"),
            Header("n", "Rows", "count"),
            Header("share_free", "Free, of known", "share"),
            Header("share_unknown", "Unknown, of all", "share"),
        ),
        rows=years,
    )


def _real(profile: Profile) -> Exhibit | None:
    code, inflation = profile["currency"]["code"], profile["over_years"]["inflation"]
    cells = [cell for cell in _of(profile, ALL_GENRES) if cell["real_p50"] is not None]
    if inflation is None or len(cells) < 2:
        return None
    base, first, last = inflation["base_year"], cells[0], cells[-1]
    series = {"p50": "nominal", "real_p50": f"in dollars of {base}"}
    rows = [
        {"year": cell["year"], "series": name, "price": cell[key], "n": cell["n_paid"]}
        for key, name in series.items()
        for cell in cells
    ]
    lacking = [str(year) for year in inflation["missing_years"]]
    return Exhibit(
        id="real-price-by-year",
        section="over-years",
        title=f"Median price by release year, nominal and in dollars of {base}",
        takeaway=f"From {first['year']} to {last['year']} the median went from {money(first['p50'], code)} to "
        f"{money(last['p50'], code)}; in dollars of {base}, from {money(first['real_p50'], code)} to "
        f"{money(last['real_p50'], code)}."
        + (f" Years without an index of consumer prices are left out: {', '.join(lacking)}." if lacking else ""),
        n=sum(cell["n_paid"] for cell in cells),
        spec=marks.lines(
            rows,
            x="year",
            x_title="Release year",
            y_title=f"Median ({currency_name(code)})",
            y="price",
            y_format=marks.tick_format(code),
            tip_format=marks.price_format(code),
        ),
        headers=(
            Header("year", "Year", "year"),
            Header("n_paid", "Paid", "count"),
            *(Header(name, name, "money") for name in QUANTILES),
            *(Header(f"real_{name}", f"{name}, {base}", "money") for name in QUANTILES),
        ),
        rows=cells,
    )


def _genres(profile: Profile) -> Exhibit | None:
    code, cells = profile["currency"]["code"], profile["over_years"]["cells"]
    if len(_of(profile, ALL_GENRES)) < 2:
        return None
    genres = list(dict.fromkeys(cell["genre"] for cell in cells))
    real = [Header(f"real_{name}", f"{name}, real", "money") for name in QUANTILES]
    widest = max(cells, key=lambda cell: (cell["p90"] / cell["p10"], cell["n_paid"]))
    return Exhibit(
        id="price-by-genre-and-year",
        section="over-years",
        title="Paid prices by release year of a genre to be picked: median and middle half",
        takeaway=f"The spread is widest for {widest['genre']} of {widest['year']}: from {money(widest['p10'], code)} "
        f"(p10) to {money(widest['p90'], code)} (p90), both interpolated, n = {count(widest['n_paid'])}; "
        f"{len(genres) - 1} genres, and all entries, may be picked; what is picked is printed.",
        n=profile["over_years"]["n"],
        spec=marks.band(
            cells,
            x="year",
            x_title="Release year",
            y_title=f"List price ({currency_name(code)})",
            currency=code,
            picked="genre",
        ),
        headers=(
            Header("genre", "Genre", "text"),
            Header("year", "Year", "year"),
            Header("n_paid", "Paid", "count"),
            *(Header(name, name, "money") for name in QUANTILES),
            *(real if profile["over_years"]["inflation"] else ()),
        ),
        rows=cells,
    )


def _genre_medians(profile: Profile) -> Exhibit | None:
    code, over_years = profile["currency"]["code"], profile["over_years"]
    key = "real_p50" if over_years["inflation"] else "p50"
    cells = [{**cell, "n": cell["n_paid"]} for cell in over_years["cells"] if cell[key] is not None]
    years = sorted({cell["year"] for cell in cells})
    if len(years) < 2:
        return None
    fullest = max(cells, key=lambda cell: cell["n"])["year"]
    told = [cell for cell in cells if cell["genre"] != ALL_GENRES and cell["year"] == fullest] or cells
    low, high = (pick(told, key=lambda cell: (cell[key], cell["genre"])) for pick in (min, max))
    real = f"in dollars of {over_years['inflation']['base_year']}" if over_years["inflation"] else currency_name(code)
    # NOTE: the columns of a heat map stand in the order in which they first come.
    ordered = sorted(cells, key=lambda cell: cell["year"])
    genres = list(dict.fromkeys(cell["genre"] for cell in cells))
    return Exhibit(
        id="median-by-genre-and-year",
        section="over-years",
        title=f"Median paid price by genre and release year, {real} (cells of {over_years['fewest']} paid entries or "
        f"more; {count(over_years['n_cells_left_out'])} smaller ones are left out)",
        takeaway=f"Every genre of {low['year']} has a median of {money(low[key], code)}."
        if low[key] == high[key]
        else f"Of {low['year']}, {low['genre']} has the lowest median, {money(low[key], code)} (n = "
        f"{count(low['n'])}), and {high['genre']} the highest, {money(high[key], code)} (n = {count(high['n'])}).",
        n=over_years["n"],
        spec=marks.heat_map(
            ordered,
            x="year",
            y="genre",
            y_order=genres,
            value=key,
            title=f"Median, {real}",
            value_format=marks.tick_format(code),
            domain=[0.0, max(cell[key] for cell in cells)],
            written=False,
        ),
        headers=(
            Header("genre", "Genre", "text"),
            Header("year", "Year", "year"),
            Header("n", "Paid", "count"),
            Header(key, "Median", "money"),
        ),
        rows=cells,
        wide=True,
    )


def _of(profile: Profile, genre: str) -> list[dict[str, Any]]:
    return [cell for cell in profile["over_years"]["cells"] if cell["genre"] == genre]
