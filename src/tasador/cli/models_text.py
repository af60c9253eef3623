"""What is told of model versions: a line of a list, where one comes from, two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tasador.cli import console
from tasador.errors import WorkspaceError

if TYPE_CHECKING:
    from tasador.registry.comparison import Compared
    from tasador.storage.workspace import Workspace

__all__ = ["aliases", "summary", "tell_comparison", "tell_facts", "tell_list"]

#: Figures of a table, by their names in JSON.
_FIGURES: Final = {"mae_usd": "MAE USD", "mdape": "MdAPE", "within_20_percent": "within 20 %", "covered_90": "in 90 %"}


def aliases(place: Workspace, version: str) -> list[str]:
    """Tell which aliases name a version."""
    from tasador.storage import bundles

    named = {"champion": place.current().champion, "challenger": bundles.challenger(place)}
    return [alias for alias, other in named.items() if other == version]


def summary(place: Workspace, version: str) -> dict[str, Any]:
    """What a list says of a version: by its manifest and its held-out predictions."""
    from tasador.models.splits import HEADLINE
    from tasador.registry import bundle, held_out
    from tasador.storage import bundles

    named = aliases(place, version)
    row: dict[str, Any] = {"version": version, "aliases": named, "champion": "champion" in named}
    try:
        manifest = bundles.manifest(place, version)
        row |= {
            "candidate": manifest.get("candidate", version.partition("-")[0]),
            "snapshot": manifest["snapshot"],
            "rows": manifest["n_rows"],
            "made_at": manifest.get("made_at"),
            "out_of_time": None,
        }
        if bundle.HELD_OUT in manifest["files"]:
            data = bundles.read_file(place, version, bundle.HELD_OUT)
            rows = held_out.tested(held_out.parse(data, where=version), HEADLINE)
            games = rows.filter(rows["kind"] == "game")
            row["out_of_time"] = {"game": held_out.figures(games), "all": held_out.figures(rows)}
    except WorkspaceError:
        return {**row, "candidate": None, "snapshot": "damaged", "rows": 0, "made_at": None, "out_of_time": None}
    return row


def tell_list(found: list[dict[str, Any]]) -> None:
    """Print the versions, one a line."""
    head = ("", "version", "alias", "snapshot", "made", "games", *_FIGURES.values())
    console.print_table(head, [_line(row) for row in found])
    print("\nErrors on games of the period after training (out of time); `tasador models show VERSION` tells more.")


def _line(row: dict[str, Any]) -> list[object]:
    games = (row["out_of_time"] or {}).get("game")
    made = "-" if row["made_at"] is None else row["made_at"][:16].replace("T", " ")
    return [
        "*" if row["champion"] else "",
        row["version"],
        ", ".join(row["aliases"]) or "-",
        row["snapshot"],
        made,
        games["n"] if games else "-",
        *_cells(games or {}),
    ]


def _cells(figures: dict[str, Any]) -> list[str]:
    found = []
    for name in _FIGURES:
        value = figures.get(name)
        found.append("-" if value is None else f"{value:.2f}" if name.endswith("_usd") else f"{value:.1%}")
    return found


def tell_facts(place: Workspace, version: str, manifest: dict[str, Any]) -> None:
    """Print where a version comes from."""
    from tasador.storage import bundles

    made_by = manifest["made_by"]
    facts = {
        "version": version,
        "alias": ", ".join(aliases(place, version)) or "-",
        "snapshot": f"{manifest['snapshot']} ({manifest['n_rows']:,} rows)",
        "made": f"{manifest.get('made_at', 'at an unknown time')} by {made_by['version']} ({made_by['fingerprint']})",
        "libraries": ", ".join(f"{name} {number}" for name, number in manifest.get("libraries", {}).items()) or "-",
        "size": f"{bundles.size_bytes(manifest) / 1e6:.1f} MB",
    }
    for name, value in facts.items():
        print(f"{name:<10}{value}")
    print()


def tell_comparison(names: list[str], found: list[Compared]) -> None:
    """Print two versions' figures on the same rows."""
    print(f"A  {names[0]}\nB  {names[1]}\n")
    lines: list[list[object]] = []
    for one in found:
        gap = one.difference_usd
        difference = f"{gap.estimate:+.2f} ({gap.low:+.2f} to {gap.high:+.2f})"
        lines.append([one.split, one.kind, one.n, "A", *_cells(one.first), difference])
        lines.append(["", "", "", "B", *_cells(one.second), ""])
    console.print_table(("split", "kind", "rows", "", *_FIGURES.values(), "MAE of A - B, 95 %"), lines)
