"""The quality report as one self-contained page."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from tasador.ingest.quality import Quality

__all__ = ["render"]


def render(quality: Quality) -> str:
    """Write the page from the report alone; the same report gives the same page."""
    environment = Environment(
        loader=PackageLoader("tasador.ingest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("quality.html").render(quality=quality)
