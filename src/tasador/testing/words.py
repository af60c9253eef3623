"""The words that made-up names are composed of. All are common words or syllables of no language."""

from __future__ import annotations

from typing import Final


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


ONSETS: Final = _split("b br c ch d dr f fl g gr h j k kr l m n p pr qu r s sk sv t th tr v vr w y z zh")
NUCLEI: Final = _split("a e i o u ae ai ea ei ia io oa ou y")
CODAS: Final = _split("b ck d g l ld lm lt m n nd ng nth r rd rk rn rsk s sk st t th x z")
ENDINGS: Final = _split("a ar eth ia il is mere o on or os ova um ur us vale wyn")

ADJECTIVES: Final = _split(
    "Ashen Bitter Brittle Copper Crooked Distant Drowned Eastern Fallen Feral Fifth Frozen Gentle Gilded "
    "Hollow Hungry Idle Inner Iron Last Loud Mirrored Narrow Nimble Northern Pale Paper Patient Quiet "
    "Restless Rusty Salted Scarlet Second Silent Sleepless Stubborn Sunken Thirsty Tidal True Unlit Velvet "
    "Wandering Woven"
)
NOUNS: Final = _split(
    "Accord Anvil Archive Armada Beacon Bakery Bridge Canal Caravan Chapel Citadel Clockwork Convoy Courier "
    "Crater Descent Dominion Drift Embers Engine Expedition Factory Ferry Foundry Frontier Gambit Garden "
    "Glacier Harbor Harvest Hive Horizon Keep Labyrinth Ledger Lantern Lighthouse Machine March Menagerie "
    "Meridian Oath Orchard Outpost Parade Protocol Pursuit Quarry Railway Reckoning Requiem Rift Saga Siege "
    "Signal Squadron Station Summit Tactics Tempest Tournament Vault Vigil Voyage Workshop Zephyr"
)
ROLES: Final = _split(
    "Alchemist Baker Captain Cartographer Courier Diver Gardener Gunsmith Keeper Locksmith Menu Miner Pilot "
    "Ranger Smuggler Tinker Warden Weaver"
)

#: What an add-on is called after its game's name, and how it shifts the price level within add-ons.
ADDON_THINGS: Final[dict[str, float]] = {
    "Costume Pack": -0.8,
    "Skin Pack": -0.8,
    "Weapon Pack": -0.6,
    "Track Pack": -0.5,
    "Token Pack": -0.4,
    "Soldier Pack": -0.4,
    "Maps & Skins Pack": -0.2,
    "Map Pack": 0.0,
    "Character Pack": 0.0,
    "Scenario Pack": 0.2,
    "Starter Pack": 0.3,
    "Supporter Pack": 0.4,
    "Route Add-On": 1.0,
    "Season Pass": 1.4,
    "Expansion": 1.1,
}
SOUNDTRACK_THINGS: Final = ("Soundtrack", "Soundtrack", "Original Soundtrack", "OST")
SOFTWARE_THINGS: Final = (
    "Studio",
    "Designer",
    "Mixer",
    "Modeler",
    "Tuner",
    "Toolkit",
    "Trainer",
    "Cutter",
    "Pro",
)
HARDWARE_THINGS: Final = ("Controller", "Headset", "Machine", "Receiver", "Stand")
VIDEO_THINGS: Final = ("Episode", "Chapter", "Lesson", "Part")
STUDIO_SUFFIXES: Final = _split(
    "Games Games Studio Studios Interactive Entertainment Works Software Soft Labs Digital Ltd GmbH Inc. "
    "S.L. Collective"
)

#: Syllables of other scripts, strung together without meaning.
CYRILLIC: Final = _split("ба вор гри дел жу зим кар лун мор ник пол рес сту тар фен хол")
HANZI: Final = tuple("雾港铁墨霜岚烬泽瓷渊笛萤")
KANA: Final = tuple("カキクサシスタツナニノマミモラリルレロン")
#: Letters and what they become with an accent.
ACCENTED: Final = ("aá", "eé", "iï", "nñ", "oö", "uü")
EMOJI: Final = tuple("\U0001f355\U0001f3b2\U0001f47e\U0001f680\U0001f40c\U0001f331")
