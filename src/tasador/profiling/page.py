"""A page of charts: one HTML file that needs nothing else, not even a network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tasador.profiling.exhibit import Exhibit
from tasador.profiling.figures import brief, count, decimal, money, percent, round_money

__all__ = ["Sections", "write_page"]

#: Id and heading of each section, in order.
Sections = tuple[tuple[str, str], ...]

#: Scripts that draw the charts, in the order in which they need each other.
_SCRIPTS: Final = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js", "looks.js")


def write_page(
    template: str, *, exhibits: list[Exhibit], sections: Sections, currency: str | None, **values: object
) -> str:
    """Write a page.

    Args:
        template: Name of the template.
        exhibits: Its charts.
        sections: Its sections.
        currency: Code of the currency of prices.
        values: What else the template shows.

    Returns:
        HTML with its style, scripts and data inside. It loads nothing, and its content security policy forbids to;
        texts from the catalogue are escaped. The same values give the same page.
    """
    environment = Environment(
        loader=PackageLoader("tasador.profiling"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        written=partial(_written, currency=currency),
        brief=brief,
        percent=percent,
        count=count,
        money=partial(money, code=currency),
        round_money=partial(round_money, code=currency),
    )
    style = _template("profile.css")
    scripts = [*(_static(name) for name in _SCRIPTS), _template("profile.js")]
    # NOTE: what a chart says is also what a screen reader reads of it.
    specs = {exhibit.id: {**exhibit.spec, "description": exhibit.takeaway} for exhibit in exhibits}
    return environment.get_template(template).render(
        exhibits=exhibits,
        sections=sections,
        style=style,
        style_hash=_hash(style),
        scripts=scripts,
        script_hashes=[_hash(script) for script in scripts],
        specs=_embedded(specs),
        **values,
    )


def _written(value: Any, unit: str, *, currency: str | None) -> str:
    """Write a value of a table in its unit; a dash where there is none."""
    if value is None:
        return "–"
    match unit:
        case "money":
            return money(value, currency)
        case "share":
            return percent(value)
        case "count":
            return count(value)
        case "number":
            return decimal(value)
        case _:
            return str(value)


def _embedded(specs: dict[str, Any]) -> str:
    """Write specifications as JSON that cannot end the script element it stands in."""
    text = json.dumps(specs, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    """Hash a script or style as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _static(name: str) -> str:
    """Read a vendored script, without the line that would have a browser look for its source map."""
    text = files("tasador.profiling").joinpath("static", name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL="))


def _template(name: str) -> str:
    return files("tasador.profiling").joinpath("templates", name).read_text(encoding="utf-8")
