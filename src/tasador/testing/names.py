"""Names of games, add-ons and studios, composed at random."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tasador.testing.words import (
    ACCENTED,
    ADJECTIVES,
    CODAS,
    CYRILLIC,
    ENDINGS,
    HANZI,
    KANA,
    NOUNS,
    NUCLEI,
    ONSETS,
    ROLES,
    STUDIO_SUFFIXES,
)

__all__ = ["coin_word", "name_game", "name_studio", "slug"]


def coin_word(rng: Random) -> str:
    """A word that means nothing: it keeps composed names apart from the names of real games."""
    return _coin(rng, longer=rng.random() < 0.35)


def _coin(rng: Random, *, longer: bool) -> str:
    chance = rng.random
    word = ONSETS[int(chance() * len(ONSETS))] + NUCLEI[int(chance() * len(NUCLEI))]
    if longer:
        word += ONSETS[int(chance() * len(ONSETS))] + NUCLEI[int(chance() * len(NUCLEI))]
    word += CODAS[int(chance() * len(CODAS))] + ENDINGS[int(chance() * len(ENDINGS))]
    return word.capitalize()


def _coin_name(rng: Random) -> str:
    # A short word alone might happen to be the name of a real game or studio.
    return _coin(rng, longer=True)


def name_studio(rng: Random) -> str:
    """The name of a developer or publisher."""
    draw = rng.random()
    word = _coin_name(rng)
    if draw < 0.012:
        return "".join(rng.choices(HANZI, k=4))
    if draw < 0.024:
        return f"{_accent(word, rng)} {rng.choice(STUDIO_SUFFIXES)}"
    if draw < 0.04:
        return f"{word}'s {rng.choice(STUDIO_SUFFIXES)}"
    if draw < 0.045:
        return f'{word} "{_coin_name(rng)}" {rng.choice(STUDIO_SUFFIXES)}'
    if draw < 0.10:
        return f"{word} {rng.choice(STUDIO_SUFFIXES)},{_coin_name(rng)} {rng.choice(STUDIO_SUFFIXES)}"
    return f"{word} {rng.choice(STUDIO_SUFFIXES)}"


def name_game(rng: Random) -> str:
    """The name of a game, a piece of software or a film."""
    name = _LATIN_TEMPLATES[int(rng.random() * len(_LATIN_TEMPLATES))](rng)
    draw = rng.random()
    if draw < 0.03:
        name += "™"
    elif draw < 0.04:
        name += "®"
    elif draw < 0.055:
        name = "".join(rng.choices(HANZI, k=4)) + " " + coin_word(rng)
    elif draw < 0.062:
        name = "".join(rng.choices(KANA, k=6))
    elif draw < 0.07:
        name = "".join(rng.choices(CYRILLIC, k=4)).capitalize()
    elif draw < 0.13:
        name = _accent(name, rng)
    elif draw < 0.17:
        name += " VR"
    elif draw < 0.24:
        name += f" {rng.choice((2, 2, 2, 3, 4, 2016, 2017))}"
    return name


def _accent(name: str, rng: Random) -> str:
    plain, accented = rng.choice(ACCENTED)
    return name.replace(plain, accented)


def slug(name: str) -> str:
    """The form a name takes in the address of its store page."""
    return _NOT_IN_SLUG.sub("", name).replace(" ", "_") or "_"


_NOT_IN_SLUG = re.compile(r"[^A-Za-z0-9_ ]")

_LATIN_TEMPLATES: tuple[Callable[[Random], str], ...] = (
    _coin_name,
    _coin_name,
    _coin_name,
    lambda rng: f"{coin_word(rng)} {rng.choice(NOUNS)}",
    lambda rng: f"{coin_word(rng)} {rng.choice(NOUNS)}",
    lambda rng: f"{coin_word(rng)} {rng.choice(NOUNS)}",
    lambda rng: f"{rng.choice(ADJECTIVES)} {coin_word(rng)}",
    lambda rng: f"{rng.choice(NOUNS)} of {coin_word(rng)}",
    lambda rng: f"{coin_word(rng)}: {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}",
    lambda rng: f"{coin_word(rng)}: The {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}",
    lambda rng: f"{coin_word(rng)} - {rng.choice(NOUNS)} of the {rng.choice(ADJECTIVES)} {rng.choice(ROLES)}",
    lambda rng: f"The {rng.choice(ADJECTIVES)} {rng.choice(ROLES)} of {coin_word(rng)}",
    lambda rng: f"{coin_word(rng)} {rng.choice(ROLES)} Simulator",
    lambda rng: f"{coin_word(rng)}'s {rng.choice(NOUNS)}",
    lambda rng: f"{rng.choice(ADJECTIVES)} {coin_word(rng)} {rng.choice(NOUNS)}",
    lambda rng: f"{coin_word(rng)} {rng.choice(NOUNS)}",
)
