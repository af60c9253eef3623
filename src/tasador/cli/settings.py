"""tasador settings"""

from __future__ import annotations

import os

from tasador.cli import console, options
from tasador.settings import PREFIX


def settings(json: options.Json = False) -> None:
    """Show each setting with its value, where that comes from, and what it means."""
    values = options.settings()
    rows = [
        {
            "setting": f"{PREFIX}{name.upper()}",
            "value": str(getattr(values, name)),
            "origin": "environment" if f"{PREFIX}{name.upper()}" in os.environ else "default",
            "means": field.description,
        }
        for name, field in type(values).model_fields.items()
    ]
    if json:
        console.print_json(rows)
    else:
        console.print_table(("setting", "value", "origin", "means"), [list(row.values()) for row in rows])
