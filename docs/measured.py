"""The figures of the course project's catalogue that pages quote: recorded from trained versions, never typed.

`python docs/measured.py WORKSPACE VERSION…` records the figures of one version a variant in `figures.json`, and the
accuracy page of the launch variant; `make docs` then fills the sections of the pages between their marks. What others
reached on the same catalogue, and the goals, are in `peers.csv`; what the learners reached beside each other, in
`learners.csv`, is written by `python -m benchmarks.price SOURCE --record docs/learners.csv`.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import watched

from tasador.models import certainty_tables, markdown
from tasador.models.accuracy import ALL, all_kinds
from tasador.models.accuracy_tables import CANDIDATE_SAYS, MAIN
from tasador.models.markdown import percent, plain
from tasador.models.splits import OUT_OF_TIME, RANDOM, ROLLING, UNSEEN_DEVELOPERS, WALKING_FORWARD
from tasador.registry import bundle
from tasador.storage import bundles
from tasador.storage.workspace import Workspace

__all__ = ["filled", "record"]

DOCS: Final = Path(__file__).parent
FIGURES: Final = DOCS / "figures.json"
PEERS: Final = DOCS / "peers.csv"
LEARNERS: Final = DOCS / "learners.csv"

#: What is kept of a version's figures.
_CANDIDATES: Final = ("model", "without_app_id", "suggested", "constant_median", "bagging")
_DIGITS: Final = 5

#: How far a share of prices held may be from what was promised.
_TOLERANCE: Final = 0.02

#: How splits and scopes are called.
_SPLITS: Final = {
    OUT_OF_TIME: "out of time",
    WALKING_FORWARD: "walking forward",
    UNSEEN_DEVELOPERS: "unseen developers",
    RANDOM: "random",
}
_SCOPES: Final = {"game": "games", "dlc": "DLC", ALL: "all kinds", "free": "free or paid"}

#: What goals are of besides the main errors.
_MEASURES: Final[markdown.Measures] = {
    **MAIN,
    "exact": ("exact price", percent),
    "auc": ("AUC", plain),
    "covered_90": ("held of 90 %", percent),
    "ratio_90": ("upper / lower at 90 %", lambda value: markdown.NONE if value is None else f"{value:.1f}"),
}

#: Measures of which more is better.
_MORE: Final = frozenset({"within_20_percent", "exact", "auc"})

#: The READMEs' table, by language: its heads, and how each split is told there.
_README: Final[dict[str, tuple[list[str], dict[str, str]]]] = {
    "en": (
        [
            "trained on, tested on",
            "half of the prices within",
            "within 20 %",
            "mean error",
            "mean error of the course project's model",
        ],
        {
            OUT_OF_TIME: "the past, what came in the next half-year ({n} games)",
            WALKING_FORWARD: "the same, trained anew each month ({n})",
            UNSEEN_DEVELOPERS: "others, developers and publishers it never saw ({n})",
            RANDOM: "a random four fifths, the rest, which flatters ({n})",
        },
    ),
    "es": (
        [
            "entrenado con, probado con",
            "la mitad de los precios a menos de",
            "a menos del 20 %",
            "error medio",
            "error medio del modelo del curso",
        ],
        {
            OUT_OF_TIME: "el pasado, el semestre siguiente ({n} juegos)",
            WALKING_FORWARD: "lo mismo, entrenado de nuevo cada mes ({n})",
            UNSEEN_DEVELOPERS: "otros, desarrolladores y editores que nunca vio ({n})",
            RANDOM: "cuatro quintos al azar, el resto, lo que halaga ({n})",
        },
    ),
}

_SECTION: Final = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Figures = Mapping[str, Any]


def record(workspace: Workspace, versions: list[str]) -> None:
    """Keep the figures of versions, and the accuracy page of the launch variant."""
    found = {}
    for version in versions:
        loaded = bundles.load(workspace, bundles.find(workspace, version))
        variant = loaded.manifest["candidate"]
        found[variant] = {"version": loaded.version, **_slim(bundle.read_json(loaded, bundle.METRICS))}
        if variant == "launch":
            for name in (bundle.ACCURACY, bundle.FLATTERY):
                (DOCS / name).write_bytes(loaded.files[name])
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def filled(page: str) -> str:
    """Write the sections of a page anew that are between marks."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    return _SECTION.sub(lambda part: f"{part[1]}\n{_MAKERS[part[2]](figures)}\n\n{part[3]}", page)


def _slim(metrics: Figures) -> dict[str, Any]:
    splits = {
        name: {scope: _slim_scope(found) for scope, found in split["scopes"].items()}
        for name, split in metrics["accuracy"]["splits"].items()
        if not name.startswith(ROLLING)
    }
    free = {
        split: {name: _rounded(value) for name, value in found.items() if name != "reliability"}
        for split, found in metrics["free"].items()
    }
    return {"splits": splits, "free": free}


def _slim_scope(scope: Figures) -> dict[str, Any]:
    candidates = {name: scope["candidates"].get(name) for name in _CANDIDATES}
    return {
        "n": scope["n"],
        "candidates": {
            name: {"errors": _rounded(found["errors"])} for name, found in candidates.items() if found is not None
        },
        **{name: _rounded(scope[name]) for name in ("coverage", "coverage_without_app_id", "answers")},
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, _DIGITS) if isinstance(value, float) else value


def _reached(figures: Figures) -> str:
    """Write the goals beside what the launch variant and others reached."""
    launch = figures["launch"]
    with PEERS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    peers = list(lines[0])[4:-1]
    rows = [_goal_line(launch, line, peers) for line in lines]
    verdicts = [row[-1] for row in rows]
    table = markdown.table(["split", "rows", "measure", "this model", *peers, "goal", "reached"], rows)
    n_reached = verdicts.count("yes")
    n = n_reached + verdicts.count("no")
    return f"{n_reached} of {n} goals are reached by `{launch['version']}`.\n\n{table}"


def _goal_line(launch: Figures, line: Mapping[str, str], peers: Sequence[str]) -> list[str]:
    head, write = _MEASURES[line["measure"]]
    value = _value(launch, line)
    says = "" if line["candidate"] in {"", "model"} else f", {CANDIDATE_SAYS[line['candidate']]}"
    reached = line["goal"] and ("yes" if _is_reached(line["measure"], value, float(line["goal"])) else "no")
    return [
        _SPLITS[line["split"]],
        _SCOPES[line["scope"]] + says,
        head,
        write(value),
        *(write(float(line[name])) if line[name] else markdown.NONE for name in (*peers, "goal")),
        reached or markdown.NONE,
    ]


def _value(launch: Figures, line: Mapping[str, str]) -> float:
    split, scope, measure = line["split"], line["scope"], line["measure"]
    if scope == "free":
        return float(launch["free"][split][measure])
    found = launch["splits"][split][scope]
    if line["candidate"]:
        return float(found["candidates"][line["candidate"]]["errors"][measure])
    part, _, level = measure.rpartition("_")
    return float(found["coverage"][level][{"covered": "covered", "ratio": "median_ratio"}[part]])


def _is_reached(measure: str, value: float, goal: float) -> bool:
    if measure.startswith("covered"):
        return abs(value - goal) <= _TOLERANCE
    return value >= goal if measure in _MORE else value <= goal


def _free(figures: Figures) -> str:
    return certainty_tables.free_table(figures["launch"]["free"])


def _coverage(figures: Figures) -> str:
    """Write how often the intervals held the price, split by split."""
    shown = {}
    for split in (OUT_OF_TIME, WALKING_FORWARD, UNSEEN_DEVELOPERS):
        scopes = figures["launch"]["splits"][split]
        for scope, says in (("game", "games"), ("dlc", "DLC"), (all_kinds(split, scopes), "all kinds")):
            shown[f"{_SPLITS[split]}: {says}"] = {**scopes[scope], "coverage_without_app_id": {}}
    return certainty_tables.coverage_table(shown)


def _answers(figures: Figures) -> str:
    scopes = figures["launch"]["splits"][OUT_OF_TIME]
    names = {"game": "games", "dlc": "DLC", all_kinds(OUT_OF_TIME, scopes): "all kinds"}
    return certainty_tables.answers_table({says: scopes[scope] for scope, says in names.items()})


def _app_id(figures: Figures) -> str:
    """Write what it costs not to tell the app id."""
    rows = []
    for split in (OUT_OF_TIME, UNSEEN_DEVELOPERS):
        scopes = figures["launch"]["splits"][split]
        for scope, says in (("game", "games"), (all_kinds(split, scopes), "all kinds")):
            for name, told in (("model", "told"), ("without_app_id", "not told")):
                errors = scopes[scope]["candidates"][name]["errors"]
                held = scopes[scope]["coverage" if name == "model" else "coverage_without_app_id"]["80"]["covered"]
                rows.append([_SPLITS[split], says, told, *markdown.written(errors, MAIN), percent(held)])
    return markdown.table(["split", "rows", "app id", *markdown.heads(MAIN), "held of 80 %"], rows)


def _variants(figures: Figures) -> str:
    """Write what each variant reaches on the same rows."""
    rows = []
    for split in (OUT_OF_TIME, UNSEEN_DEVELOPERS):
        for scope, says in (("game", "games"), (ALL, "all kinds")):
            for variant, found in figures.items():
                scopes = found["splits"][split]
                errors = scopes[all_kinds(split, scopes) if scope == ALL else scope]["candidates"]["model"]["errors"]
                rows.append([_SPLITS[split], says, f"`{variant}`", *markdown.written(errors, MAIN)])
    return markdown.table(["split", "rows", "variant", *markdown.heads(MAIN)], rows)


def _readme(figures: Figures, language: str) -> str:
    """Write the errors of games alone for the README."""
    heads, rows = _README[language]
    splits = figures["launch"]["splits"]
    lines = []
    for split, says in rows.items():
        scope = splits[split]["game"]
        errors, course = (scope["candidates"].get(name, {}).get("errors") for name in ("model", "bagging"))
        lines.append(
            [
                says.format(n=f"{scope['n']:,}" if language == "en" else scope["n"]),
                percent(errors["mdape"]),
                percent(errors["within_20_percent"]),
                f"${errors['mae_usd']:.2f}",
                "" if course is None else f"${course['mae_usd']:.2f}",
            ]
        )
    return markdown.table(heads, lines)


def _learners(_: Figures) -> str:
    """Write what the benchmark recorded of learners on the same inputs, split beside split."""
    if not LEARNERS.exists():
        return "Not recorded yet: `make bench-price` measures it."
    with LEARNERS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    by_who: dict[str, dict[str, Mapping[str, str]]] = {}
    for line in lines:
        by_who.setdefault(line["who"], {})[line["split"]] = line
    splits = list(dict.fromkeys(line["split"] for line in lines))
    columns = [(split, name, *MAIN[name]) for name in ("mae_usd", "rmsle") for split in splits]
    rows = [
        [
            who,
            *(
                write(float(found[split][name])) if split in found else markdown.NONE
                for split, name, _, write in columns
            ),
            f"{float(found[OUT_OF_TIME]['cpu_seconds']):.1f}",
        ]
        for who, found in by_who.items()
    ]
    heads = [f"{head}, {split.removeprefix(ROLLING).replace('_', ' ')}" for split, _, head, _ in columns]
    return markdown.table(["who", *heads, "CPU s, out of time"], rows)


_MAKERS: Final[Mapping[str, Callable[[Figures], str]]] = {
    "readme": partial(_readme, language="en"),
    "readme_es": partial(_readme, language="es"),
    "reached": _reached,
    "free": _free,
    "coverage": _coverage,
    "answers": _answers,
    "app_id": _app_id,
    "variants": _variants,
    "learners": _learners,
    "alarms": watched.alarms,
    "power": watched.power,
    "months": watched.months,
    "year": watched.year,
}


def main() -> None:
    """Record the figures of versions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("versions", nargs="+", metavar="VERSION")
    given = parser.parse_args()
    record(Workspace(given.workspace), given.versions)


if __name__ == "__main__":
    main()
