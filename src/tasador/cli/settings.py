"""tasador settings"""

from __future__ import annotations

import os

from tasador.cli import console, options, setting_words
from tasador.settings import PREFIX


def settings(json: options.Json = False) -> None:
    """Show each setting with its value, where that comes from, and what it means."""
    values = options.settings()
    # NOTE: names count in either case, and an empty value is none.
    told = {name.upper() for name, value in os.environ.items() if value}
    rows = [
        {
            "setting": f"{PREFIX}{name.upper()}",
            "value": setting_words.masked(str(getattr(values, name))),
            "origin": "environment" if f"{PREFIX}{name.upper()}" in told else "default",
            "means": field.description,
        }
        for name, field in type(values).model_fields.items()
    ]
    if json:
        console.print_json(rows)
    else:
        console.print_table(("setting", "value", "origin", "means"), [list(row.values()) for row in rows])
