"""Two machines that share a remote: of two promotions one counts, and nobody loses anything without a word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tasador.errors import UnknownValueError
from tasador.registry import tenures
from tasador.storage import atomic, bundles, price_histories, sealed, snapshots
from tasador.storage.remotes import pointer
from tasador.storage.remotes.address import open_remote
from tasador.storage.remotes.folder import Folder
from tasador.storage.remotes.objects import MovedError, Objects, RemoteError
from tasador.storage.workspace import Workspace
from tasador.workflows.promote import rollback, set_champion
from tasador.workflows.remote import pull, push
from tests.storage.test_price_histories import publish as priced

SNAPSHOT = "0123456789ab"


def snapshot(workspace: Workspace, name: str = SNAPSHOT) -> None:
    with atomic.scratch_directory(workspace.snapshots) as directory:
        (directory / "games.parquet").mkdir()
        (directory / "games.parquet" / "part-00000.parquet").write_bytes(name.encode())
        facts: dict[str, object] = {"sources": [], "made_by": {}, "accounting": {}}
        sealed.seal(directory, workspace.snapshots / name, kind="snapshot", facts=facts)


def publish(workspace: Workspace, version: str) -> None:
    facts = {"snapshot": SNAPSHOT, "n_rows": 1, "parameters": {}, "made_by": {}}
    bundles.publish(workspace, version, {"price.json": version.encode()}, facts)


def promoted(workspace: Workspace, version: str, remote: Objects | None = None) -> None:
    """Let a version answer, as the gate does when it passes."""
    publish(workspace, version)
    with bundles.one_at_a_time(workspace):
        set_champion(workspace, bundles.load(workspace, version), "promote", [], remote=remote)


class Meanwhile(Folder):
    """A remote during whose first download something else happens."""

    def __init__(self, root: Path, do: Callable[[], object]) -> None:
        super().__init__(root)
        self._left = [do]

    def fetch(self, key: str, path: Path) -> None:
        super().fetch(key, path)
        if self._left:
            self._left.pop()()


@pytest.fixture
def one(tmp_path: Path, remote: Objects) -> Workspace:
    """A workspace whose champion followed another, all of it pushed."""
    workspace = Workspace(tmp_path / "one")
    snapshot(workspace)
    workspace.change_current(snapshot=SNAPSHOT)
    promoted(workspace, "price-a")
    promoted(workspace, "price-b")
    found = push(workspace, remote)
    assert (sorted(found.names), found.moved) == ([SNAPSHOT, "price-a", "price-b"], True)
    return workspace


def files(workspace: Workspace) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in workspace.root.rglob("*") if path.is_file() and path.suffix}


def test_a_pull_makes_current_here_what_is_current_there_and_can_be_rolled_back(
    one: Workspace, remote: Objects, tmp_path: Path
) -> None:
    two = Workspace(tmp_path / "two")
    found = pull(two, remote)
    assert (sorted(found.names), found.notes) == ([SNAPSHOT, "price-a", "price-b"], ())
    assert two.current() == one.current()
    assert two.history() == one.history()
    assert bundles.load(two, "price-b") == bundles.load(one, "price-b")
    assert snapshots.verify(two, SNAPSHOT).is_dir()
    assert rollback(two, remote=remote).version == "price-a"
    assert pull(one, remote).names == ()
    assert one.current().champion == "price-a"
    assert (pull(one, remote).notes, push(one, remote).moved) == ((), False)


def test_of_two_promotions_one_counts_and_the_other_is_told_to_pull(
    one: Workspace, remote: Objects, tmp_path: Path
) -> None:
    two = Workspace(tmp_path / "two")
    pull(two, remote)
    promoted(one, "price-c", remote)
    with pytest.raises(MovedError, match=r"got champion price-c, .* Pull first: `tasador pull`"):
        promoted(two, "price-d", remote)
    assert two.current().champion == "price-b"
    assert len(two.history()) == 2
    assert pull(two, remote).notes == ()
    promoted(two, "price-d", remote)
    assert pull(one, remote).names == ("price-d",)
    assert [entry["version"] for entry in one.history()] == ["price-a", "price-b", "price-c", "price-d"]
    assert one.history() == two.history() == tenures.in_effect(one.history(), "price-d")


def test_what_was_promoted_on_both_sides_is_as_the_remote_has_it_and_is_told(
    one: Workspace, remote: Objects, tmp_path: Path
) -> None:
    two = Workspace(tmp_path / "two")
    pull(two, remote)
    promoted(one, "price-c", remote)
    promoted(two, "price-d")
    with pytest.raises(MovedError):
        push(two, remote)
    found = pull(two, remote)
    assert two.current().champion == "price-c"
    assert found.notes[0].startswith("The champion was price-d here and became price-c in the remote")
    assert "price-d" in bundles.versions(two)
    effective = [entry["version"] for entry in tenures.in_effect(two.history(), "price-c")]
    assert (effective, len(two.history())) == (["price-a", "price-b", "price-c"], 4)
    push(two, remote)
    pull(one, remote)
    assert one.history() == two.history()


def test_a_promotion_here_while_a_pull_is_under_way_stays(one: Workspace, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    remote = Meanwhile(tmp_path / "shared", lambda: promoted(one, "price-c", remote))
    push(one, remote)
    (one.models / "price-a" / "price.json").write_bytes(b"damaged")  # so that the pull has something to download
    found = pull(one, remote)
    assert (found.names, found.notes) == (("price-a",), ())
    there = pointer.read(remote)
    assert there is not None
    assert one.current().champion == there[0].state.champion == "price-c"
    assert pointer.seen_last(one, remote).token == there[0].token
    assert not push(one, remote).moved
    assert [entry["version"] for entry in one.history()] == ["price-a", "price-b", "price-c"]


def test_what_another_machine_promotes_while_a_pull_is_under_way_is_pulled(one: Workspace, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    remote = Meanwhile(tmp_path / "shared", lambda: promoted(one, "price-c", remote))
    push(one, remote)
    two = Workspace(tmp_path / "two")
    assert "price-c" in pull(two, remote).names
    assert two.current() == one.current()
    assert two.history() == one.history()


def test_a_challenger_and_a_snapshot_go_with_it(one: Workspace, remote: Objects, tmp_path: Path) -> None:
    publish(one, "price-c")
    snapshot(one, "ba9876543210")
    bundles.set_challenger(one, "price-c")
    one.change_current(snapshot="ba9876543210")
    push(one, remote)
    two = Workspace(tmp_path / "two")
    pull(two, remote)
    assert (bundles.challenger(two), two.current().snapshot) == ("price-c", "ba9876543210")
    promoted(two, "price-c", remote)
    pull(one, remote)
    assert (bundles.challenger(one), one.current().champion) == (None, "price-c")


def test_a_price_history_goes_with_it_and_is_read_there(one: Workspace, remote: Objects, tmp_path: Path) -> None:
    two = Workspace(tmp_path / "two")
    first = priced(one).id
    one.change_current(prices=first)
    assert push(one, remote).names == (first,)
    assert first in pull(two, remote).names
    here, there = (list(price_histories.history(workspace).parts()) for workspace in (one, two))
    assert all(mine.equals(theirs) for mine, theirs in zip(here, there, strict=True))
    promoted(two, "price-c", remote)
    assert pointer.of_workspace(two).prices == first
    second = priced(two, 6.0).id
    two.change_current(prices=second)
    push(two, remote)
    assert pull(one, remote).notes == ()
    assert one.current() == two.current()
    (one.prices / second / "quality.json").write_bytes(b"{}")
    assert pull(one, remote).names == (second,)
    price_histories.verify(one, second)


def test_a_price_history_that_changed_on_both_sides_is_as_the_remote_has_it(
    one: Workspace, remote: Objects, tmp_path: Path
) -> None:
    two = Workspace(tmp_path / "two")
    pull(two, remote)
    for workspace, price in ((one, 5.0), (two, 6.0)):
        workspace.change_current(prices=priced(workspace, price).id)
    push(one, remote)
    (note,) = pull(two, remote).notes
    assert note.startswith(f"The price history was {priced(two, 6.0).id} here and became {priced(one).id} in the")
    assert two.current() == one.current()
    assert len(price_histories.ids(two)) == 2


def test_what_is_named_comes_alone(one: Workspace, remote: Objects, tmp_path: Path) -> None:
    two = Workspace(tmp_path / "two")
    assert pull(two, remote, ["price-a", "0123"]).names == ("price-a", SNAPSHOT)
    assert (two.current().champion, two.history()) == (None, [])
    publish(one, "price-z")
    assert push(one, remote, ["price-z"]).names == ("price-z",)
    with pytest.raises(UnknownValueError, match=r"one of 0123456789ab, price-a, price-b, price-z"):
        pull(two, remote, ["prise"])
    with pytest.raises(UnknownValueError, match="More than one begins so"):
        pull(two, remote, ["price"])
    history = priced(one).id
    assert push(one, remote, [history[:6]]).names == (history,)
    assert pull(two, remote, [history[:6]]).names == (history,)
    assert two.current().prices is None
    with pytest.raises(UnknownValueError, match=rf"one of 0123456789ab, price-a, price-b, price-z, {history}\. Those"):
        push(one, remote, ["prise"])
    with pytest.raises(UnknownValueError, match="More than one begins so"):
        push(one, remote, ["price"])


def test_what_is_damaged_here_is_mended_by_a_pull_and_never_pushed(one: Workspace, remote: Objects) -> None:
    (one.models / "price-b" / "price.json").write_bytes(b"damaged")
    publish(one, "price-c")
    with pytest.raises(Exception, match="the file was altered"):
        push(one, remote)
    assert pull(one, remote).names == ("price-b",)
    assert bundles.load(one, "price-b").files["price.json"] == b"price-b"


def test_a_promotion_that_is_killed_after_the_remote_knows_is_found_by_the_next_pull(
    one: Workspace, remote: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "append_history", killed)
        with pytest.raises(KeyboardInterrupt):
            promoted(one, "price-c", remote)
    assert one.current().champion == "price-b"
    with pytest.raises(MovedError):
        push(one, remote)
    assert pull(one, remote).notes == ()
    assert (one.current().champion, len(one.history())) == ("price-c", 3)


def test_a_push_that_is_killed_before_it_knows_is_no_obstacle(
    one: Workspace, remote: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    promoted(one, "price-c")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tasador.storage.remotes.pointer.accept", killed)
        with pytest.raises(KeyboardInterrupt):
            push(one, remote)
    assert not push(one, remote).moved
    promoted(one, "price-d", remote)
    assert one.current().champion == "price-d"


@pytest.mark.parametrize(
    "do",
    [
        pull,
        push,
        lambda place, remote: promoted(place, "price-b", remote),
        lambda place, remote: rollback(place, remote=remote),
    ],
    ids=["pull", "push", "promote", "rollback"],
)
def test_nothing_changes_here_where_the_remote_cannot_be_reached(
    tmp_path: Path, do: Callable[[Workspace, Objects], object]
) -> None:
    here = Workspace(tmp_path / "here")
    snapshot(here)
    promoted(here, "price-a")
    promoted(here, "price-b")
    before = files(here)
    with pytest.raises(RemoteError, match="cannot be reached"):
        do(here, open_remote(str(tmp_path / "absent")))
    after = files(here)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {
        str(here.models / "price-b" / "manifest.json")  # published anew, with another time
    }


def test_another_remote_is_another_one(one: Workspace, remote: Objects, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = open_remote(str(tmp_path / "other"))
    assert pull(one, other).notes == ("Nothing was pushed to the remote yet.",)
    assert push(one, other).moved
    promoted(one, "price-c", other)
    told = json.loads((one.root / "remote.json").read_text())
    assert (told["remote"], told["champion"]) == (other.url, "price-c")
