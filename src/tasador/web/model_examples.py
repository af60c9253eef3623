"""Examples of what is said of the model, for OpenAPI, which leaves nulls out of them.

All examples of the API are of one version, made of the catalogue that `tasador sample 4000 --seed 7` writes.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ACCURACY", "CALIBRATION", "CARD", "MODEL", "VERSION"]

Example = dict[str, Any]

VERSION: Final[Example] = {
    "version": "launch-5f0e863de2c2",
    "snapshot": "9ef1f2c26763",
    "learned_until": "2018-01-03",
}

_SPLIT: Final = {
    "split": "out_of_time",
    "says": "Trained on releases before 2017-04-01, tested on those from then on.",
}

MODEL: Final[Example] = {
    **VERSION,
    "learned_from": "1983-06-01",
    "variant": "launch",
    "n_rows": 3_235,
    "made_at": "2026-11-23T12:39:56+00:00",
    "made_by": {"version": "0.1.0", "fingerprint": "b115463096f4"},
    "libraries": {"lightgbm": "4.7.0"},
    "intended_use": "To see how games like one's own are priced, how sure that can be said, and next to what.",
    "not_for": ["Concluding that a change of an input would earn more: it shows association, not cause."],
    "limits": ["Prices move. The splits by date tell how an appraisal ages over half a year; nothing tells of longer."],
    "accuracy": {
        **_SPLIT,
        "kind": "game",
        "n": 318,
        "mae_usd": 4.145576,
        "rmsle": 0.513112,
        "mdape": 0.405874,
        "within_20_percent": 0.257862,
    },
}

CARD: Final = "# Model card: launch-5f0e863de2c2\n\n## What it is\n\nAn appraiser of PC games"

_ERRORS: Final[Example] = {
    "n": 318,
    "rmse_usd": 6.744931,
    "rmse_up_to_100_usd": 6.744931,
    "mae_usd": 4.145576,
    "mae_up_to_100_usd": 4.145576,
    "median_ae_usd": 2.570776,
    "rmsle": 0.513112,
    "mdape": 0.405874,
    "within_10_percent": 0.09434,
    "within_20_percent": 0.257862,
    "within_50_percent": 0.613208,
    "exact": 0.0,
}
_RATIOS: Final[Example] = {
    "n": 318,
    "median_ratio": 0.879726,
    "cod": 56.496812,
    "prd": 1.332857,
    "prb": -0.216297,
    "prb_low": -0.297868,
    "prb_high": -0.134726,
}
_INTERVALS: Final = {"mae_usd": {"estimate": 4.145576, "low": 3.58028, "high": 4.719584}}
_HELD: Final = {"covered": 0.833333, "below": 0.053459, "above": 0.113208, "median_ratio": 3.756892}
_COVERAGE: Final = {"80": {"level": 80, "n": 318, **_HELD}}
_BIN: Final = {"n": 32, "predicted": 0.196651, "observed": 0.21875}
_FREE: Final[Example] = {
    "n": 712,
    "share_free": 0.039326,
    "auc": 0.624008,
    "auc_games": 0.624008,
    "auc_without_giveaways": 0.529292,
    "brier": 0.038244,
    "calibration_error": 0.028405,
    "reliability": [_BIN],
}
_PRICE_POINTS: Final = {"n": 5_724, "calibration_error": 0.007454, "reliability": [_BIN]}

_GROUP: Final[Example] = {
    "n": 318,
    "errors": _ERRORS,
    "intervals": _INTERVALS,
    "ratios": _RATIOS,
    "coverage": _COVERAGE,
    "baseline_mdape": {"hedonic": 0.460763},
}

ACCURACY: Final[Example] = {
    "model": VERSION,
    "headline": "out_of_time",
    "splits": {
        "out_of_time": {
            "says": _SPLIT["says"],
            "n_train": 2_675,
            "n_test": 684,
            "n_near_twins": 115,
            "scopes": {
                "game": {
                    "n": 318,
                    "candidates": {"model": {"errors": _ERRORS, "ratios": _RATIOS, "intervals": _INTERVALS}},
                    "coverage": _COVERAGE,
                    "coverage_without_app_id": _COVERAGE,
                    "answers": {
                        "n_answered": 317,
                        "n_too_wide": 1,
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
            "n": 318,
            "levels": [{"level": 0.8, **_HELD}],
        }
    ],
    "probabilities": {
        "suggested_price_point": {"reliability": [_BIN]},
        "price_points": _PRICE_POINTS,
        "free": _FREE,
    },
}
