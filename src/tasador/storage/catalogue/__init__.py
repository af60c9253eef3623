"""The catalogue that the server answers from: one file of a bundle, searched by name, filtered and sorted.

`make` writes the file where models are trained; `Catalogue` reads it where they are served, by the standard library.
"""

from __future__ import annotations

from tasador.storage.catalogue.catalogue import FILE, Catalogue
from tasador.storage.catalogue.making import make
from tasador.storage.catalogue.query import RELEVANCE, SORTS, Label, Page, Query
from tasador.storage.catalogue.reader import SlowQueryError

__all__ = ["FILE", "RELEVANCE", "SORTS", "Catalogue", "Label", "Page", "Query", "SlowQueryError", "make"]
