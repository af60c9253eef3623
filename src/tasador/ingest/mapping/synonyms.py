"""What public data sets about Steam call the fields of a game."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tasador.ingest.mapping.model import KEY

__all__ = ["match"]

#: Names of columns by field, without case and signs, the most telling first. Seen in dumps of the store's own calls,
#: SteamSpy's, RAWG's, and in the data sets that are most used on Kaggle.
_FIELDS: Final[dict[str, str]] = {
    "id": "appid steamappid steamid gameid responseid queryid id",
    "name": "name appname gamename responsename queryname gametitle title game nombre título titulo titel",
    "title": "title",
    "url": "url storeurl steamurl storepage gameurl link href",
    "developer": "developer developers dev devs studio desarrollador desarrolladora desarrolladores entwickler",
    "publisher": "publisher publishers editor editora editorial distribuidor herausgeber",
    "release_date": "releasedate releasedatedate datereleased daterelease releasedon released releaseyear release "
    "launchdate date year fechadelanzamiento lanzamiento fecha erscheinungsdatum veröffentlichungsdatum datum",
    "observed_on": "observedon retrievedat scrapedat crawledat snapshotdate extractiondate scrapeddate timestamp",
    "genres": "genres genre gamegenres géneros generos género genero",
    "categories": "categories category specs features gamedetails categorías categorias características kategorien",
    "tags": "tags steamspytags populartags usertags tag etiquetas schlagwörter",
    "platforms": "platforms platform operatingsystems supportedplatforms supportedos os plataformas plataforma "
    "plattformen plattform",
    "languages": "supportedlanguages languages language idiomas sprachen",
    "early_access": "earlyaccess isearlyaccess",
    "free": "isfree freetoplay isfreetoplay free f2p",
    "sentiment": "sentiment reviewsummary reviewscoredesc rating reviewrating",
    "metascore": "metascore metacriticscore metacritic metacriticrating",
    "positive_reviews": "positivereviews positiveratings positive totalpositive numpositivereviews positivevotes",
    "negative_reviews": "negativereviews negativeratings negative totalnegative numnegativereviews negativevotes",
    "owners": "owners estimatedowners steamspyowners ownersrange ownersestimate",
    "required_age": "requiredage agerequired minimumage minage",
    "base_app_id": "baseappid fullgameappid parentappid basegameid fullgame",
    "currency": "currency pricecurrency currencycode priceoverviewcurrency moneda währung",
    "kind": "type kind apptype types producttype",
    "is_dlc": "isdlc",
    "windows": "windows win platformwindows platformswindows iswindows",
    "mac": "mac macos osx platformmac platformsmac ismac",
    "linux": "linux platformlinux platformslinux islinux",
}

#: The same of prices: when not on sale, and on the day. A column `price` is the one where there is no other.
_PRICES: Final = (
    "initialprice priceinitial priceoverviewinitial originalprice priceoriginal listprice regularprice baseprice "
    "fullprice regular msrp"
)
_CURRENT_PRICES: Final = "finalprice pricefinal priceoverviewfinal currentprice saleprice discountedprice discountprice"
_EITHER: Final = "price priceusd priceeur pricegbp usprice cost precio preis"


def match(columns: Iterable[str]) -> dict[str, str]:
    """Find columns by their names.

    Args:
        columns: The names of a table's columns; paths in JSON and Parquet.

    Returns:
        The column of each field for which there is one: the fields above, `price` and `current`. No column comes twice,
        nor do parts of one that is there.
    """
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(_plain(column), column)
    found: dict[str, str] = {}

    def take(field: str, names: str) -> None:
        taken = {_plain(column) for column in found.values()}
        plain = next((name for name in names.split() if name in there and name not in taken), None)
        if plain is not None:
            found[field] = there[plain]

    for field, names in _FIELDS.items():
        take(field, names)
    take("price", f"{_PRICES} {_EITHER} {_CURRENT_PRICES}")
    if "price" in found:
        take("current", f"{_CURRENT_PRICES} {_EITHER}")
    if "id" not in found and KEY in there.values():
        found["id"] = KEY
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
