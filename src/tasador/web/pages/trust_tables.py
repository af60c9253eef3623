"""The tables of the trust page: what `/v1/model/accuracy` and `/v1/model/calibration` say, in words and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.appraisal.said import Said
from tasador.contracts.vocabulary import KINDS
from tasador.web.pages.figures import Column, Figure, Row
from tasador.web.pages.language import Language
from tasador.web.pages.names import message
from tasador.web.pages.trust_words import candidate_name, group_name, scope_name, split_name

__all__ = ["Tables"]

#: Scopes that are a kind, or all.
_WHOLE: Final = frozenset({*KINDS, "all"})

_ACCURACY: Final = "/v1/model/accuracy"
_CALIBRATION: Final = "/v1/model/calibration"

#: The intervals that the page names.
_LEVEL: Final = 0.8

_N: Final = Column("n", message("Entries"), "count")
_MEDIAN: Final = Column("mdape", message("Median error"), "share")
_BETWEEN: Final = Column("between", message("95% interval"), "range")
_NEAR: Final = Column("within_20_percent", message("At most 20% off"), "share")
_MEAN: Final = Column("mae_usd", message("Mean error"), "money")
_HELD: Final = Column("held", message("80% intervals held"), "share")
_KIND: Final = Column("kind", message("Kind"), "text")

#: How rows are told apart: what the tables are called, their first column, and the key of their groups.
_BREAKDOWNS: Final = {
    "developer": (message("Developers that it knows, and that it does not"), message("Developer"), "developer"),
    "price_band": (message("By the true price"), message("Price"), "price_band"),
    "year": (message("By release year"), message("Release year"), "release_year"),
}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """Makes the tables of a model version.

    Attributes:
        accuracy: What `/v1/model/accuracy` says.
        calibration: What `/v1/model/calibration` says.
        language: That of the reader.
    """

    accuracy: Json
    calibration: Json
    language: Language

    @property
    def scope(self) -> str:
        """The scope that the page speaks of: games, or else the first there is."""
        scopes = self._headline["scopes"]
        return "game" if "game" in scopes else str(next(iter(scopes)))

    @property
    def headline(self) -> Json:
        """The model's figures on the first split."""
        found: Json = self._headline["scopes"][self.scope]
        return found

    @property
    def says(self) -> str:
        """How the rows of the first split were parted."""
        return str(self._headline["says"])

    @property
    def _headline(self) -> Json:
        found: Json = self.accuracy["splits"][self.accuracy["headline"]]
        return found

    def rivals(self) -> Figure:
        """Put the model beside others on the same games."""
        rows = [
            {"name": candidate_name(self.language, name), **self._errors(found)}
            for name, found in self.headline["candidates"].items()
        ]
        columns = (Column("name", message("Who says a price"), "text"), _MEDIAN, _BETWEEN, _NEAR, _MEAN)
        return self._figure("rivals", message("Beside simpler ways"), columns, rows)

    def splits(self) -> Figure:
        """Put the splits side by side: the flattery gap."""
        parted = [
            (name, split["scopes"][self.scope])
            for name, split in self.accuracy["splits"].items()
            if self.scope in split["scopes"]
        ]
        rows = [
            {
                "name": split_name(self.language, name),
                "n": scope["n"],
                **self._errors(scope["candidates"]["model"]),
                "plain": _plain(scope),
            }
            for name, scope in parted
        ]
        columns = (
            Column("name", message("Tested on"), "text"),
            _N,
            _MEDIAN,
            _BETWEEN,
            _NEAR,
            Column("plain", message("Median error of the median price"), "share"),
        )
        return self._figure("splits", message("The same model, tested in different ways"), columns, rows)

    def kinds(self) -> Figure:
        """Tell the kinds apart."""
        scopes = {name: scope for name, scope in self._headline["scopes"].items() if name in KINDS}
        rows = [
            {
                "kind": scope_name(self.language, name),
                "n": scope["n"],
                **self._errors(scope["candidates"]["model"]),
                "held": _held(scope["coverage"]),
                "plain": _plain(scope),
            }
            for name, scope in scopes.items()
        ]
        columns = (
            _KIND,
            _N,
            _MEDIAN,
            _BETWEEN,
            _NEAR,
            _MEAN,
            _HELD,
            Column("plain", message("Median error of the median price"), "share"),
        )
        return self._figure("kinds", message("By kind"), columns, rows)

    def breakdowns(self) -> Iterator[Figure]:
        """Tell groups of entries apart."""
        for by, (title, label, key) in _BREAKDOWNS.items():
            groups = self.accuracy["breakdowns"].get(by, {}).get("groups", [])
            rows = [
                {
                    "name": group_name(self.language, key, group["keys"][key]),
                    "kind": scope_name(self.language, group["keys"]["kind"]),
                    "n": group["n"],
                    **self._errors(group),
                    "held": _held(group["coverage"]),
                }
                for group in groups
            ]
            columns = (Column("name", label, "text"), _KIND, _N, _MEDIAN, _BETWEEN, _NEAR, _MEAN, _HELD)
            yield self._figure(f"by-{by.replace('_', '-')}", title, columns, rows)

    def coverage(self) -> Figure:
        """Put what intervals promised beside what they held: a row a kind, a column a promise."""
        groups = [
            group
            for group in self.calibration["intervals"]
            if group["by"] == "scope" and group["told_app_id"] and group["group"]["scope"] in _WHOLE
        ]
        levels = [one["level"] for one in groups[0]["levels"]] if groups else []
        columns = (
            _KIND,
            _N,
            *(Column(str(level), Said("Promised {level:.0%}, held", level=level), "share") for level in levels),
            Column("ratio", Said("Width at {level:.0%}: upper end over lower", level=_LEVEL), "ratio"),
        )
        rows = [
            {
                "kind": scope_name(self.language, group["group"]["scope"]),
                "n": group["n"],
                **{str(one["level"]): one["covered"] for one in group["levels"]},
                "ratio": next((one["median_ratio"] for one in group["levels"] if one["level"] == _LEVEL), None),
            }
            for group in groups
        ]
        return Figure("coverage", message("Intervals: promised and held"), "", columns, rows, _CALIBRATION)

    def reliability(self) -> list[Figure]:
        """Put probabilities beside what came true."""
        found = self.calibration["probabilities"]
        columns = (
            Column("predicted", message("Probability said, mean"), "share"),
            Column("observed", message("Came true"), "share"),
            _N,
        )
        bins = {
            "suggested": (message("Suggested prices"), found["suggested_price_point"]["reliability"]),
            "free": (message("Free or paid"), (found.get("free") or {}).get("reliability", [])),
        }
        return [
            Figure(name, title, "", columns, rows, _CALIBRATION, "observed")
            for name, (title, rows) in bins.items()
            if rows
        ]

    def _figure(self, name: str, title: str, columns: tuple[Column, ...], rows: Sequence[Row]) -> Figure:
        return Figure(name, title, "", columns, rows, _ACCURACY, _MEDIAN.key)

    def _errors(self, found: Json) -> dict[str, Any]:
        errors, interval = found["errors"], found["intervals"].get(_MEDIAN.key)
        ends = interval and (self.language.percent(interval[end]) for end in ("low", "high"))
        return {
            **{column.key: errors[column.key] for column in (_MEDIAN, _NEAR, _MEAN)},
            "between": "–".join(ends) if ends else None,
        }


def _plain(scope: Json) -> float | None:
    """Give the median error of who says the same price of every game."""
    found = scope["candidates"].get("constant_median")
    return float(found["errors"]["mdape"]) if found else None


def _held(coverage: Json) -> float | None:
    found = coverage.get(str(round(_LEVEL * 100)))
    return float(found["covered"]) if found else None
