"""The entries of a catalogue, one maker for each kind of record the store has."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from tasador.testing import shares
from tasador.testing.names import name_game
from tasador.testing.prices import NOISE_WEIGHT, addon_level, game_shift, list_price
from tasador.testing.reception import draw_metascore, draw_sentiment, draw_tags, quantile
from tasador.testing.record import Record, address
from tasador.testing.release import RELEASE_TEXTS
from tasador.testing.spec_shares import (
    BEFORE_DOWNLOADABLE,
    FRANCHISE_SPECS,
    GAME_SPECS,
    VIDEO_SPECS,
    VR_SPECS,
)
from tasador.testing.studio import Base, Studio
from tasador.testing.tag_shares import VIDEO_TAGS, VR_TAGS
from tasador.testing.weighted import Weighted
from tasador.testing.words import (
    ADDON_THINGS,
    HARDWARE_THINGS,
    SOFTWARE_THINGS,
    SOUNDTRACK_THINGS,
    VIDEO_THINGS,
)

__all__ = ["EntryMaker"]

_YEARS: Final = Weighted(shares.YEARS)
_FREE: Final = Weighted(shares.FREE_TEXTS)
_FREE_TO_PLAY: Final = Weighted(shares.FREE_TO_PLAY_TEXTS)
_ADDONS: Final = tuple(ADDON_THINGS)
#: The day the catalogue was read, which nothing was released after.
_READ: Final = date(2018, 1, 4).toordinal()
#: Days from a game to its add-ons, on average.
_ADDON_DELAY: Final = 260.0


def _present(share: dict[str, float], kind: str, rng: Random) -> bool:
    return rng.random() >= share.get(kind, 0.0)


def _specs(table: dict[str, float], rng: Random) -> list[str]:
    chance = rng.random
    return [spec for spec, share in table.items() if chance() < share]


class EntryMaker:
    """Makes records, and numbers them.

    Args:
        rng: Where the chance comes from.
        last_id: The ids begin after it.
        step: From one id to the next it is one to three times as far.
    """

    def __init__(self, rng: Random, *, last_id: int = 1000, step: int = 10) -> None:
        self._rng = rng
        self._last_id = last_id
        self._step = step

    def of_studio(self, studio: Studio) -> Record:
        """The next entry of a studio's catalogue."""
        kind = studio.draw_kind(self._rng)
        if kind == "game":
            return self.game_of(studio)
        # The game of an add-on may be missing in the catalogue.
        base = self._rng.choice(studio.bases[-3:]) if studio.bases else self._base(studio)
        return self._addon(studio, base, kind)

    def game_of(self, studio: Studio) -> Record:
        """A game, or software, whatever else the studio makes."""
        return self._game(studio, "software" if studio.family == "software" else "game")

    def demo_of(self, studio: Studio) -> Record:
        """A demo of the studio's last game."""
        return self._addon(studio, studio.bases[-1], "demo")

    def unpaged(self) -> Record:
        """An entry whose store page was not read."""
        rng = self._rng
        tags = [tag for tag, share in VR_TAGS.items() if rng.random() < share and tag != "Early Access"]
        early = rng.random() < shares.EARLY_ACCESS_SHARES["unpaged"]
        if early:
            tags.insert(0, "Early Access")
        record = self._bare(name_game(rng), early=early)
        record["tags"] = tags or ["VR"]
        record["specs"] = _specs(VR_SPECS, rng) or ["HTC Vive"]
        fame = rng.gauss(0.0, 1.0)
        self._receive(record, "unpaged", quantile(fame))
        shift = game_shift(fame, _YEARS.draw(rng), tags, early_access=early)
        self._price(record, "unpaged", shift + 0.9 * rng.gauss(0.0, 1.0))
        return record

    def video(self) -> Record:
        """A film, episode or lesson: no genres, developer or publisher."""
        rng = self._rng
        number = f"{rng.choice(VIDEO_THINGS)} {1 + int(rng.random() * 12)}"
        record = self._bare(f"{name_game(rng)}: {number}", early=False)
        self._page(record, self._day())
        specs = _specs(VIDEO_SPECS, rng)
        if specs:
            record["specs"] = specs
        if _present(shares.NO_TAGS_SHARES, "video", rng):
            tags = [tag for tag, share in VIDEO_TAGS.items() if rng.random() < share]
            record["tags"] = tags or ["Movie"]
        self._receive(record, "video", rng.random())
        self._price(record, "video", rng.gauss(0.0, 1.0))
        return record

    def hardware(self) -> Record:
        """A device: no genres, developer, publisher or specs."""
        rng = self._rng
        record = self._bare(f"{name_game(rng)} {rng.choice(HARDWARE_THINGS)}", early=False)
        self._page(record, self._day())
        record["tags"] = ["Hardware", *rng.sample(("Controller", "VR", "Steam Machine", "Simulation"), 2)]
        self._receive(record, "hardware", rng.random())
        self._price(record, "hardware", rng.gauss(0.0, 0.7))
        return record

    def _base(
        self,
        studio: Studio,
    ) -> Base:
        rng = self._rng
        genres = studio.draw_genres(rng)
        name = name_game(rng)
        if studio.family == "software":
            name = f"{name} {rng.choice(SOFTWARE_THINGS)}"
            specs = [] if rng.random() < shares.NO_SPECS_SHARES["software"] else _specs(GAME_SPECS, rng)
        else:
            specs = _specs(FRANCHISE_SPECS if studio.family == "franchise" else GAME_SPECS, rng)
        # Games that get add-ons are older ones.
        day = self._day() if studio.family == "game" else min(self._day(), self._day())
        base = Base(name, genres, specs, studio.base_level(genres), day)
        studio.bases.append(base)
        return base

    def _game(self, studio: Studio, kind: str) -> Record:
        rng = self._rng
        base = self._base(studio)
        early = rng.random() < shares.EARLY_ACCESS_SHARES[kind]
        genres = [*base.genres, "Early Access"] if early else base.genres
        record = self._bare(base.name, early=early)
        self._page(record, base.day)
        self._sign(record, studio, kind, genres)
        fame = rng.gauss(0.0, 1.0)
        known = quantile(fame)
        tags = draw_tags(genres, known, rng)
        record["tags"] = tags
        if base.specs:
            record["specs"] = base.specs
        self._receive(record, kind, known)
        score = draw_metascore(kind, known, rng)
        if score is not None:
            record["metascore"] = score
        year = date.fromordinal(base.day).year
        base.level += game_shift(fame, year, tags, early_access=early)
        self._price(record, kind, base.level + NOISE_WEIGHT * rng.gauss(0.0, 1.0))
        if kind == "game" and rng.random() < shares.UNRELEASED_SHARE:
            record["release_date"] = RELEASE_TEXTS.draw(rng)
            if rng.random() < shares.UNRELEASED_UNPRICED_SHARE:
                record.pop("price", None)
        return record

    def _addon(self, studio: Studio, base: Base, kind: str) -> Record:
        rng = self._rng
        content = 0.0
        if kind == "demo":
            name, special = f"{base.name} Demo", "Game demo"
        elif kind == "soundtrack":
            name, special = f"{base.name} - {rng.choice(SOUNDTRACK_THINGS)}", "Downloadable Content"
        else:
            thing = _ADDONS[int(rng.random() * len(_ADDONS))]
            content = ADDON_THINGS[thing]
            special = "Downloadable Content"
            middle = name_game(rng) if rng.random() < 0.4 else ""
            name = f"{base.name} - {middle} {thing}" if middle else f"{base.name} - {thing}"
        record = self._bare(name, early=False)
        self._page(record, self._addon_day(studio, base))
        self._sign(record, studio, kind, base.genres)
        if _present(shares.NO_TAGS_SHARES, kind, rng):
            record["tags"] = [genre.replace("&amp;", "&") for genre in base.genres]
        shared = [spec for spec in base.specs if rng.random() < 0.97]
        at = sum([spec in BEFORE_DOWNLOADABLE for spec in shared])
        record["specs"] = [*shared[:at], special, *shared[at:]]
        known = rng.random()
        self._receive(record, kind, known)
        score = draw_metascore(kind, known, rng)
        if score is not None:
            record["metascore"] = score
        level = addon_level(base.level, content, rng, software=studio.family == "software")
        self._price(record, kind, level)
        return record

    def _bare(self, name: str, *, early: bool) -> Record:
        self._last_id += self._step + self._step * int(self._rng.random() * 3)
        app_id = str(self._last_id)
        return {
            "app_name": name,
            "url": address(app_id, name),
            "reviews_url": f"http://steamcommunity.com/app/{app_id}/reviews/?browsefilter=mostrecent&p=1",
            "early_access": early,
            "id": app_id,
        }

    def _page(self, record: Record, day: int) -> None:
        record["title"] = str(record["app_name"]).replace("&", "&amp;")
        record["release_date"] = date.fromordinal(day).isoformat()

    def _sign(self, record: Record, studio: Studio, kind: str, genres: list[str]) -> None:
        rng = self._rng
        if _present(shares.NO_GENRES_SHARES, kind, rng):
            record["genres"] = genres
        if _present(shares.NO_DEVELOPER_SHARES, kind, rng):
            record["developer"] = studio.name
        if _present(shares.NO_PUBLISHER_SHARES, kind, rng):
            record["publisher"] = studio.publisher

    def _receive(self, record: Record, kind: str, known: float) -> None:
        sentiment = draw_sentiment(kind, known, self._rng)
        if sentiment is not None:
            record["sentiment"] = sentiment

    def _price(self, record: Record, kind: str, level: float) -> None:
        rng = self._rng
        free, unpriced, texts = shares.FREE_SHARES[kind], shares.UNPRICED_SHARES[kind], _FREE
        genres = record.get("genres")
        if kind == "game" and isinstance(genres, list) and "Free to Play" in genres:
            free, unpriced = shares.FREE_TO_PLAY_TEXT_SHARE, shares.FREE_TO_PLAY_UNPRICED_SHARE
            texts = _FREE_TO_PLAY
        draw = rng.random()
        price = list_price(level, kind)
        if draw < free:
            record["price"] = texts.draw(rng)
        elif draw >= free + unpriced:
            record["price"] = price
        if draw >= free and rng.random() < shares.DISCOUNT_SHARE:
            record["discount_price"] = round(price * rng.choice((0.2, 0.4, 0.5, 0.6, 0.8, 0.9)), 2)

    def _addon_day(self, studio: Studio, base: Base) -> int:
        if not studio.wandering:
            return max(base.day, self._day())
        delay = int(self._rng.expovariate(1.0 / _ADDON_DELAY))
        if base.day + delay > _READ:
            delay = int(self._rng.random() * (_READ - base.day))
        return base.day + delay

    def _day(self) -> int:
        year = _YEARS.draw(self._rng)
        first = date(year, 1, 1).toordinal()
        return first + int(self._rng.random() * (min(_READ, date(year, 12, 31).toordinal()) - first + 1))
