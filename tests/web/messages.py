"""The messages of the pages: collected from the code and the templates, and written beside their translations.

`python -m tests.web.messages` writes them: what is new comes without a translation, what is gone goes.
"""

from __future__ import annotations

import gettext
import io
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tasador.web import documents
from tests.docs.pages import ROOT

PACKAGE: Final = ROOT / "src" / "tasador"
LOCALES: Final = PACKAGE / "web" / "locales"

CARD: Final = PACKAGE / "models" / "templates" / "model_card.md.j2"

#: The functions that messages are told with: in Python, and in templates.
KEYWORDS: Final = {"message": None, "Said": None, "say": None, "_": None, "gettext": None, "ngettext": (1, 2)}

#: Where they are told, by which Babel reads them.
METHODS: Final = [
    ("web/**.py", "python"),
    ("appraisal/**.py", "python"),
    ("web/templates/**.html", "jinja2"),
    ("web/templates/**.txt", "jinja2"),
]
OPTIONS: Final = {"web/templates/**": {"trimmed": "true", "newstyle_gettext": "true"}}

HEADER: Final = """\
msgid ""
msgstr ""
"Project-Id-Version: Tasador\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
WIDTH: Final = 110


def collected() -> Catalog:
    """Collect the messages that can be told."""
    found = Catalog()
    for _, _, text, _, context in extract_from_dir(PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS):
        found.add(text, context=context)
    for line in of_the_card():
        found.add(line)
    return found


def of_the_card() -> list[str]:
    """List what every model card says of the model in words, which the trust page tells."""
    said = documents._read_card(CARD.read_text(encoding="utf-8"))
    return [said["intended_use"], *said["not_for"], *said["limits"]]


def translated(code: str) -> Catalog:
    """Read what is translated."""
    return read_po(io.BytesIO(place(code, "po").read_bytes()), locale=code)


def place(code: str, ending: str) -> Path:
    """Say where the messages of a language are."""
    return LOCALES / code / "LC_MESSAGES" / f"messages.{ending}"


def compiled(catalog: Catalog) -> bytes:
    """Write translations as programs read them."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def told(compiled_messages: bytes) -> dict[object, str]:
    """Read translations as programs do, without what is said of the file."""
    found = vars(gettext.GNUTranslations(io.BytesIO(compiled_messages)))["_catalog"]
    return {message: text for message, text in found.items() if message}


def main() -> None:
    """Write the messages of each language."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES")):
        code = path.parent.name
        catalog = translated(code)
        catalog.update(collected(), no_fuzzy_matching=True)
        out = io.BytesIO()
        write_po(out, catalog, width=WIDTH, sort_output=True, omit_header=True, ignore_obsolete=True)
        header = HEADER.format(code=code, plural=catalog.plural_forms)
        place(code, "po").write_text(header + out.getvalue().decode(), encoding="utf-8")
        binary = place(code, "mo")
        fresh = compiled(translated(code))
        # NOTE: the day is in it, so it is only written where it says something else.
        if not binary.exists() or told(binary.read_bytes()) != told(fresh):
            binary.write_bytes(fresh)
        empty = [message.id for message in catalog if message.id and not message.string]
        sys.stdout.write(f"{code}: {len(catalog)} messages, {len(empty)} to be translated\n")


if __name__ == "__main__":
    main()
