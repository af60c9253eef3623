"""Exhibits of a contrast: how far two groups of rows are apart, and in which labels."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header, Unit
from tasador.profiling.figures import count, decimal, percent, told

__all__ = ["contrast_exhibits"]

#: Labels drawn of each column, the most different.
TOP_LABELS: Final = 15

#: The axis of distances goes as far at least: what is nearly alike shall look so.
_LEAST_AXIS: Final = 0.2

#: Columns of labels that are drawn.
_DRAWN: Final = ("genres", "specs", "tags")

#: What a table says of both groups.
_FIGURES: Final[tuple[tuple[str, str, Unit], ...]] = (
    ("n", "Rows with a value", "count"),
    ("missing", "Missing", "share"),
    ("p10", "p10", "number"),
    ("p50", "Median", "number"),
    ("p90", "p90", "number"),
)

#: The measures as they stand in a table.
_MEASURES: Final = {
    "kolmogorov_smirnov": "Kolmogorov-Smirnov",
    "total_variation": "total variation",
    "largest_share": "largest difference of a label",
}


def contrast_exhibits(
    contrast: dict[str, Any] | None, *, id_: str, section: str, first: str, second: str
) -> list[Exhibit]:
    """Give the exhibits of a contrast.

    Args:
        contrast: The dict of `contrast.contrast`; None where there was nothing to compare.
        id_: What their ids begin with.
        section: The section that they belong to.
        first: What the first group is called, in the plural.
        second: What the second one is called.
    """
    if contrast is None or not contrast["columns"]:
        return []
    labels = [
        _labels(contrast, column, f"{id_}-{column}", section, first, second)
        for column in _DRAWN
        if contrast["labels"].get(column)
    ]
    return [_distances(contrast, f"{id_}-distances", section, first, second), *labels]


def _distances(contrast: dict[str, Any], id_: str, section: str, first: str, second: str) -> Exhibit:
    columns = contrast["columns"]
    best = columns[0]
    beyond = sum(column["distance"] > column["chance"] for column in columns)
    rows = [{**column, "measure": _MEASURES[column["measure"]]} for column in columns]
    return Exhibit(
        id=id_,
        section=section,
        title=f"How far {second} are from {first}, column by column: 0 alike, 1 apart",
        takeaway=f"{best['column']} differs most: {decimal(best['distance'])} ({_MEASURES[best['measure']]}"
        f"{_most(best)}). {count(beyond)} of {count(len(columns))} columns differ by more than chance alone "
        "does in 95 of 100 cases."
        if best["distance"]
        else f"No column differs, of {count(len(columns))}.",
        n=(contrast["n_first"], contrast["n_second"]),
        spec=marks.bars(
            rows,
            y="column",
            x="distance",
            x_title="Distance",
            x_format=".2f",
            domain=[0.0, max(best["distance"], _LEAST_AXIS)],
        ),
        headers=(
            Header("column", "Column", "text"),
            Header("measure", "Distance by", "text"),
            Header("distance", "Distance", "number"),
            Header("chance", "Chance alone", "number"),
            *(
                Header(f"{which}_{key}", f"{label}, {name}", unit)
                for key, label, unit in _FIGURES
                for which, name in (("first", first), ("second", second))
            ),
            Header("most", "Value or label that differs most", "text"),
            Header("first_most", f"Its share, {first}", "share"),
            Header("second_most", f"Its share, {second}", "share"),
        ),
        rows=rows,
    )


def _most(column: dict[str, Any]) -> str:
    if column["most"] is not None:
        return f": “{column['most']}” on {percent(column['first_most'])} and {percent(column['second_most'])}"
    if column["first_p50"] is not None:
        medians = (told(column[key], column["column"]) for key in ("first_p50", "second_p50"))
        return f": medians {' and '.join(medians)}"
    return ""


def _labels(contrast: dict[str, Any], column: str, id_: str, section: str, first: str, second: str) -> Exhibit:
    labels = contrast["labels"][column]
    drawn = labels[:TOP_LABELS]
    best = drawn[0]
    return Exhibit(
        id=id_,
        section=section,
        title=f"Share of rows with a label of {column}: {first} (hollow) and {second} (filled), the {len(drawn)} most "
        "different labels",
        takeaway=f"“{best['label']}” differs most: {percent(best['first'])} of {first}, {percent(best['second'])} of "
        f"{second}."
        if best["first"] != best["second"]
        else f"No label differs between {first} and {second}.",
        n=(best["first_n"], best["second_n"]),
        spec=marks.spans(drawn, y="label", low="first", high="second", x_title="Share of rows", x_format=".0%"),
        headers=(
            Header("label", "Label", "text"),
            Header("first", first.capitalize(), "share"),
            Header("second", second.capitalize(), "share"),
        ),
        rows=labels,
    )
