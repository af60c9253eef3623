"""The model card: what the model is, how it was measured, what it cannot do. No figure is typed.

Its front matter is what Hugging Face reads: https://huggingface.co/docs/hub/model-cards, with `model-index` for the
figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasador.models.accuracy import ALL, HEADLINE_SCOPE, all_kinds
from tasador.models.accuracy_page import environment
from tasador.models.splits import HEADLINE, RANDOM, ROLLING

__all__ = ["render"]

#: The figures of the front matter: what Hugging Face calls them, and what they are called in full.
_METRICS: Final = {
    "mae_usd": ("mae", "Mean absolute error, USD"),
    "rmse_usd": ("rmse", "Root mean squared error, USD"),
    "rmse_up_to_100_usd": ("rmse", "Root mean squared error over entries of at most 100 USD"),
    "rmsle": ("rmsle", "Root mean squared logarithmic error"),
    "mdape": ("mdape", "Median absolute percentage error"),
    "within_20_percent": ("within_20_percent", "Share within 20 % of the price"),
}


def render(
    version: str, facts: Mapping[str, Any], metrics: Mapping[str, Any], features: Sequence[Mapping[str, Any]]
) -> str:
    """Write the card in Markdown, with the front matter that Hugging Face reads.

    Args:
        version: The model version's name.
        facts: What the bundle's manifest says: `snapshot`, and where they are known `n_rows`, `parameters`,
            `made_by`, `libraries` and `seed`.
        metrics: The content of the bundle's metrics.json: `accuracy` as `tasador.models.accuracy.Accuracy.to_dict`
            gives it and `free`, a mapping of figures for each split; a section without its part is left out.
        features: The model's inputs, as `tasador.features.definition.Feature.to_dict` gives them.
    """
    splits = metrics.get("accuracy", {}).get("splits", {})
    return (
        environment()
        .get_template("model_card.md.j2")
        .render(
            version=version,
            facts=facts,
            features=_groups(features),
            splits={name: split for name, split in splits.items() if not name.startswith(ROLLING)},
            headline=splits.get(HEADLINE),
            results=_results(splits),
            free=metrics.get("free"),
            root=_bagging_rmse(splits),
        )
    )


def _groups(features: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum up the inputs by group, in their order."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for feature in features:
        groups.setdefault(feature["group"], []).append(feature)
    return [
        {
            "name": name,
            "n": len(members),
            "sources": list(dict.fromkeys(source for member in members for source in member["sources"])),
            "known_at": list(dict.fromkeys(member["known_at"] for member in members)),
        }
        for name, members in groups.items()
    ]


def _results(splits: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the model's figures as the front matter has them."""
    results = []
    for name, split in splits.items():
        scopes = split["scopes"]
        for scope in (scope for scope in (HEADLINE_SCOPE, all_kinds(name, scopes)) if scope in scopes):
            errors = scopes[scope]["candidates"]["model"]["errors"]
            found = [
                {"type": kind, "name": says, "value": errors[measure]}
                for measure, (kind, says) in _METRICS.items()
                if errors[measure] is not None
            ]
            results.append({"split": name, "scope": scope, "metrics": found})
    return results


def _bagging_rmse(splits: Mapping[str, Any]) -> float | None:
    """Find the course project's figure: the RMSE of its model over all test rows of its split."""
    candidates = splits.get(RANDOM, {}).get("scopes", {}).get(ALL, {}).get("candidates", {})
    return float(candidates["bagging"]["errors"]["rmse_usd"]) if "bagging" in candidates else None
