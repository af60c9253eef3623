"""The report as one self-contained page."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tasador.monitoring.report import Report

__all__ = ["render"]

#: Differences that are shown of a comparison, and shares of quality: the JSON has all.
_SHOWN: Final = 20


#: Figures from here on are told without decimals.
_WHOLE: Final = 10


def render(report: Report) -> str:
    """Write the page from the report alone.

    Returns:
        HTML that loads nothing and runs nothing, and whose content security policy forbids to.
    """
    environment = Environment(
        loader=PackageLoader("tasador.monitoring"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(coded=_coded, plain=_plain)
    style = files("tasador.monitoring").joinpath("templates", "monitor.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("monitor.html.j2").render(
        report=report.to_dict(), style=style, style_hash=f"sha256-{digest}", shown=_SHOWN
    )


def _coded(text: str) -> Markup:
    """Show what stands between backticks as code."""
    parts = text.split("`")
    return Markup().join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"
