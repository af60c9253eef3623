from __future__ import annotations

from pathlib import Path

import pytest

from tasador.errors import UnknownValueError, WorkspaceError
from tasador.prices.intervals import build
from tasador.storage import price_histories
from tasador.storage.price_histories import History
from tasador.storage.workspace import Workspace
from tests.prices.feeds import SOURCE, candidates, moment


def publish(workspace: Workspace, price: float = 5.0) -> History:
    with price_histories.draft(workspace) as draft:
        for number, app_ids in enumerate([(10, 20), (30,)]):
            rows = [{"app_id": app_id, "at": moment(0), "price": price} for app_id in app_ids]
            draft.take(*draft.writer.events(number, *build(candidates(rows), [SOURCE])))
        facts = {"sources": [{"name": "feed.csv"}], "made_by": {"version": "0"}, "accounting": {"raw": 3}}
        return price_histories.history(workspace, draft.publish({"accounting": {}}, facts))


def test_what_is_published_is_read_back_whole_and_by_entry(tmp_path: Path) -> None:
    history = publish(Workspace(tmp_path))
    assert [part["app_id"].to_list() for part in history.parts()] == [[10, 20], [30]]
    assert history.of_app(20)["price"].to_list() == [5.0]
    assert history.of_app(30)["price"].to_list() == [5.0]
    for absent in (5, 15, 25, 40):
        assert history.of_app(absent).is_empty()


def test_the_same_rows_give_the_same_id_and_others_another(tmp_path: Path) -> None:
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    assert publish(one).id == publish(two).id
    assert publish(one, 6.0).id != publish(two).id
    assert len(price_histories.ids(one)) == 2


def test_candidates_are_given_back_by_their_app_ids_however_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_histories, "RUN_ROWS", 2)
    with price_histories.draft(Workspace(tmp_path)) as draft:
        for app_ids in ((30, 10), (20, 10), (10,)):
            draft.lay_aside(candidates([{"app_id": app_id, "at": moment(0), "price": 1.0} for app_id in app_ids]))
        assert dict(draft.counted().iter_rows()) == {10: 3, 20: 1, 30: 1}
        assert sorted(draft.candidates(10, 20)["app_id"]) == [10, 10, 10, 20]
        assert len(list(draft.writer.scratch.iterdir())) == 3


def test_what_is_not_published_is_gone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(ZeroDivisionError), price_histories.draft(workspace) as draft:
        draft.lay_aside(candidates([{"at": moment(0), "price": 1.0}]))
        raise ZeroDivisionError
    assert list(workspace.prices.iterdir()) == []


def test_an_altered_and_a_missing_part_are_told_and_others_are_read(tmp_path: Path) -> None:
    history = publish(Workspace(tmp_path))
    first, second = (history.directory / part["file"] for part in history.manifest["parts"])
    first.write_bytes(second.read_bytes())
    with pytest.raises(WorkspaceError, match="altered"):
        history.of_app(10)
    assert not history.of_app(30).is_empty()
    first.unlink()
    with pytest.raises(WorkspaceError, match="a file is missing"):
        history.of_app(10)


def test_an_altered_quality_report_is_not_read(tmp_path: Path) -> None:
    history = publish(Workspace(tmp_path))
    report = history.directory / "quality.json"
    assert history.quality() == {"accounting": {}}
    report.write_bytes(b"{}")
    with pytest.raises(WorkspaceError, match="altered"):
        history.quality()
    report.unlink()
    with pytest.raises(WorkspaceError, match="a file is missing"):
        history.quality()


def test_one_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    found = publish(workspace).id
    assert price_histories.history(workspace, found[:4]).id == found
    with pytest.raises(UnknownValueError, match="tasador prices import"):
        price_histories.history(workspace, "none")
    with pytest.raises(WorkspaceError, match="no price history yet"):
        price_histories.history(workspace)
