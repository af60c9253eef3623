"""Specifications of charts: the few forms the profile draws, declared once.

Vega-Lite through Altair's typed interface: rows in, specification out. Colours are left to the page, except in heat
maps, whose two ends mean something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

from tasador.profiling.figures import currency_name

__all__ = [
    "band",
    "bars",
    "columns",
    "heat_map",
    "histogram",
    "lines",
    "points",
    "price_format",
    "quantiles",
    "spans",
    "tick_format",
]

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]

#: Prices marked on logarithmic axes, in any currency; those beyond the data are not drawn.
_PRICES: Final = [step * 10.0**power for power in range(-2, 10) for step in (1, 2, 5)]

#: Height in pixels of a chart whose height does not grow with its rows, and of a row where it does.
_HEIGHT: Final = 260
_ROW: Final = 22

#: Longest label beside a row, in pixels.
_LABEL: Final = 140


def histogram(rows: Rows, *, unit: str, currency: str | None) -> Spec:
    """Draw counts `n` over price bins `from` to `to`, on a logarithmic axis."""
    chart = _chart(rows).mark_bar(orient="vertical", stroke="transparent", binSpacing=1)
    encoded = chart.encode(
        x=_price_axis("from", currency, _price_scale(rows, "from", "to")),
        x2="to",
        y=alt.Y("n:Q", title=unit, stack=None),
        tooltip=_tips(**dict.fromkeys(("from", "to"), price_format(currency)), n=",", share=".2%"),
    )
    return _finished(encoded, height=_HEIGHT)


def columns(rows: Rows, *, x: str, x_title: str, y: str, y_title: str, y_format: str = ",") -> Spec:
    """Draw one upright bar a row, in the rows' order."""
    encoded = (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(f"{x}:O", title=x_title, sort=None, axis=alt.Axis(labelAngle=-90, labelOverlap=True)),
            y=alt.Y(f"{y}:Q", title=y_title, axis=alt.Axis(format=y_format)),
            tooltip=[alt.Tooltip(f"{x}:O", title=x_title), alt.Tooltip(f"{y}:Q", title=y_title, format=y_format)],
        )
    )
    return _finished(encoded, height=_HEIGHT)


def bars(rows: Rows, *, y: str, x: str, x_title: str, x_format: str, domain: list[float] | None = None) -> Spec:
    """Draw one lying bar a row, in the rows' order."""
    encoded = (
        _chart(rows)
        .mark_bar()
        .encode(
            y=_row_axis(y),
            x=alt.X(
                f"{x}:Q",
                title=x_title,
                axis=alt.Axis(format=x_format, tickCount=5, labelOverlap=True),
                scale=alt.Scale(domain=domain) if domain else alt.Undefined,
            ),
            tooltip=[f"{y}:N", alt.Tooltip(f"{x}:Q", format=x_format, title=x_title), *_sizes(rows)],
        )
    )
    return _finished(encoded, height=alt.Step(_ROW))


def quantiles(rows: Rows, *, y: str, currency: str | None) -> Spec:
    """Draw the spread of prices of each row: line p10 to p90, bar p25 to p75, stroke at the median."""
    prices = dict.fromkeys(("p10", "p25", "p50", "p75", "p90"), price_format(currency))
    tips = [alt.Tooltip(f"{y}:N"), *_tips(n_paid=",", **prices)]
    base, scale = _chart(rows).encode(y=_row_axis(y), tooltip=tips), _price_scale(rows, *prices)
    layers = alt.layer(
        base.mark_rule(opacity=0.6).encode(x=_price_axis("p10", currency, scale), x2="p90"),
        base.mark_bar(size=10, opacity=0.55, orient="horizontal").encode(
            x=_price_axis("p25", currency, scale), x2="p75"
        ),
        base.mark_tick(thickness=3, size=16).encode(x=_price_axis("p50", currency, scale)),
    )
    return _finished(layers, height=alt.Step(_ROW))


def band(
    rows: Rows,
    *,
    x: str,
    x_title: str,
    y_title: str,
    currency: str | None = None,
    low: str = "p25",
    middle: str = "p50",
    high: str = "p75",
    n: str = "n_paid",
    y_format: str | None = None,
    picked: str | None = None,
) -> Spec:
    """Draw `middle` as a line within the band from `low` to `high`.

    Args:
        rows: The rows.
        x: Field of the year.
        x_title: What stands under the axis.
        y_title: What stands beside the other one.
        currency: That of the prices.
        low: Field of the band's lower edge.
        middle: Field of the line.
        high: Field of the band's upper edge.
        n: Field of the number of rows.
        y_format: How values are written, when they are no prices.
        picked: A field of which the reader picks the value to be drawn; the first one is, until then.
    """
    values = dict.fromkeys((middle, low, high), y_format or price_format(currency))
    base = _chart(rows).encode(x=_year_axis(x, x_title), tooltip=_tips(**{x: "d", n: ",", **values}))
    axis = alt.Axis(format=y_format or tick_format(currency))
    layers = alt.layer(
        base.mark_area(opacity=0.25).encode(y=alt.Y(f"{low}:Q", title=y_title, axis=axis), y2=high),
        base.mark_line(point=True).encode(y=alt.Y(f"{middle}:Q", title=y_title)),
    )
    if picked:
        choices = _order(rows, picked)
        menu = alt.binding_select(options=choices, name=f"{picked.capitalize()}: ")
        choice = alt.param(name="picked", bind=menu, value=choices[0])
        layers = layers.add_params(choice).transform_filter(f"datum['{picked}'] === picked")
    return _finished(layers, height=_HEIGHT)


def lines(
    rows: Rows, *, x: str, x_title: str, y_title: str, y: str = "share", y_format: str = ".0%", tip_format: str = ".1%"
) -> Spec:
    """Draw `y` over x, a line each `series`, told apart by colour and dashes."""
    series = alt.Legend(title=None, orient="top", symbolType="stroke", columns=2, labelLimit=0)
    encoded = (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=_year_axis(x, x_title),
            y=alt.Y(f"{y}:Q", title=y_title, axis=alt.Axis(format=y_format)),
            color=alt.Color("series:N", sort=None, legend=series),
            strokeDash=alt.StrokeDash("series:N", sort=None, legend=series),
            tooltip=["series:N", *_tips(**{x: "d", "n": ",", y: tip_format})],
        )
    )
    return _finished(encoded, height=_HEIGHT)


def points(rows: Rows, *, x: str, x_title: str, group: str, currency: str | None) -> Spec:
    """Draw one point a row at its `price`, told apart by colour and shape."""
    legend = alt.Legend(title=None, orient="top", columns=3)
    encoded = (
        _chart(rows)
        .mark_point(filled=True, size=70, opacity=0.8)
        .encode(
            x=_year_axis(x, x_title),
            y=alt.Y(
                "price:Q",
                title=_price_title(currency),
                scale=_price_scale(rows, "price", padding=10),
                axis=alt.Axis(values=_PRICES, format=tick_format(currency)),
            ),
            color=alt.Color(f"{group}:N", legend=legend),
            shape=alt.Shape(f"{group}:N", legend=legend),
            tooltip=["name:N", f"{group}:N", *_tips(price=price_format(currency), **{x: "d"})],
        )
    )
    return _finished(encoded, height=_HEIGHT)


def spans(rows: Rows, *, y: str, low: str, high: str, x_title: str, x_format: str) -> Spec:
    """Draw a line from `low` (hollow) to `high` (filled) a row."""
    tips = [alt.Tooltip(f"{y}:N"), *_sizes(rows, ","), *_tips(**{low: x_format, high: x_format})]
    base = _chart(rows).encode(y=_row_axis(y), tooltip=tips)
    axis = alt.Axis(format=x_format, tickCount=5, labelOverlap=True)
    layers = alt.layer(
        base.mark_rule(opacity=0.6).encode(x=alt.X(f"{low}:Q", title=x_title, axis=axis), x2=high),
        base.mark_point(filled=False, size=70).encode(x=alt.X(f"{low}:Q", title=x_title)),
        base.mark_point(filled=True, size=70).encode(x=alt.X(f"{high}:Q", title=x_title)),
    )
    return _finished(layers, height=alt.Step(_ROW))


def heat_map(
    rows: Rows,
    *,
    x: str,
    y: str,
    value: str,
    title: str,
    value_format: str,
    domain: list[float],
    y_order: list[str] | None = None,
    written: bool = True,
) -> Spec:
    """Colour each pair of x and y by its value, and write it there where cells are large enough.

    Rows and columns stand in the order in which they first come, or in that of `y_order`. A pair without a value stays
    empty.
    """
    x_order, y_order = _order(rows, x), y_order or _order(rows, y)
    diverging = domain[0] < 0
    limit = 0.6 * domain[-1]
    base = _chart([row for row in rows if row[value] is not None]).encode(
        x=alt.X(f"{x}:O", sort=x_order, title=None, axis=alt.Axis(labelAngle=-45, labelLimit=_LABEL)),
        y=alt.Y(f"{y}:O", sort=y_order, title=None, axis=alt.Axis(labelLimit=_LABEL)),
        tooltip=[f"{x}:O", f"{y}:O", alt.Tooltip("n:Q", format=","), alt.Tooltip(f"{value}:Q", format=value_format)],
    )
    # NOTE: a heat map keeps its own colours in a dark page: paper-light where there is nothing to see.
    scheme = alt.Scale(domain=domain, scheme="blueorange" if diverging else "blues", reverse=diverging)
    legend = alt.Legend(title=title, orient="bottom", format=value_format, gradientLength=160)
    cells = base.mark_rect().encode(color=alt.Color(f"{value}:Q", scale=scheme, legend=legend))
    if not written:
        return _finished(cells, height=alt.Step(_ROW))
    test = f"abs(datum['{value}']) > {limit}"
    ink = alt.condition(test, alt.value("#ffffff"), alt.value("#1a1a1a"))
    texts = base.mark_text(fontSize=11).encode(text=alt.Text(f"{value}:Q", format=value_format), color=ink)
    return _finished(alt.layer(cells, texts), height=alt.Step(28))


def _chart(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=list(rows)))


def _finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart, *, height: int | alt.Step) -> Spec:
    # NOTE: a third of the time goes into checking the schema, which a test does for every form.
    spec: Spec = chart.properties(
        width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    ).to_dict(validate=False)
    # Altair's default theme would fix sizes that the page decides.
    spec.pop("config", None)
    return spec


def _order(rows: Rows, field: str) -> list[Any]:
    return list(dict.fromkeys(row[field] for row in rows))


def _tips(**formats: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{field}:Q", format=form) for field, form in formats.items()]


def _sizes(rows: Rows, form: str | Any = alt.Undefined) -> list[alt.Tooltip]:
    given = rows[0] if rows else {"n"}
    fields = [field for field in ("n", "first_n", "second_n", "groups") if field in given]
    return [alt.Tooltip(f"{field}:Q", format=form) for field in fields]


def _row_axis(field: str) -> alt.Y:
    return alt.Y(f"{field}:N", sort=None, title=None, axis=alt.Axis(labelLimit=_LABEL))


def _year_axis(field: str, title: str) -> alt.X:
    scale = alt.Scale(zero=False, nice=False, padding=10)
    return alt.X(f"{field}:Q", title=title, axis=alt.Axis(format="d", tickMinStep=1), scale=scale)


def _price_axis(field: str, currency: str | None, scale: alt.Scale) -> alt.X:
    axis = alt.Axis(values=_PRICES, format=tick_format(currency), labelOverlap=True)
    return alt.X(f"{field}:Q", title=_price_title(currency), scale=scale, axis=axis)


def _price_scale(rows: Rows, *fields: str, padding: int = 6) -> alt.Scale:
    prices = [row[field] for row in rows for field in fields]
    # NOTE: an axis of one price has no length, and would put every mark of it at the same place.
    domain = [min(prices) / 2, max(prices) * 2] if min(prices) == max(prices) else alt.Undefined
    return alt.Scale(type="log", nice=False, padding=padding, domain=domain)


def _price_title(currency: str | None) -> str:
    """Name an axis, briefly enough to stand whole under a chart on a telephone."""
    return f"Price ({currency_name(currency)}, log scale)"


def price_format(currency: str | None) -> str:
    """Give the format of exact prices."""
    return "$,.2f" if currency == "USD" else ",.2f"


def tick_format(currency: str | None) -> str:
    """Give the format of prices beside an axis."""
    return "$,~f" if currency == "USD" else ",~f"
