"""What a model version says of itself, as the server holds it: made once from its bundle, as bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.bundle_files import file, parsed
from tasador.market.yearly import LABELS
from tasador.registry.bundle import CARD, METRICS
from tasador.storage.bundles import Bundle
from tasador.web.reply import encode

__all__ = ["Documents"]

#: Digits after the point of figures; those of a bundle have all that a computer knows.
_DECIMALS: Final = 6

#: The kind whose accuracy is told first, and what is told of it.
_HEADLINE_KIND: Final = "game"
_HEADLINE: Final = ("n", "mae_usd", "rmsle", "mdape", "within_20_percent")

#: The parts of metrics.json that say how accurate the version is; those that its catalogue allows.
_ACCURACY: Final = ("accuracy", "price_points", "free")

#: What the entries of a group have in common, beside its kind.
_GROUPINGS: Final = ("developer", "year", "price_band")

#: Headings and lines of a Markdown document.
_SECTION: Final = re.compile(r"^## ([^\n]+)\n\n(.+?)\n*(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_LINE: Final = re.compile(r"^- (.+)$", re.MULTILINE)

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Documents:
    """A model version's documents.

    Attributes:
        model: What it is, in JSON, as all but the card.
        card: Its card, in Markdown.
        accuracy: How far off it is.
        calibration: Whether its intervals and probabilities come true.
        vocabulary: The labels of its snapshot, and which of them it knows.
    """

    model: bytes = field(repr=False)
    card: bytes = field(repr=False)
    accuracy: bytes = field(repr=False)
    calibration: bytes = field(repr=False)
    vocabulary: bytes = field(repr=False)

    @classmethod
    def of(cls, found: Bundle, appraiser: Appraiser, statistics: Json) -> Documents:
        """Make the documents of a version.

        Args:
            found: Its bundle.
            appraiser: The version, opened.
            statistics: What `tasador.market.statistics.compute` gave of its snapshot.

        Raises:
            BundleError: A file is missing, or not what it should be.
        """
        card = file(found.files, CARD)
        learned = appraiser.calibration.abstention
        named = {
            "version": found.version,
            "snapshot": found.manifest["snapshot"],
            "learned_until": learned.learned_until.isoformat(),
        }
        about = {
            **named,
            "learned_from": learned.learned_from.isoformat(),
            "variant": appraiser.heads.inputs.variant,
            **{name: found.manifest[name] for name in ("n_rows", "made_at", "made_by", "libraries")},
        }

        def made(metrics: Json) -> Documents:
            return cls(
                encode({**about, **_read_card(card.decode()), "accuracy": _headline(metrics["accuracy"])}),
                card,
                encode({"model": named, **_accuracy(metrics)}),
                encode({"model": named, **_calibration(metrics)}),
                encode({"model": named, **_vocabulary(appraiser, statistics)}),
            )

        return parsed(found.files, METRICS, made)

    @property
    def pages(self) -> dict[str, bytes]:
        """What is JSON whoever asks, by path, with the query."""
        return {
            "/v1/model?format=json": self.model,
            "/v1/model/accuracy": self.accuracy,
            "/v1/model/calibration": self.calibration,
            "/v1/vocabulary": self.vocabulary,
        }


def _read_card(text: str) -> Json:
    sections = dict(_SECTION.findall(text))
    return {
        "intended_use": sections.get("Intended use", ""),
        "not_for": _LINE.findall(sections.get("Not for", "")),
        "limits": _LINE.findall(sections.get("Limits", "")),
    }


def _headline(accuracy: Json) -> Json | None:
    """Give the main figures of the first split; None where no game is in it."""
    split, found = _first(accuracy)
    if _HEADLINE_KIND not in found["scopes"]:
        return None
    errors = found["scopes"][_HEADLINE_KIND]["candidates"]["model"]["errors"]
    figures = {name: _rounded(errors[name]) for name in _HEADLINE}
    return {"split": split, "says": found["says"], "kind": _HEADLINE_KIND, **figures}


def _accuracy(metrics: Json) -> Json:
    parts = {part: _rounded(metrics[part]) for part in _ACCURACY if part in metrics}
    return {"headline": _first(metrics["accuracy"])[0], **parts.pop("accuracy"), **parts}


def _calibration(metrics: Json) -> Json:
    """Tell what became of intervals and probabilities on the first split."""
    accuracy = metrics["accuracy"]
    split, found = _first(accuracy)
    probabilities = {
        "suggested_price_point": {"reliability": accuracy["reliability"]},
        **{part: metrics[part][split] for part in ("price_points", "free") if split in metrics.get(part, {})},
    }
    return {
        "split": split,
        "says": found["says"],
        "intervals": [
            {"by": by, "group": group, "told_app_id": told, "n": n, "levels": _levels(coverage)}
            for by, group, told, n, coverage in _groups(accuracy, found)
        ],
        "probabilities": _rounded(probabilities),
    }


def _groups(accuracy: Json, headline: Json) -> Iterator[tuple[str, Json, bool, int, Json]]:
    for name, scope in headline["scopes"].items():
        yield "scope", {"scope": name}, True, scope["n"], scope["coverage"]
        if scope["coverage_without_app_id"]:
            yield "scope", {"scope": name}, False, scope["n"], scope["coverage_without_app_id"]
    for by in _GROUPINGS:
        for group in accuracy["breakdowns"][by]["groups"]:
            yield by, group["keys"], True, group["n"], group["coverage"]


def _levels(coverage: Json) -> list[Json]:
    """List levels as shares, as appraisals have them."""
    return [
        {
            "level": found["level"] / 100,
            **{name: _rounded(found[name]) for name in ("covered", "below", "above", "median_ratio")},
        }
        for found in coverage.values()
    ]


def _vocabulary(appraiser: Appraiser, statistics: Json) -> Json:
    labels = appraiser.heads.inputs.labels
    known = {name: frozenset(getattr(labels, name)) for name in ("kinds", *LABELS)}
    return {
        "n": sum(n for _, n in statistics["vocabulary"]["kinds"]),
        **{
            name: [
                {"name": label, "n": n, "known_to_model": label in known[name]}
                for label, n in statistics["vocabulary"][name]
            ]
            for name in known
        },
    }


def _first(accuracy: Json) -> tuple[str, Json]:
    """Give the split that comes first: the headline's."""
    split, *_ = accuracy["splits"]
    return split, accuracy["splits"][split]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value
