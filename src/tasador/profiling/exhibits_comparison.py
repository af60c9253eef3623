"""Exhibits of a comparison of two catalogues."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.exhibits_contrast import contrast_exhibits
from tasador.profiling.figures import count, money, percent
from tasador.profiling.prices import QUANTILES

__all__ = ["comparison_exhibits"]

Comparison = dict[str, Any]

#: What the two are called.
_SIDES: Final = {"before": "the earlier", "after": "the later"}

#: Entries, or columns, drawn: those that moved most.
_DRAWN: Final = 20


def comparison_exhibits(comparison: Comparison) -> list[Exhibit]:
    """Give the exhibits that have rows to show, in the order of the page."""
    made = [_prices(comparison), _kinds(comparison), _repriced(comparison)]
    first, second = _SIDES.values()
    found = contrast_exhibits(comparison["contrast"], id_="columns", section="columns", first=first, second=second)
    return [*(exhibit for exhibit in made if exhibit is not None), *found, *_missing(comparison)]


def _prices(comparison: Comparison) -> Exhibit | None:
    sides = [{**comparison[side], "value": name} for side, name in _SIDES.items() if comparison[side]["n_paid"]]
    if comparison["currencies_differ"] or len(sides) < 2:
        return None
    code = comparison["after"]["currency"]
    before, after = sides
    return Exhibit(
        id="prices",
        section="overview",
        title="Paid prices: median, middle half, and p10 to p90",
        takeaway=f"The median went from {money(before['p50'], code)} (n = {count(before['n_paid'])}) to "
        f"{money(after['p50'], code)} (n = {count(after['n_paid'])}).",
        n=(before["n_paid"], after["n_paid"]),
        spec=marks.quantiles(sides, y="value", currency=code),
        headers=(
            Header("value", "Catalogue", "text"),
            Header("n_paid", "Paid", "count"),
            *(Header(name, name, "money") for name in (*QUANTILES, "mean")),
        ),
        rows=sides,
    )


def _kinds(comparison: Comparison) -> Exhibit | None:
    entries = comparison["entries"]
    rows = entries["by_kind"]
    if not rows:
        return None
    return Exhibit(
        id="kinds",
        section="entries",
        title="Entries by kind: the earlier (hollow) and the later (filled)",
        takeaway=f"{count(entries['n_new'])} entries are new, {count(entries['n_gone'])} are gone, and "
        f"{count(entries['n_both'])} are in both.",
        n=(comparison["before"]["n"], comparison["after"]["n"]),
        spec=marks.spans(rows, y="kind", low="n_before", high="n_after", x_title="Entries", x_format=",d"),
        headers=(
            Header("kind", "Kind", "text"),
            Header("n_before", "Earlier", "count"),
            Header("n_after", "Later", "count"),
            Header("n_new", "New", "count"),
            Header("n_gone", "Gone", "count"),
        ),
        rows=rows,
    )


def _repriced(comparison: Comparison) -> Exhibit | None:
    prices, code = comparison["entries"]["prices"], comparison["after"]["currency"]
    rows = [{**row, "entry": f"{row['name']} ({row['app_id']})"} for row in prices["rows"]]
    if not rows:
        return None
    middle = prices["ratio_p50"]
    return Exhibit(
        id="repriced",
        section="entries",
        title=f"List prices that moved most: before (hollow) and after (filled), {min(len(rows), _DRAWN)} of "
        f"{count(prices['n'])}",
        takeaway=f"Of {count(prices['n'])} paid entries of another price {count(prices['n_up'])} became dearer and "
        f"{count(prices['n_down'])} cheaper; half of them now cost {percent(middle)} or less of what they did.",
        n=prices["n"],
        spec=marks.spans(
            rows[:_DRAWN],
            y="entry",
            low="list_price_before",
            high="list_price",
            x_title="List price",
            x_format=marks.price_format(code),
        ),
        headers=(
            Header("entry", "Entry", "text"),
            Header("currency", "Currency", "text"),
            Header("list_price_before", "Before", "number"),
            Header("list_price", "After", "number"),
            Header("ratio", "After, of before", "share"),
        ),
        rows=rows,
    )


def _missing(comparison: Comparison) -> list[Exhibit]:
    rows = [row for row in comparison["missing"] if row["first"] is not None and row["second"] is not None]
    if not rows:
        return []
    drawn = [row for row in rows if row["first"] or row["second"]][:_DRAWN]
    most = rows[0]
    return [
        Exhibit(
            id="missing-by-column",
            section="missing",
            title="Share of rows without a value: the earlier (hollow) and the later (filled)",
            takeaway=f"{most['column']} changed most: from {percent(most['first'])} to {percent(most['second'])}."
            if most["first"] != most["second"]
            else "No share changed.",
            n=(comparison["before"]["n"], comparison["after"]["n"]),
            spec=marks.spans(
                drawn or rows[:1], y="column", low="first", high="second", x_title="Share missing", x_format=".0%"
            ),
            headers=(
                Header("column", "Column", "text"),
                Header("first", "Earlier", "share"),
                Header("second", "Later", "share"),
            ),
            rows=rows,
        )
    ]
