"""How often each of the store's specs occurs, in the order the store lists them."""

from __future__ import annotations

from typing import Final

#: Share of the games with each spec.
GAME_SPECS: Final[dict[str, float]] = {
    "Single-player": 0.9481,
    "Multi-player": 0.1856,
    "Online Multi-Player": 0.0736,
    "Local Multi-Player": 0.0531,
    "MMO": 0.0215,
    "Co-op": 0.0777,
    "Online Co-op": 0.0309,
    "Local Co-op": 0.0356,
    "Shared/Split Screen": 0.0968,
    "Cross-Platform Multiplayer": 0.0484,
    "Steam Achievements": 0.5479,
    "Full controller support": 0.2375,
    "Steam Trading Cards": 0.4217,
    "Captions available": 0.0341,
    "Steam Workshop": 0.0402,
    "In-App Purchases": 0.0258,
    "Partial Controller Support": 0.1792,
    "Steam Cloud": 0.2975,
    "Valve Anti-Cheat enabled": 0.0068,
    "Stats": 0.0786,
    "Steam Leaderboards": 0.141,
    "Steam Turn Notifications": 0.0033,
    "Includes level editor": 0.0482,
    "Commentary available": 0.0072,
    "Includes Source SDK": 0.0023,
}

#: Share of the add-ons with each spec, beside their own `Downloadable Content`.
FRANCHISE_SPECS: Final[dict[str, float]] = {
    "Single-player": 0.8335,
    "Multi-player": 0.3988,
    "Online Multi-Player": 0.0796,
    "Local Multi-Player": 0.0251,
    "MMO": 0.0464,
    "Co-op": 0.2343,
    "Online Co-op": 0.0343,
    "Local Co-op": 0.0116,
    "Shared/Split Screen": 0.1864,
    "Cross-Platform Multiplayer": 0.1333,
    "Steam Achievements": 0.5602,
    "Full controller support": 0.2602,
    "Steam Trading Cards": 0.4147,
    "Captions available": 0.0304,
    "Steam Workshop": 0.0923,
    "In-App Purchases": 0.0399,
    "Partial Controller Support": 0.2754,
    "Steam Cloud": 0.3923,
    "Valve Anti-Cheat enabled": 0.0279,
    "Stats": 0.0743,
    "Steam Leaderboards": 0.2781,
    "Steam Turn Notifications": 0.0031,
    "Includes level editor": 0.0432,
    "Commentary available": 0.0049,
}

#: Share of the entries without a page of their own (mostly for virtual reality) with each spec.
VR_SPECS: Final[dict[str, float]] = {
    "Single-player": 0.8839,
    "Multi-player": 0.0932,
    "Online Multi-Player": 0.1005,
    "Local Multi-Player": 0.0424,
    "MMO": 0.0068,
    "Co-op": 0.0337,
    "Online Co-op": 0.0371,
    "Local Co-op": 0.0171,
    "Shared/Split Screen": 0.0298,
    "Cross-Platform Multiplayer": 0.0444,
    "Steam Achievements": 0.2663,
    "Full controller support": 0.1385,
    "Steam Trading Cards": 0.1229,
    "Captions available": 0.0151,
    "Steam Workshop": 0.02,
    "In-App Purchases": 0.0083,
    "Partial Controller Support": 0.0815,
    "SteamVR Collectibles": 0.0141,
    "Steam Cloud": 0.1054,
    "Stats": 0.061,
    "Steam Leaderboards": 0.1522,
    "Includes level editor": 0.0205,
    "Commentary available": 0.0044,
    "HTC Vive": 0.9678,
    "Oculus Rift": 0.5917,
    "Windows Mixed Reality": 0.0785,
    "Tracked Motion Controllers": 0.8859,
    "Gamepad": 0.1888,
    "Keyboard / Mouse": 0.2039,
    "Seated": 0.5317,
    "Standing": 0.7132,
    "Room-Scale": 0.7049,
}

#: Share of the videos with each spec.
VIDEO_SPECS: Final[dict[str, float]] = {
    "Single-player": 0.0148,
    "Steam Achievements": 0.0046,
    "Steam Trading Cards": 0.0111,
    "Captions available": 0.6085,
    "Partial Controller Support": 0.0028,
    "Commentary available": 0.0158,
    "HTC Vive": 0.0269,
    "Oculus Rift": 0.025,
    "Tracked Motion Controllers": 0.025,
    "Gamepad": 0.0167,
    "Keyboard / Mouse": 0.0204,
    "Seated": 0.0232,
    "Standing": 0.0195,
    "Room-Scale": 0.0065,
}

#: The specs a downloadable content's own one comes after.
BEFORE_DOWNLOADABLE: Final = frozenset(
    {
        "Single-player",
        "Multi-player",
        "Online Multi-Player",
        "Local Multi-Player",
        "MMO",
        "Co-op",
        "Online Co-op",
        "Local Co-op",
        "Shared/Split Screen",
        "Cross-Platform Multiplayer",
    }
)
