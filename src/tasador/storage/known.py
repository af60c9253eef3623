"""The public catalogues that can be named instead of an address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tasador.errors import SourceError, UnknownValueError
from tasador.storage.downloads import Progress, download

__all__ = ["KNOWN", "KnownCatalogue", "fetch", "find"]


@dataclass(frozen=True, slots=True)
class KnownCatalogue:
    """A catalogue that somebody published.

    Attributes:
        name: What `tasador fetch` calls it.
        what: What it is.
        page: Where its publisher describes it.
        url: Where the file is; None where only people who log in get it.
        file: The file's name.
        sha256: Of the file as published; None where it is not known, so that nothing can be checked.
        size_bytes: Of the same, as its publisher tells it, who may round; None where nobody does.
        licence: Under which terms it was published, as far as its publisher says.
        cite: What to cite.
        observed: The day on which the store was read, as near as the catalogue or its publisher tells.
        format: How `tasador ingest` calls its format.
    """

    name: str
    what: str
    page: str
    url: str | None
    file: str
    sha256: str | None
    size_bytes: int | None
    licence: str
    cite: str
    observed: date
    format: str


KNOWN: Final = (
    KnownCatalogue(
        name="ucsd-2018",
        what="The store in January 2018, 32,135 entries of every kind, prices in USD: the course project's input",
        page="https://cseweb.ucsd.edu/~jmcauley/datasets.html#steam_data",
        url="https://cseweb.ucsd.edu/~wckang/steam_games.json.gz",
        file="steam_games.json.gz",
        sha256="717f4653a26585fec8f463f59311a654127c2ed66b07b9f78b4c0ce64961c740",
        size_bytes=2_740_516,
        licence=(
            "No licence is stated. Published by the University of California San Diego for research; nothing says "
            "that it may be passed on."
        ),
        cite=(
            "Kang and McAuley, Self-attentive sequential recommendation, ICDM 2018; Wan and McAuley, Item "
            "recommendation on monotonic behavior chains, RecSys 2018; Pathak, Gupta and McAuley, Generating and "
            "personalizing bundle recommendations on Steam, SIGIR 2017"
        ),
        # NOTE: the last day with as many releases as usual; later ones in the file are announcements.
        observed=date(2018, 1, 4),
        format="python-literals",
    ),
    KnownCatalogue(
        name="fronkongames-2024",
        what="The store in January 2024, games only, with estimates of Steam Spy, prices in USD",
        page="https://huggingface.co/datasets/FronkonGames/steam-games-dataset",
        url=(
            "https://huggingface.co/datasets/FronkonGames/steam-games-dataset/resolve/"
            "7e8915c96cd1a237d0655b8309dd1e8062ac841f/games.csv"
        ),
        file="games.csv",
        sha256="c755572b804a5c43f4f005aacef23cadfe92ae77d03daebf908d521c81285821",
        size_bytes=257_000_000,
        licence="Its page states CC BY 4.0: name the author, FronkonGames.",
        cite="FronkonGames, Steam Games Dataset, doi:10.57967/hf/0511",
        # NOTE: the day that the publisher's change names.
        observed=date(2024, 1, 12),
        format="csv, by a mapping",
    ),
    KnownCatalogue(
        name="nikdavis-2019",
        what="The store in spring 2019, 27,075 games, with estimates of Steam Spy, prices in GBP",
        page="https://www.kaggle.com/datasets/nikdavis/steam-store-games",
        url=None,
        file="steam.csv",
        sha256=None,
        size_bytes=None,
        licence="CC BY 4.0 as those who used it report; its page has the last word.",
        cite="Nik Davis, Steam Store Games (Clean dataset), Kaggle, 2019",
        # NOTE: the last day with as many releases as usual.
        observed=date(2019, 4, 25),
        format="store-csv",
    ),
)


def find(name: str) -> KnownCatalogue:
    """Find a catalogue by its name.

    Raises:
        UnknownValueError: There is none of that name.
    """
    for catalogue in KNOWN:
        if catalogue.name == name:
            return catalogue
    raise UnknownValueError(
        "catalogue", name, [catalogue.name for catalogue in KNOWN], do="`tasador fetch` tells what each is."
    )


def fetch(
    catalogue: KnownCatalogue,
    target: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> bool:
    """Download a catalogue and check that it is the one that was published.

    Args:
        catalogue: Which.
        target: The file to write; its folder is made.
        force: Replace a file that is there.
        progress: Told how many bytes of how many are there; the second is None where the server does not say.

    Returns:
        Whether it was downloaded: no if the very file was there.

    Raises:
        SourceError: It cannot be downloaded, another file is in its place, or what came is not what was published.
        OSError: The disk is full or the place cannot be written; what was there is as it was.
    """
    if catalogue.url is None:
        raise SourceError(
            "only people who log in get this catalogue",
            where=catalogue.name,
            do=f"Log in at {catalogue.page}, download it, and give {catalogue.file}: `tasador ingest PATH`.",
        )
    if target.exists() and not force:
        _check_is_it(catalogue, target)
        return False
    download(catalogue.url, target, sha256=catalogue.sha256, progress=progress)
    return True


def _check_is_it(catalogue: KnownCatalogue, target: Path) -> None:
    do = "Name another place (--output PATH), or replace it (--force)."
    if not target.is_file():
        raise SourceError("no file can be written there", where=target, got="something else", do=do)
    with target.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != catalogue.sha256:
        expected = "no file" if catalogue.sha256 is None else f"sha256 {catalogue.sha256}"
        raise SourceError("another file is there", where=target, got=f"sha256 {found}", expected=expected, do=do)
