"""Examples of what is said of the model, for OpenAPI, which leaves nulls out of them."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ACCURACY", "CALIBRATION", "CARD", "MODEL", "VERSION"]

Example = dict[str, Any]

VERSION: Final[Example] = {
    "version": "launch-af0e3c7d6455",
    "snapshot": "3b71447935e4",
    "learned_until": "2018-01-04",
}

_SPLIT: Final = {
    "split": "out_of_time",
    "says": "Trained on releases before 2017-07-01, tested on those from then on.",
}

MODEL: Final[Example] = {
    **VERSION,
    "learned_from": "1983-06-19",
    "variant": "launch",
    "n_rows": 26_072,
    "made_at": "2026-11-23T07:51:03+00:00",
    "made_by": {"version": "0.1.0", "fingerprint": "89f87b70dffb"},
    "libraries": {"lightgbm": "4.7.0"},
    "intended_use": "To see how games like one's own are priced, how sure that can be said, and next to what.",
    "not_for": ["Concluding that a change of an input would earn more: it shows association, not cause."],
    "limits": ["Prices move. The splits by date tell how an appraisal ages over half a year; nothing tells of longer."],
    "accuracy": {
        **_SPLIT,
        "kind": "game",
        "n": 2_966,
        "mae_usd": 3.721842,
        "rmsle": 0.569887,
        "mdape": 0.452201,
        "within_20_percent": 0.228929,
    },
}

CARD: Final = "# Model card: launch-af0e3c7d6455\n\n## What it is\n\nAn appraiser of PC games"

_ERRORS: Final[Example] = {
    "n": 2_966,
    "rmse_usd": 7.356219,
    "rmse_up_to_100_usd": 5.824721,
    "mae_usd": 3.721842,
    "mae_up_to_100_usd": 3.608078,
    "median_ae_usd": 2.113801,
    "rmsle": 0.569887,
    "mdape": 0.452201,
    "within_10_percent": 0.114633,
    "within_20_percent": 0.228929,
    "within_50_percent": 0.554282,
    "exact": 0.005394,
}
_RATIOS: Final[Example] = {
    "n": 2_966,
    "median_ratio": 0.969763,
    "cod": 75.333287,
    "prd": 1.722064,
    "prb": -0.434401,
    "prb_low": -0.467058,
    "prb_high": -0.401744,
}
_INTERVALS: Final = {"mae_usd": {"estimate": 3.721842, "low": 3.469113, "high": 4.016892}}
_HELD: Final = {"covered": 0.828, "below": 0.081, "above": 0.091, "median_ratio": 5.9}
_COVERAGE: Final = {"80": {"level": 80, "n": 2_966, **_HELD}}
_BIN: Final = {"n": 297, "predicted": 0.312, "observed": 0.303}
_FREE: Final[Example] = {
    "n": 5_503,
    "share_free": 0.069962,
    "auc": 0.886715,
    "auc_games": 0.874312,
    "auc_without_giveaways": 0.801944,
    "brier": 0.034044,
    "calibration_error": 0.016295,
    "reliability": [_BIN],
}
_PRICE_POINTS: Final = {"n": 91_946, "calibration_error": 0.002113, "reliability": [_BIN]}

_GROUP: Final[Example] = {
    "n": 2_966,
    "errors": _ERRORS,
    "intervals": _INTERVALS,
    "ratios": _RATIOS,
    "coverage": _COVERAGE,
    "baseline_mdape": {"hedonic": 0.597},
}

ACCURACY: Final[Example] = {
    "model": VERSION,
    "headline": "out_of_time",
    "splits": {
        "out_of_time": {
            "says": _SPLIT["says"],
            "n_train": 22_108,
            "n_test": 5_118,
            "n_near_twins": 652,
            "scopes": {
                "game": {
                    "n": 2_966,
                    "candidates": {"model": {"errors": _ERRORS, "ratios": _RATIOS, "intervals": _INTERVALS}},
                    "coverage": _COVERAGE,
                    "coverage_without_app_id": _COVERAGE,
                    "answers": {
                        "n_answered": 2_780,
                        "n_too_wide": 186,
                        "n_not_judged": 0,
                        "answered": _ERRORS,
                        "withheld": _ERRORS,
                    },
                }
            },
        }
    },
    "breakdowns": {
        "developer": {
            "groups": [{"keys": {"kind": "game", "developer": "unseen"}, **_GROUP}],
            "n_small": 2,
            "small": {"keys": {}, **_GROUP},
        }
    },
    "reliability": [_BIN],
    "price_points": {"out_of_time": _PRICE_POINTS},
    "free": {"out_of_time": _FREE},
}

CALIBRATION: Final[Example] = {
    "model": VERSION,
    **_SPLIT,
    "intervals": [
        {
            "by": "scope",
            "group": {"scope": "game"},
            "told_app_id": True,
            "n": 2_966,
            "levels": [{"level": 0.8, **_HELD}],
        }
    ],
    "probabilities": {
        "suggested_price_point": {"reliability": [_BIN]},
        "price_points": _PRICE_POINTS,
        "free": _FREE,
    },
}
