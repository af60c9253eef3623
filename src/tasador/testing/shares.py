"""Shares that a catalogue of about 30,000 entries shows, and that a made-up one follows."""

from __future__ import annotations

from typing import Final

#: Entries in the catalogue that the shares were counted in: a wart seen once has the share 1 / ENTRIES.
ENTRIES: Final = 32_135

#: Entries whose store page was not read (an age gate, mostly virtual reality): no title, date, genres,
#: developer or publisher.
UNPAGED_SHARE: Final = 0.0638
#: Videos outside of studios' catalogues: no genres, developer or publisher.
VIDEO_SHARE: Final = 0.0335
HARDWARE_SHARE: Final = 0.0003

#: Studios by the number of entries in their catalogue; the long ones are binned.
CATALOGUE_SIZES: Final[dict[int, float]] = {
    1: 0.64511,
    2: 0.17112,
    3: 0.05859,
    4: 0.03566,
    5: 0.02065,
    6: 0.0141,
    7: 0.0081,
    8: 0.00646,
    9: 0.00664,
    10: 0.00491,
    12: 0.00937,
    17: 0.00746,
    25: 0.00591,
    38: 0.00355,
    70: 0.00164,
    130: 0.00036,
}

#: From this many entries on, a studio lives on add-ons to a few franchises.
FRANCHISE_SIZE: Final = 6

#: From this many entries on, a studio's first entry is a game for its add-ons to belong to.
OWN_GAME_SIZE: Final = 4

#: Kinds of entry in a studio's catalogue, by the least number of entries it has; from `OWN_GAME_SIZE` on
#: without that first game.
KINDS_BY_SIZE: Final[dict[int, dict[str, float]]] = {
    50: {"game": 0.144, "dlc": 0.839, "soundtrack": 0.004, "demo": 0.013},
    20: {"game": 0.26, "dlc": 0.712, "soundtrack": 0.023, "demo": 0.005},
    10: {"game": 0.315, "dlc": 0.627, "soundtrack": 0.052, "demo": 0.006},
    6: {"game": 0.365, "dlc": 0.55, "soundtrack": 0.072, "demo": 0.013},
    4: {"game": 0.425, "dlc": 0.436, "soundtrack": 0.121, "demo": 0.018},
    3: {"game": 0.647, "dlc": 0.212, "soundtrack": 0.106, "demo": 0.035},
    2: {"game": 0.673, "dlc": 0.133, "soundtrack": 0.162, "demo": 0.032},
    1: {"game": 0.923, "dlc": 0.035, "soundtrack": 0.037, "demo": 0.005},
}

#: Houses whose catalogue is one franchise with hundreds of add-ons: genres, share of all entries, price
#: level in standard deviations (all but fixed, lest one draw decide the prices of the whole catalogue).
HOUSES: Final = (
    ("Casual, Simulation", 0.0392, -0.35),
    ("Indie, RPG, Strategy", 0.0253, 0.35),
    ("Simulation", 0.0079, 1.35),
    ("Action", 0.0072, -0.2),
    ("Design &amp; Illustration, Web Publishing", 0.0065, 0.0),
)

#: Studios that make software, among short and among long catalogues.
SOFTWARE_STUDIO_SHARE: Final = 0.0155
SOFTWARE_HOUSE_SHARE: Final = 0.045

#: Years of release of the games.
YEARS: Final[dict[int, float]] = {
    1983: 0.0002,
    1985: 0.0002,
    1987: 0.0003,
    1988: 0.0003,
    1989: 0.0005,
    1990: 0.0006,
    1991: 0.0008,
    1992: 0.0008,
    1993: 0.0016,
    1994: 0.0021,
    1995: 0.002,
    1996: 0.0023,
    1997: 0.0024,
    1998: 0.0032,
    1999: 0.0029,
    2000: 0.0023,
    2001: 0.0037,
    2002: 0.0027,
    2003: 0.0047,
    2004: 0.0042,
    2005: 0.0056,
    2006: 0.009,
    2007: 0.0095,
    2008: 0.0122,
    2009: 0.0167,
    2010: 0.019,
    2011: 0.0207,
    2012: 0.0281,
    2013: 0.0357,
    2014: 0.0835,
    2015: 0.1569,
    2016: 0.2285,
    2017: 0.3316,
    2018: 0.0049,
}

#: By kind: entries whose price is a text that says free, and entries without any price.
FREE_SHARES: Final[dict[str, float]] = {
    "game": 0.028,
    "dlc": 0.036,
    "soundtrack": 0.07,
    "demo": 0.011,
    "software": 0.069,
    "video": 0.039,
    "unpaged": 0.161,
    "hardware": 0.22,
}
UNPRICED_SHARES: Final[dict[str, float]] = {
    "game": 0.01,
    "dlc": 0.033,
    "soundtrack": 0.034,
    "demo": 0.986,
    "software": 0.039,
    "video": 0.009,
    "unpaged": 0.057,
    "hardware": 0.0,
}

#: Free-to-play games, and what their price field holds: a text, nothing, or a price after all.
FREE_TO_PLAY_SHARE: Final = 0.06
FRANCHISE_FREE_TO_PLAY_SHARE: Final = 0.12
FREE_TO_PLAY_TEXT_SHARE: Final = 0.55
FREE_TO_PLAY_UNPRICED_SHARE: Final = 0.12

#: How free entries say so.
FREE_TEXTS: Final[dict[str, float]] = {"Free": 0.75, "Free to Play": 0.14, "Free To Play": 0.11}
FREE_TO_PLAY_TEXTS: Final[dict[str, float]] = {"Free to Play": 0.52, "Free To Play": 0.46, "Free": 0.02}

#: Games sold before they are finished; add-ons never are.
EARLY_ACCESS_SHARES: Final[dict[str, float]] = {"game": 0.0915, "software": 0.064, "unpaged": 0.237}

#: Games announced with a vague date, and how many of those have no price yet.
UNRELEASED_SHARE: Final = 0.0155
UNRELEASED_UNPRICED_SHARE: Final = 0.85

#: By kind: entries without a sentiment, and entries with a mere count of one to nine reviews.
NO_SENTIMENT_SHARES: Final[dict[str, float]] = {
    "game": 0.0637,
    "dlc": 0.4026,
    "soundtrack": 0.4989,
    "demo": 0.1405,
    "software": 0.1413,
    "video": 0.5121,
    "unpaged": 0.1249,
    "hardware": 0.4444,
}
FEW_REVIEWS_SHARES: Final[dict[str, float]] = {
    "game": 0.2343,
    "dlc": 0.3554,
    "soundtrack": 0.3937,
    "demo": 0.4573,
    "software": 0.3241,
    "video": 0.344,
    "unpaged": 0.3916,
    "hardware": 0.1111,
}
#: Number of reviews, where the sentiment is a count.
FEW_REVIEWS: Final[dict[int, float]] = {
    1: 0.2575,
    2: 0.1811,
    3: 0.127,
    4: 0.0995,
    5: 0.0873,
    6: 0.078,
    7: 0.0639,
    8: 0.0554,
    9: 0.0503,
}
#: Summaries of ten reviews and more.
SENTIMENTS: Final[dict[str, float]] = {
    "Mixed": 0.269,
    "Very Positive": 0.2535,
    "Positive": 0.215,
    "Mostly Positive": 0.1799,
    "Mostly Negative": 0.0526,
    "Overwhelmingly Positive": 0.0199,
    "Negative": 0.0081,
    "Very Negative": 0.0019,
    "Overwhelmingly Negative": 0.0001,
}

#: Games with a critics' score; only the better known have one.
METASCORE_SHARE: Final = 0.165
ADDON_METASCORE_SHARE: Final = 0.0085
METASCORE_MEAN: Final = 72.3
METASCORE_DEVIATION: Final = 10.8

#: Entries of studios that lack a publisher, genres, tags or specs, by kind.
NO_PUBLISHER_SHARES: Final[dict[str, float]] = {
    "dlc": 0.378,
    "soundtrack": 0.406,
    "demo": 0.044,
    "game": 0.009,
}
NO_GENRES_SHARES: Final[dict[str, float]] = {"dlc": 0.009, "soundtrack": 0.032, "demo": 0.058, "game": 0.003}
NO_TAGS_SHARES: Final[dict[str, float]] = {"dlc": 0.006, "soundtrack": 0.029, "demo": 0.055, "video": 0.007}
NO_SPECS_SHARES: Final[dict[str, float]] = {"software": 0.7}
NO_DEVELOPER_SHARES: Final[dict[str, float]] = {
    "dlc": 0.013,
    "soundtrack": 0.009,
    "demo": 0.03,
    "game": 0.004,
}

#: Published by the developer itself, of those with a publisher.
SELF_PUBLISHED_SHARE: Final = 0.516

#: Entries on sale when the catalogue was read.
DISCOUNT_SHARE: Final = 0.007
