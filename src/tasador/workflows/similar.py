"""Opens what finds similar games, from the champion's bundle or another's."""

from __future__ import annotations

from functools import cache

from tasador.appraisal.bundle_files import file
from tasador.registry.similar_games import similar_games
from tasador.similar import entries
from tasador.similar.games import SimilarGames
from tasador.storage import bundles
from tasador.storage.catalogue import FILE, Catalogue
from tasador.storage.workspace import Workspace

__all__ = ["load"]


def load(workspace: Workspace, version: str) -> SimilarGames:
    """Read a model version's similar games, its hashes checked before anything else.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: A file is missing, altered or of another format.
    """
    found = bundles.load(workspace, bundles.find(workspace, version))
    packed = file(found.files, entries.FILE)
    return similar_games(found.files, Catalogue(file(found.files, FILE)), cache(lambda: entries.read(packed)))
