from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.docs.pages import MARKDOWN, PAGES, ROOT, anchors, first_cells, links, name_of, pyproject, read

# The directory that systemd gives the units under deploy is on no machine alone.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:home|root|work|tmp|Users|mnt|opt|var(?!/lib/tasador)|usr)/",
    "the host of a package registry": r"pypi\.org|pythonhosted\.org|npmjs\.|anaconda\.org|crates\.io",
    "something undone": r"\bTODO\b|\bFIXME\b|\bXXX\b|\bTBD\b",
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_page_speaks_of_the_project_alone(page: Path, what: str) -> None:
    assert re.findall(FORBIDDEN[what], page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"https?:", link):
            continue
        target, _, anchor = link.partition("#")
        found = (page.parent / target).resolve() if target else page
        assert found.is_file(), link
        assert ROOT in found.parents, link
        assert not anchor or anchor in anchors(found), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        targets = [link.partition("#")[0] for link in links(page) if not link.startswith("http")]
        waiting += [(page.parent / target).resolve() for target in targets if target]
    assert {name_of(page) for page in MARKDOWN} <= {name_of(page) for page in reached}


def test_the_layers_are_those_that_the_linter_holds() -> None:
    linted = next(item for item in pyproject()["tool"]["importlinter"]["contracts"] if item["type"] == "layers")
    layers = "\n".join(layer.replace("tasador.", "") for layer in linted["layers"])
    assert f"```text\n{layers}\n```" in read("docs", "architecture.md")


def test_every_package_has_its_role() -> None:
    source = ROOT / "src" / "tasador"
    there = {path.name for path in source.iterdir() if (path / "__init__.py").is_file()}
    there |= {path.stem for path in source.glob("*.py") if path.stem != "__init__"}
    said = {name.strip("`") for cell in first_cells(read("docs", "architecture.md")) for name in cell.split(", ")}
    assert there <= said


def test_every_invariant_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", read("docs", "architecture.md"))
    assert named
    for file, test in named:
        assert f"def {test}" in read(file), f"{file}::{test}"


def test_every_runtime_dependency_is_justified() -> None:
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    needed = [*project["dependencies"], *(item for extra in extras for item in extra)]
    said = {cell.split(" ")[0] for cell in first_cells(read("docs", "dependencies.md"))}
    assert {re.split(r"[^\w.-]", item)[0] for item in needed} <= said


def test_the_terms_are_in_alphabetical_order() -> None:
    terms = first_cells(read("docs", "glossary.md"))[2:]
    assert terms == sorted(terms, key=str.lower)
    assert len(terms) == len(set(terms))


def test_the_version_is_the_same_everywhere() -> None:
    version = pyproject()["project"]["version"]
    assert f"\nversion: {version}\n" in read("CITATION.cff")
    assert f"\n## {version}\n" in read("CHANGELOG.md")


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for page in MARKDOWN:
        named = re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, name_of(page)


def test_continuous_integration_runs_make_test_and_may_only_read() -> None:
    workflow = read(".github", "workflows", "ci.yml")
    assert "permissions:\n  contents: read\n" in workflow
    assert "- run: .ci/run\n" in workflow
    assert "make test" in read(".ci", "run")


def test_the_example_for_an_orchestrator_compiles_and_names_commands_that_there_are() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", read("docs", "retraining.md"), re.MULTILINE | re.DOTALL)
    tree = ast.parse(example)
    compile(tree, "retraining.md", "exec")
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "tasador"]
    commands = {"# tasador " + ast.unparse(node.args[0]).strip("'") for node in called}
    assert commands == {"# tasador ingest", "# tasador profile", "# tasador train", "# tasador models"}
    reference = read("docs", "reference", "cli.md")
    assert all(f"{command}\n" in reference for command in commands)
